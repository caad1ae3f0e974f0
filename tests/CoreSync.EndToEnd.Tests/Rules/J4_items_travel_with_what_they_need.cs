using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using Microsoft.Extensions.DependencyInjection;

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

    [Theory]
    [InlineData("Q")]
    [InlineData("P")]
    [InlineData("T")]
    public async Task Of_a_cycle_of_which_one_member_is_rejected_nothing_is_applied(string rejected)
    {
        var picky = new PickyTarget();
        await using var pair = await CorePair.CreateAsync(target: picky.Install);
        picky.Refuse(rejected, new ItemRejectedError(rejected, "no"));
        var members = await CycleAsync(pair.Source);
        var beside = await pair.Source.PutAsync("queries", "Beside", "4");

        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal((SyncJobState.PartlyFailed, 1, 3), (job.State, job.Progress.Applied, job.Progress.Rejected));
        foreach (var member in members)
            Assert.Null(await pair.Target.FindAsync(member));
        Assert.Equal("4", await pair.Target.TextAsync(beside));
        var codes = (await pair.Source.AskAsync(new ShowJob(job.Id.ToString()))).Failures.ToDictionary(failure => failure.Name, failure => failure.Outcome.Code);
        Assert.Equal(3, codes.Count);
        Assert.All(codes, code => Assert.Equal(code.Key == rejected ? "item.rejected" : "item.reference-missing", code.Value));

        picky.Accept(rejected);
        Assert.Equal(3, (await pair.Source.SyncedAsync()).Progress.Applied);
    }

    [Fact]
    public async Task A_product_that_rejects_one_member_of_a_cycle_gets_none_of_it()
    {
        var desk = new ProductDesk { Judge = (item, _) => Task.FromResult(item.Item.Name == "B" ? "no" : null) };
        await using var pair = await CorePair.CreateAsync(target: desk.Serves<DeskQueries>());
        var a = await pair.Source.PutAsync("queries", "A", "1");
        var b = await pair.Source.PutAsync("queries", "B", "2", references: a);
        await pair.Source.PutAsync("queries", "A", "1", true, a.Id.ToString(), b);

        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal((0, 2), (job.Progress.Applied, job.Progress.Rejected));
        Assert.Empty(desk.Rows);
        Assert.Null(await pair.Target.FindAsync(a));
    }

    [Fact]
    public async Task A_cycle_that_no_batch_holds_is_rejected_by_name_and_the_rest_goes_on()
    {
        await using var pair = await CorePair.CreateAsync();
        const int size = ItemLimits.MaxBatchItems + 1;
        var ids = Enumerable.Range(0, size).Select(_ => new ItemId(Guid.NewGuid())).ToList();
        var document = "{}"u8.ToArray();
        await pair.Source.Services.GetRequiredService<ICatalogue>().WriteAsync(
            [
                .. ids.Select((id, number) => new CatalogueWrite(
                    new Item
                    {
                        Id = id, Component = ComponentName.Parse("queries").Value, Kind = ItemKind.Document, Name = $"Query {number}", Origin = pair.Source.Services.GetRequiredService<ILocalCore>().Current.Id,
                        Revision = Revision.None.Next(), Hash = ContentHash.Of(document), Size = document.Length, AutoSync = true, References = [ids[(number + 1) % size]],
                    },
                    ContentChanged: true, Document: document)),
            ],
            CancellationToken.None);
        var beside = await pair.Source.PutAsync("queries", "Beside", "4");

        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal((SyncJobState.PartlyFailed, 1, size), (job.State, job.Progress.Applied, job.Progress.Rejected));
        Assert.Equal(beside.Id, Assert.Single(await pair.Target.ListAsync("queries")).Id);
        var failures = (await pair.Source.AskAsync(new ShowJob(job.Id.ToString()))).Failures;
        Assert.All(failures, failure => Assert.Equal("item.cycle-too-large", failure.Outcome.Code));
        var named = failures.First(failure => failure.Name == "Query 7").Outcome.Message;
        Assert.Matches(@"^'Query 7', 'Query \d+', 'Query \d+', 'Query \d+' and others, 2001 items in all", named);
    }

    [Fact]
    public async Task What_two_items_of_one_batch_need_is_sent_once()
    {
        var wire = new ReceivedBatches();
        await using var pair = await CorePair.CreateAsync(target: wire.Watch);
        var bottom = await pair.Source.PutAsync("distribution-packages", "Bottom", new string('b', 400_000), autoSync: false);
        var left = await pair.Source.PutAsync("queries", "Left", "2", false, null, bottom);
        var right = await pair.Source.PutAsync("queries", "Right", "3", false, null, bottom);
        var top = await pair.Source.PutAsync("tasks", "Top", "4", true, null, left, right);
        var other = await pair.Source.PutAsync("tasks", "Other", "5", true, null, bottom);

        var job = await pair.Source.SyncedAsync();

        Assert.Equal((5, 0, 5), (job.Progress.Applied, job.Progress.Skipped, job.Progress.ItemsTotal));
        // The content that goes apart travels once, and everything in one batch.
        Assert.Equal((1, 1), (wire.Batches, wire.Contents));
        Assert.Equal(400_004, job.Progress.BytesSent);
        Assert.Equal(400_000, (await pair.Target.FindAsync(bottom))!.Size);
        Assert.Equal([left.Id, right.Id], (await pair.Target.FindAsync(top))!.References);
        Assert.Equal([bottom.Id], (await pair.Target.FindAsync(other))!.References);
    }

    [Fact]
    public async Task What_comes_along_needs_the_rights_of_its_own_component()
    {
        await using var pair = await CorePair.CreateAsync(components: "tasks");
        var query = await pair.Source.PutAsync("queries", "Laptops", "1", autoSync: false);
        var task = await pair.Source.PutAsync("tasks", "Install", "2", true, null, query);
        var plain = await pair.Source.PutAsync("tasks", "Plain", "3");

        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal((SyncJobState.PartlyFailed, 1, 2), (job.State, job.Progress.Applied, job.Progress.Rejected));
        var failures = (await pair.Source.AskAsync(new ShowJob(job.Id.ToString()))).Failures.ToDictionary(failure => failure.Name, failure => failure.Outcome);
        Assert.Equal(("account.rights-missing", "item.reference-missing"), (failures["Laptops"].Code, failures["Install"].Code));
        Assert.Contains("queries", failures["Laptops"].Message, StringComparison.Ordinal);
        Assert.Contains($"{query.Id} (Laptops)", failures["Install"].Message, StringComparison.Ordinal);
        Assert.Null(await pair.Target.FindAsync(query));
        Assert.Null(await pair.Target.FindAsync(task));
        Assert.Equal("3", await pair.Target.TextAsync(plain));
        Assert.Empty(await pair.Target.ListAsync("queries"));
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
