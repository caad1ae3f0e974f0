using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class J2_copies_to_cores
{
    [Fact]
    public async Task A_copy_brings_what_it_needs_to_several_cores_and_is_an_ordinary_item_there()
    {
        await using var pair = await CorePair.CreateAsync();
        await using var other = await RealCore.CreateAsync("other.example.net");
        await other.AddAccountAsync();
        await other.ServeAsync();
        await pair.Source.AddTargetAsync(other);
        var package = await pair.Source.PutAsync("distribution-packages", "7-Zip", "{}", autoSync: false);
        var task = await pair.Source.PutAsync("tasks", "Install 7-Zip", """{"t":1}""", false, null, package);

        var jobs = await pair.Source.AskAsync(new CopyToCores([task.Id.ToString()], [pair.Target.Name, other.Name], Wait: true));

        Assert.All(jobs, job => Assert.Equal((SyncJobState.Succeeded, JobTrigger.Copy, 2), (job.State, job.Trigger, job.Progress.Applied)));
        Assert.Equal("""{"t":1}""", await other.TextAsync(task));
        Assert.Equal("{}", await pair.Target.TextAsync(package));
        var edited = await pair.Target.AskAsync(new PutItem("tasks", "Install 7-Zip", """{"t":2}"""u8.ToArray(), Id: task.Id.ToString()));
        Assert.True(edited.IsEdited);
        await other.AskAsync(new DeleteItem(task.Id.ToString()));

        // Nothing of it comes by itself.
        await pair.Source.PutAsync("tasks", "Install 7-Zip", """{"t":3}""", id: task.Id.ToString(), autoSync: false);
        Assert.All(await pair.Source.SyncAsync(), job => Assert.Equal((SyncJobState.Succeeded, 0), (job.State, job.Progress.ItemsDone)));
        Assert.Equal("""{"t":2}""", await pair.Target.TextAsync(task));
    }

    [Fact]
    public async Task An_item_that_is_there_in_that_revision_is_skipped()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Source.PutAsync("queries", "Laptops", "1", autoSync: false);
        await CopyAsync(pair, query);

        var again = await CopyAsync(pair, query);

        Assert.Equal((SyncJobState.Succeeded, 0, 1), (again.State, again.Progress.Applied, again.Progress.Skipped));
    }

    [Fact]
    public async Task A_copy_of_a_flagged_item_is_editable_until_auto_sync_brings_the_flag()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Source.PutAsync("queries", "Laptops", "1");
        await CopyAsync(pair, query);
        Assert.False((await pair.Target.FindAsync(query))!.AutoSync);

        await pair.Source.SyncedAsync();

        Assert.True((await pair.Target.FindAsync(query))!.AutoSync);
        Assert.Equal("1", await pair.Target.TextAsync(query));
    }

    [Fact]
    public async Task A_copy_that_is_flagged_later_becomes_read_only_with_its_next_revision()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Source.PutAsync("queries", "Laptops", "1", autoSync: false);
        await CopyAsync(pair, query);

        await pair.Source.AskAsync(new SetAutoSync([query.Id.ToString()], On: true));
        await pair.Source.SyncedAsync();

        var refused = await pair.Target.SendAsync(new DeleteItem(query.Id.ToString()));
        Assert.True(refused.HasError<ItemReadOnlyError>());
    }

    [Fact]
    public async Task Unknown_items_and_cores_are_refused_before_anything_is_queued()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Source.PutAsync("queries", "Laptops", "1", autoSync: false);
        var gone = await pair.Source.PutAsync("queries", "Gone", "1", autoSync: false);
        await pair.Source.AskAsync(new DeleteItem(gone.Id.ToString()));

        var deleted = await pair.Source.SendAsync(new CopyToCores([query.Id.ToString(), gone.Id.ToString()], [pair.Target.Name], Wait: true));
        var nowhere = await pair.Source.SendAsync(new CopyToCores([query.Id.ToString()], ["nowhere.example.net"], Wait: true));

        Assert.True(deleted.HasError<ItemNotFoundError>());
        Assert.True(nowhere.HasError<TargetNotFoundError>());
        Assert.Empty(await pair.Source.AskAsync(new ListJobs()));
        Assert.Null(await pair.Target.FindAsync(query));
    }

    [Fact]
    public async Task A_component_that_the_target_does_not_take_is_told_of_each_item_and_the_rest_goes()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Source.PutAsync("queries", "Laptops", "1", autoSync: false);
        var task = await pair.Source.PutAsync("tasks", "Install", "1", autoSync: false);
        await pair.Target.AskAsync(new EnableComponent("tasks", Enabled: false));

        var job = Assert.Single(await pair.Source.AskAsync(new CopyToCores([query.Id.ToString(), task.Id.ToString()], [pair.Target.Name], Wait: true)));

        Assert.Equal((SyncJobState.PartlyFailed, 1, 1), (job.State, job.Progress.Applied, job.Progress.Rejected));
        var failure = Assert.Single((await pair.Source.AskAsync(new ShowJob(job.Id.ToString()))).Failures);
        Assert.Equal(("component.not-received", "Install"), (failure.Outcome.Code, failure.Name));
        Assert.Equal("1", await pair.Target.TextAsync(query));
        Assert.Null(await pair.Target.FindAsync(task));
    }

    private static async Task<SyncJob> CopyAsync(CorePair pair, Item item) =>
        Assert.Single(await pair.Source.AskAsync(new CopyToCores([item.Id.ToString()], [pair.Target.Name], Wait: true)));
}
