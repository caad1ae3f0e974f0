using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Items;
using CoreSync.Jobs;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class J4_items_travel_with_what_they_need
{
    [Fact]
    public async Task A_task_brings_its_package_and_its_query_though_only_the_task_is_flagged()
    {
        await using var pair = await CorePair.CreateAsync();
        var package = await pair.Source.PutAsync("distribution-packages", "7-Zip", """{"setup":"7z.msi"}""", autoSync: false);
        var query = await pair.Source.PutAsync("queries", "Laptops", """{"q":1}""", autoSync: false);
        var task = await pair.Source.PutAsync("tasks", "Install 7-Zip", """{"t":1}""", true, null, package, query);

        var job = await pair.Source.SyncedAsync();

        Assert.Equal(3, job.Progress.Applied);
        Assert.Equal("""{"setup":"7z.msi"}""", await pair.Target.TextAsync(package));
        Assert.Equal("""{"q":1}""", await pair.Target.TextAsync(query));
        Assert.Equal([package.Id, query.Id], (await pair.Target.FindAsync(task))!.References);
        Assert.True((await pair.Target.FindAsync(task))!.AutoSync);
        Assert.False((await pair.Target.FindAsync(package))!.AutoSync);
        Assert.Equal(0, (await pair.Source.SyncedAsync()).Progress.ItemsDone);
    }

    [Fact]
    public async Task A_cycle_of_three_arrives_whole()
    {
        await using var pair = await CorePair.CreateAsync();
        var members = await CycleAsync(pair.Source);

        var job = await pair.Source.SyncedAsync();

        Assert.Equal(3, job.Progress.Applied);
        foreach (var member in members)
            Assert.Equal(Assert.Single(member.References), Assert.Single((await pair.Target.FindAsync(member))!.References));
    }

    [Fact]
    public async Task A_reference_that_is_missing_at_the_source_is_a_rejection_naming_both_and_the_rest_goes_on()
    {
        await using var pair = await CorePair.CreateAsync();
        var package = await pair.Source.PutAsync("distribution-packages", "7-Zip", "{}", autoSync: false);
        var task = await pair.Source.PutAsync("tasks", "Install 7-Zip", "{}", true, null, package);
        var other = await pair.Source.PutAsync("tasks", "Other", "{}");
        await pair.Source.AskAsync(new DeleteItem(package.Id.ToString()));

        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal(SyncJobState.PartlyFailed, job.State);
        var failure = Assert.Single((await pair.Source.AskAsync(new ShowJob(job.Id.ToString()))).Failures);
        Assert.Equal(("item.reference-missing", "Install 7-Zip"), (failure.Outcome.Code, failure.Name));
        Assert.Contains("'Install 7-Zip'", failure.Outcome.Message, StringComparison.Ordinal);
        Assert.Contains($"{package.Id} (7-Zip)", failure.Outcome.Message, StringComparison.Ordinal);
        Assert.Null(await pair.Target.FindAsync(task));
        Assert.Equal("{}", await pair.Target.TextAsync(other));

        // Once the package is back, the task goes by itself.
        await pair.Source.PutAsync("distribution-packages", "7-Zip", "{}", false, package.Id.ToString());
        await pair.Source.SyncedAsync();

        Assert.Equal("{}", await pair.Target.TextAsync(task));
        Assert.Equal("{}", await pair.Target.TextAsync(package));
    }

    /// <summary>A query, a package and a task that need each other in a circle.</summary>
    private static async Task<Item[]> CycleAsync(RealCore core)
    {
        var query = await core.PutAsync("queries", "Q", "1");
        var package = await core.PutAsync("distribution-packages", "P", "2", true, null, query);
        var task = await core.PutAsync("tasks", "T", "3", true, null, package);
        query = await core.PutAsync("queries", "Q", "1", true, query.Id.ToString(), task);
        return [query, package, task];
    }
}
