using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Jobs;
using CoreSync.Settings;
using CoreSync.Testing;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>J1: flagged items of enabled components go to every enabled and trusted target: at once when flagged, at the interval, at start.</summary>
public sealed class J1_auto_sync
{
    [Fact]
    public async Task A_newly_flagged_item_goes_at_once_whatever_the_interval()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.SetAsync(Setting.SyncInterval, "86400");
        var item = await pair.Source.PutAsync("queries", "all devices", "{}", autoSync: false);
        await pair.Source.ServeAsync();
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.Null(await pair.Target.FindAsync(item));

        var begin = TimeProvider.System.GetTimestamp();
        await pair.Source.AskAsync(new SetAutoSync([item.Id.ToString()], true));

        await Eventually.IsTrueAsync(async () => await pair.Target.TextAsync(item) == "{}", "the item arrived", 5);
        Assert.True(TimeProvider.System.GetElapsedTime(begin).TotalSeconds < 5);
        Assert.Equal(JobTrigger.Change, (await pair.Source.AskAsync(new ListJobs()))[0].Trigger);
    }

    [Fact]
    public async Task A_burst_of_changes_is_collected_into_few_jobs()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.SetAsync(Setting.SyncDebounce, "2000");
        await pair.Source.ServeAsync();

        for (var i = 0; i < 30; i++)
            await pair.Source.PutAsync("queries", $"query {i}", "{}");

        await Eventually.IsTrueAsync(async () => (await pair.Target.ListAsync("queries")).Count == 30, "all arrived");
        Assert.InRange((await pair.Source.AskAsync(new ListJobs())).Count, 1, 5);
    }

    [Fact]
    public async Task A_tree_that_changes_during_every_scan_does_not_keep_its_target_waiting()
    {
        using var directory = new TempDirectory();
        var restless = new RestlessTree(Directory.CreateDirectory(directory.At("sent")).FullName);
        await using var pair = await CorePair.CreateAsync(source: restless.Install);
        await pair.Source.SetAsync(Setting.SyncDebounce, "0");
        await pair.Source.AskAsync(new AddFilesComponent("docs", directory.At("sent"), null, [], []));
        await pair.Target.AskAsync(new AddFilesComponent("docs", null, directory.At("received"), [], []));
        await pair.Source.ServeAsync();

        await Eventually.IsTrueAsync(() => Task.FromResult(restless.Scans > 20 && Directory.Exists(directory.At("received")) && Directory.GetFiles(directory.At("received")).Length > 0),
            "files arrive while the tree goes on changing");
        Assert.True(restless.Scans > 20);
    }

    [Fact]
    public async Task What_waits_goes_when_the_engine_starts()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.SetAsync(Setting.SyncInterval, "86400");
        var item = await pair.Source.PutAsync("queries", "all devices", "{}");

        await pair.Source.ServeAsync();

        await Eventually.IsTrueAsync(async () => await pair.Target.TextAsync(item) == "{}", "the item arrived");
    }

    [Fact]
    public async Task At_the_interval_what_the_target_missed_is_sent()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.AskAsync(new EditTargetCore(pair.Target.Name, Rules: new TargetRulesEdit(Every: "1s", OnChange: "off")));
        await pair.Source.ServeAsync();

        var item = await pair.Source.PutAsync("queries", "all devices", "{}");

        await Eventually.IsTrueAsync(async () => await pair.Target.TextAsync(item) == "{}", "the item arrived");
        Assert.Equal(JobTrigger.Interval, Assert.Single(await pair.Source.AskAsync(new ListJobs())).Trigger);
    }

    [Fact]
    public async Task Only_the_components_chosen_for_a_target_go_there()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Source.PutAsync("queries", "all devices", "{}");
        var report = await pair.Source.PutAsync("reports", "all reports", "{}");
        await pair.Source.AskAsync(new EditTargetCore(pair.Target.Name, Rules: new TargetRulesEdit(Components: ["queries"])));

        await pair.Source.SyncedAsync();

        Assert.Equal("{}", await pair.Target.TextAsync(query));
        Assert.Null(await pair.Target.FindAsync(report));
        Assert.Equal(0, (await pair.Source.AskAsync(new ShowTargetCore(pair.Target.Name))).Waiting);
        await pair.Source.AskAsync(new EditTargetCore(pair.Target.Name, Rules: new TargetRulesEdit(Components: ["all"])));
        await pair.Source.SyncedAsync();
        Assert.Equal("{}", await pair.Target.TextAsync(report));
    }

    [Fact]
    public async Task A_target_that_is_switched_off_gets_nothing_and_everything_afterwards()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.AskAsync(new EnableTargetCore(pair.Target.Name, false));
        await pair.Source.ServeAsync();
        var item = await pair.Source.PutAsync("queries", "all devices", "{}");
        await Task.Delay(800, TestContext.Current.CancellationToken);
        Assert.Null(await pair.Target.FindAsync(item));

        await pair.Source.AskAsync(new EnableTargetCore(pair.Target.Name, true));

        await Eventually.IsTrueAsync(async () => await pair.Target.TextAsync(item) == "{}", "the item arrived");
    }
}
