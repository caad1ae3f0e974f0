using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using CoreSync.Application.Health;
using CoreSync.Application.Telemetry;
using NSubstitute;

namespace CoreSync.Application.Tests.Telemetry;

/// <summary>Names of metrics and spans: one list, what is measured under it, and docs/telemetry.md say the same (O3).</summary>
public sealed partial class TelemetryTests
{
    [Fact]
    public void Every_metric_of_the_list_is_measured_with_its_unit_and_no_other()
    {
        var seen = new Dictionary<string, string?>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == CoreSyncTelemetry.Name)
                seen[instrument.Name] = instrument.Unit;
        };
        listener.Start();
        using var gauges = new HealthMeters(Substitute.For<IHealthBoard>(), TimeProvider.System);
        SyncMeters.Received(1, 0, 0);

        Assert.Equal(CoreSyncTelemetry.Metrics.Select(metric => (metric.Name, metric.Unit)).Order(), seen.Select(entry => (entry.Key, entry.Value!)).Order());
    }

    [Fact]
    public void The_document_lists_the_metrics_with_unit_and_labels()
    {
        var documented = MetricRow().Matches(Document()).Select(row => $"{row.Groups["name"].Value} {row.Groups["unit"].Value} {Labels(row.Groups["labels"].Value)}");

        Assert.Equal(CoreSyncTelemetry.Metrics.Select(metric => $"{metric.Name} {metric.Unit} {string.Join(',', metric.Labels)}").Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    // As the sampler of OpenTelemetry decides: a child is recorded when its parent is.
    [Fact]
    public void What_another_core_asks_is_recorded_though_the_activity_of_the_web_server_is_not()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == CoreSyncTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent == default || options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(listener);
        using var server = new Activity("Microsoft.AspNetCore.Hosting.HttpRequestIn").Start();

        using var alone = Tracing.Receive(default);
        Activity.Current = server;
        var parent = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);
        using var followed = Tracing.Receive(parent);

        Assert.Equal((true, null), (alone!.Recorded, alone.ParentId));
        Assert.Equal((true, parent.TraceId), (followed!.Recorded, followed.TraceId));
    }

    [Fact]
    public void The_document_lists_the_spans_and_the_sources_start_them()
    {
        var root = Root();
        var started = Directory.EnumerateFiles(Path.Combine(root, "src", "CoreSync.Application"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Started().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).Distinct();

        Assert.Equal(CoreSyncTelemetry.Spans.Order(StringComparer.Ordinal), SpanRow().Matches(Document()).Select(row => row.Groups[1].Value).Order(StringComparer.Ordinal));
        Assert.Equal(CoreSyncTelemetry.Spans.Order(StringComparer.Ordinal), started.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_the_target_is_a_label_that_grows()
    {
        string[] closed = ["trigger", "state", "outcome", "code", "severity"];

        Assert.All(CoreSyncTelemetry.Metrics.SelectMany(metric => metric.Labels), label => Assert.True(label == "target" || closed.Contains(label), label));
    }

    private static string Labels(string cell) => string.Join(',', Label().Matches(cell).Select(match => match.Groups[1].Value));

    private static string Document() => File.ReadAllText(Path.Combine(Root(), "docs", "telemetry.md"));

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CoreSync.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository");
        return directory.FullName;
    }

    [GeneratedRegex(@"^\| `(?<name>coresync\.[a-z._]+)` \| `(?<unit>[^`]+)` \|(?<labels>[^|]*)\|[^|]+\|\r?$", RegexOptions.Multiline)]
    private static partial Regex MetricRow();

    [GeneratedRegex(@"^\| `(coresync\.[a-z]+)` \|[^|]+\|\r?$", RegexOptions.Multiline)]
    private static partial Regex SpanRow();

    [GeneratedRegex("`([a-z]+)`")]
    private static partial Regex Label();

    [GeneratedRegex(@"StartActivity\(""([a-z.]+)""")]
    private static partial Regex Started();
}
