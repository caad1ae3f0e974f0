using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Application.Trust;
using CoreSync.Settings;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class O3_metrics_traces_and_health
{
    [Fact]
    public async Task Metrics_are_not_there_until_switched_on_and_then_for_accounts_that_may_view()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.PutAsync("queries", "Secret-name-of-an-item", "{}");
        await pair.Source.ServeAsync();
        await pair.Source.AskAsync(new AddAccount("monitor", Rights.View, [], "correct horse battery"));
        await pair.Source.AskAsync(new AddAccount("nobody", Rights.None, [], "correct horse battery"));

        Assert.Equal(HttpStatusCode.NotFound, (await pair.Source.GetAsync("/metrics", "monitor", "correct horse battery")).Status);
        await pair.Source.SetAsync(Setting.Prometheus, "on");
        Assert.Equal(HttpStatusCode.Unauthorized, (await pair.Source.GetAsync("/metrics")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await pair.Source.GetAsync("/metrics", "monitor", "wrong")).Status);
        Assert.NotEqual(HttpStatusCode.OK, (await pair.Source.GetAsync("/metrics", "nobody", "correct horse battery")).Status);
        await Eventually.IsTrueAsync(
            async () => (await pair.Source.GetAsync("/metrics", "monitor", "correct horse battery")).Body is var page
                && page.Contains("coresync_items_total{", StringComparison.Ordinal) && page.Contains("coresync_target_backlog", StringComparison.Ordinal),
            "the page tells of the synchronisation");

        var body = (await pair.Source.GetAsync("/METRICS", "monitor", "correct horse battery")).Body;
        Assert.Contains(body.Split('\n'), line => line.StartsWith("coresync_items_total{", StringComparison.Ordinal) && line.Contains($"target=\"{pair.Target.Name}\"", StringComparison.Ordinal));
        Assert.Contains(body.Split('\n'), line => line.StartsWith("coresync_target_trusted", StringComparison.Ordinal) && line.Contains("target.example.net", StringComparison.Ordinal));
        Assert.DoesNotContain("Secret-name-of-an-item", body, StringComparison.Ordinal);
        Assert.DoesNotContain(RealCore.Password, body, StringComparison.Ordinal);
        await pair.Source.SetAsync(Setting.Prometheus, "off");
        Assert.Equal(HttpStatusCode.NotFound, (await pair.Source.GetAsync("/metrics", "monitor", "correct horse battery")).Status);
    }

    [Fact]
    public async Task Ready_says_a_word_to_strangers_and_the_reasons_to_an_account()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.AskAsync(new AddAccount("monitor", Rights.View, [], "correct horse battery"));
        await pair.Source.AskAsync(new RemoveTrust(pair.Target.Name));
        await pair.Source.ServeAsync();

        Assert.Equal((HttpStatusCode.OK, "live\n"), await pair.Source.GetAsync("/health/live"));
        Assert.Equal((HttpStatusCode.OK, "ready\n"), await pair.Source.GetAsync("/health/ready"));
        Assert.Equal((HttpStatusCode.OK, "ready\n"), await pair.Source.GetAsync("/health/ready", "monitor", "wrong password"));
        var (status, body) = await pair.Source.GetAsync("/health/ready", "monitor", "correct horse battery");
        var report = JsonDocument.Parse(body).RootElement;

        // One target that is not trusted does not make this core unable to work; it is a reason all the same.
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.False(report.GetProperty("green").GetBoolean());
        var finding = Assert.Single(report.GetProperty("findings").EnumerateArray(), one => one.GetProperty("subject").GetString() == pair.Target.Name);
        Assert.Equal("trust.removed", finding.GetProperty("code").GetString());
        Assert.NotEqual("", finding.GetProperty("hint").GetString());
        Assert.NotEqual(JsonValueKind.Null, finding.GetProperty("since").ValueKind);
    }

    [Fact]
    public async Task Ready_answers_503_with_the_reason_while_the_core_cannot_work()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files have no mode there");
        await using var core = await RealCore.CreateAsync("core1.example.net");
        await core.AskAsync(new AddAccount("monitor", Rights.View, [], "correct horse battery"));
        await core.ServeAsync();
        var fingerprint = await core.FingerprintAsync();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(core.DataDirectory, "keys", "own-certificate.pem"), UnixFileMode.UserRead | UnixFileMode.OtherRead);

        await Eventually.IsTrueAsync(async () => (await core.GetAsync("/health/ready", fingerprint: fingerprint)).Status == HttpStatusCode.ServiceUnavailable, "a key that everybody can read is noticed");
        var (_, body) = await core.GetAsync("/health/ready", "monitor", "correct horse battery", fingerprint);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not-ready\n"), await core.GetAsync("/health/ready", fingerprint: fingerprint));
        Assert.Equal((HttpStatusCode.OK, "live\n"), await core.GetAsync("/health/live", fingerprint: fingerprint));
        Assert.Contains("identity.unusable", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_trace_leads_from_the_job_through_its_batches_to_the_target()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "CoreSync",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.PutAsync("queries", "Secret-name-of-an-item", "{}");

        var job = await pair.Source.SyncedAsync();

        var root = Assert.Single(spans, span => span.OperationName == "coresync.job" && span.GetTagItem("coresync.job.id")?.ToString() == job.Id.ToString());
        var trace = spans.Where(span => span.TraceId == root.TraceId).ToList();
        Assert.Contains(trace, span => span.OperationName == "coresync.connect");
        var batch = Assert.Single(trace, span => span.OperationName == "coresync.batch");
        Assert.Contains(trace, span => span.OperationName == "coresync.receive" && span.ParentSpanId == batch.SpanId && span.Kind == ActivityKind.Server);
        Assert.Equal(pair.Target.Name, root.GetTagItem("coresync.target"));
        var said = string.Join('\n', trace.SelectMany(span => span.TagObjects).Select(tag => $"{tag.Key}={tag.Value}"));
        Assert.DoesNotContain("Secret-name-of-an-item", said, StringComparison.Ordinal);
        Assert.DoesNotContain(RealCore.Password, said, StringComparison.Ordinal);
    }
}
