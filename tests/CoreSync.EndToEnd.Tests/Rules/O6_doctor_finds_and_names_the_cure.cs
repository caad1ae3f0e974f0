using CoreSync.Application.Accounts;
using CoreSync.Application.Health;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.EndToEnd.Tests.Cli;
using CoreSync.Errors;
using CoreSync.Settings;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class O6_doctor_finds_and_names_the_cure
{
    [Fact]
    public async Task A_pair_in_order_is_green_and_every_part_was_looked_at()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.ServeAsync();

        var report = await pair.Source.AskAsync(new CheckHealth(Deep: true));

        Assert.True(report.IsGreen, string.Join("; ", report.Findings.Select(finding => finding.Error.Message)));
        Assert.True(report.IsReady);
        Assert.Equal(
            [HealthArea.Core, HealthArea.Certificate, HealthArea.Store, HealthArea.Listener], report.Facts.Select(fact => fact.Area).Distinct().Order());
        Assert.Contains(report.Facts, fact => fact is { Name: "store-check", Value: "ok" });
        Assert.Contains(report.Facts, fact => fact is { Name: "answers", Value: "TLS 1.3" });
        Assert.All(Assert.Single(report.Tests).Steps, step => Assert.Equal(StepVerdict.Passed, step.Verdict));
    }

    [Fact]
    public async Task What_is_wrong_is_found_all_at_once_each_with_its_cure()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.AskAsync(new RemoveTrust(pair.Target.Name));
        await pair.Source.AskAsync(new ClearCredential(null, false));
        await pair.Source.AskAsync(new AddTargetCore("gone.example.net", ConnectTo: "127.0.0.1:9"));
        await pair.Source.SetAsync(Setting.FreeMegabytes, "1000000");

        var report = await pair.Source.AskAsync(new CheckHealth(Deep: true));

        var codes = report.Findings.Select(finding => finding.Error.Code).ToHashSet();
        Assert.Superset(new HashSet<string> { "health.engine-not-running", "health.space-low", "trust.removed", "credentials.missing", "target.unreachable" }, codes);
        Assert.False(report.IsGreen);
        Assert.All(report.Findings, finding => Assert.NotEqual("", finding.Error.Hint));
        Assert.All(report.Findings, finding => Assert.NotEqual("", finding.Error.HintIn(System.Globalization.CultureInfo.GetCultureInfo("fr"))));
        Assert.Equal(report.Findings.OrderByDescending(finding => finding.Severity).Select(finding => finding.Key), report.Findings.Select(finding => finding.Key));
        Assert.Equal(report.Findings.Count, report.Findings.Select(finding => finding.Key).Distinct().Count());
    }

    [Fact]
    public async Task Those_who_ask_often_share_a_look_and_yet_see_at_once_what_anybody_committed()
    {
        using var sandbox = new CliSandbox();
        await using var here = await RealCore.CreateAsync("core1.example.net");

        var looks = new HashSet<DateTimeOffset>();
        for (var i = 0; i < 20; i++)
            looks.Add((await here.AskAsync(new CheckHealth())).At);
        (await sandbox.RunAsync("--data", here.DataDirectory, "target", "add", "gone.example.net", "--connect-to", "127.0.0.1:9")).Exits(8);
        var after = await here.AskAsync(new CheckHealth());
        await here.TellAsync(new RemoveTargetCore("gone.example.net"));
        var removed = await here.AskAsync(new CheckHealth());

        Assert.True(looks.Count < 20, "every question was a look of its own");
        Assert.Equal("gone.example.net", Assert.Single(after.Targets).Target.Address.Fqdn.Ascii);
        Assert.Empty(removed.Targets);
    }

    [Fact]
    public async Task A_listener_that_presents_another_certificate_is_found()
    {
        await using var core = await RealCore.CreateAsync("core1.example.net");
        await core.ServeAsync();
        await using var other = new PlainTlsServer(core.Name);
        var port = int.Parse(other.Address.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        var record = (Application.Cores.IServingRecord)core.Services.GetService(typeof(Application.Cores.IServingRecord))!;
        var serving = (await record.FindAsync(CancellationToken.None))!;
        await record.SaveAsync(serving with { Port = port }, CancellationToken.None);

        var report = await core.AskAsync(new CheckHealth(Deep: true));

        var found = Assert.Single(report.Findings.Select(finding => finding.Error).OfType<ListenerPresentsOtherError>());
        Assert.Equal(await core.FingerprintAsync(), found.Own);
        Assert.False(report.IsReady);
    }

    [Fact]
    public async Task On_the_command_line_it_exits_1_while_somebody_is_needed_and_0_when_nobody_is()
    {
        using var sandbox = new CliSandbox();
        var core = await sandbox.Core("core1.example.net").InitAsync();

        var stopped = (await core.RunAsync("doctor")).Exits(1).Json;
        await using var serving = await core.ServeAsync();
        var green = (await core.RunAsync("doctor")).Exits(0).Json;
        var french = await sandbox.RunAsync("--data", core.Data, "--lang", "fr", "doctor");

        Assert.Equal("coresync/doctor/v1", stopped.GetProperty("schema").GetString());
        Assert.Contains(stopped.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("code").GetString() == "health.engine-not-running");
        Assert.True(green.GetProperty("green").GetBoolean());
        Assert.Contains("Rien ne demande votre attention", french.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_cannot_be_opened_is_a_finding_and_stays_as_it_is()
    {
        using var sandbox = new CliSandbox();
        var core = await sandbox.Core("core1.example.net").InitAsync();
        var store = Path.Combine(core.Data, "coresync.db");
        var bytes = await File.ReadAllBytesAsync(store);
        bytes.AsSpan(0, 100).Clear();
        await File.WriteAllBytesAsync(store, bytes);

        var report = (await core.RunAsync("doctor")).Exits(1).Json;

        Assert.Contains(report.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("code").GetString() == "store.corrupt");
        Assert.False(report.GetProperty("ready").GetBoolean());
        Assert.Equal(bytes, await File.ReadAllBytesAsync(store));
    }
}
