using System.Text;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using CoreSync.Testing.Simulation;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Application.Tests.Replication;

/// <summary>References at random, also in circles, while requests and acknowledgements are lost and both sides end between two steps (J4).</summary>
public sealed class ReferenceSimulationTests
{
    private static readonly string[] Components = ["queries", "tasks", "distribution-packages"];

    public static IEnumerable<TheoryDataRow<int>> Seeds => Enumerable.Range(1, 60).Select(seed => new TheoryDataRow<int>(seed));

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_breaks_nothing_is_ever_there_without_what_it_needs_and_all_that_can_arrive_arrives(int seed)
    {
        var random = new Random(seed);
        using var pair = await SimulatedPair.CreateAsync(seed);
        var batches = new List<ChangeBatch>();
        pair.Network.Sending = (_, batch) => batches.Add(batch);
        for (var step = 0; step < 10; step++)
        {
            for (var change = random.Next(1, 7); change > 0; change--)
                await ChangeSomethingAsync(pair, random);
            pair.Network.Breaks = _ => random.Next(10) == 0;
            pair.Target.Crashes = _ => random.Next(25) == 0;
            batches.Clear();
            await pair.SyncAsync();
            Assert.All(batches, AssertOrdered);
            await AssertCompleteAsync(pair.Target);
            if (random.Next(6) == 0)
                pair.Source.Restart();
        }

        pair.Network.Breaks = _ => false;
        pair.Target.Crashes = _ => false;
        batches.Clear();
        var last = await pair.SyncAsync();

        AssertNothingTwice(batches);
        await AssertCompleteAsync(pair.Target);
        await AssertArrivedAsync(pair, last);
        Assert.Equal(0, (await pair.SyncAsync()).Progress.Applied);
    }

    private static async Task ChangeSomethingAsync(SimulatedPair pair, Random random)
    {
        var items = (await pair.Source.SendAsync(new ListItems())).Ok();
        var kind = items.Count < 3 ? 0 : random.Next(8);
        if (kind == 7)
        {
            (await pair.Source.SendAsync(new DeleteItem(items[random.Next(items.Count)].Id.ToString()))).ThrowIfFailed();
            return;
        }

        // An update of an item that others need closes circles.
        var known = kind < 4 ? null : items[random.Next(items.Count)];
        var references = Enumerable.Range(0, items.Count == 0 ? 0 : random.Next(4)).Select(_ => items[random.Next(items.Count)].Id.ToString()).Distinct().ToList();
        var size = random.Next(12) == 0 ? ItemLimits.MaxInlineBytes + random.Next(1000) : random.Next(200);
        var put = new PutItem(
            known?.Component.Value ?? Components[random.Next(3)], known?.Name ?? $"item {random.Next()}", Encoding.UTF8.GetBytes(new string((char)('a' + random.Next(26)), size)),
            Id: known?.Id.ToString(), References: references, AutoSync: known is null ? random.Next(5) < 3 : random.Next(6) == 0 ? random.Next(2) == 0 : null);
        (await pair.Source.SendAsync(put)).ThrowIfFailed();
    }

    private static void AssertOrdered(ChangeBatch batch)
    {
        var graph = new ReferenceGraph<ItemChange>(batch.Changes, change => change.Item.Id, change => change.Kind == ChangeKind.Upsert ? change.Item.References : []);
        Assert.Equal(graph.Groups.SelectMany(group => group).Select(change => change.Item.Id), batch.Changes.Select(change => change.Item.Id));
        Assert.All(batch.Changes.Where(change => !change.IsCompanion && batch.After < batch.Last), change => Assert.InRange(change.Sequence.Value, batch.After.Value + 1, batch.Last.Value));
    }

    private static void AssertNothingTwice(List<ChangeBatch> batches)
    {
        // Of what the target missed the content the same batch comes again; nothing else does.
        var first = batches.Where((batch, index) => index == 0 || !batch.Changes.All(change => batches[index - 1].Changes.Any(before => before.Item.Id == change.Item.Id)));
        var sent = first.SelectMany(batch => batch.Changes).Select(change => change.Item.Id).ToList();
        Assert.Equal(sent.Distinct().Count(), sent.Count);
    }

    // Deletes are kept here: what was needed once stays.
    private static async Task AssertCompleteAsync(SimulatedCore target)
    {
        var items = (await target.SendAsync(new ListItems())).Ok().ToDictionary(item => item.Id);
        foreach (var item in items.Values)
            Assert.All(item.References, needed => Assert.True(items.ContainsKey(needed), $"{item.Name} is there without {needed}"));
    }

    private static async Task AssertArrivedAsync(SimulatedPair pair, SyncJob last)
    {
        var source = (await pair.Source.SendAsync(new ListItems())).Ok().ToDictionary(item => item.Id);
        var target = (await pair.Target.SendAsync(new ListItems())).Ok().ToDictionary(item => item.Id);
        var graph = new ReferenceGraph<Item>([.. source.Values], item => item.Id, item => item.References);
        var blocked = graph.Blocked(id => !source.ContainsKey(id));
        var due = new HashSet<ItemId>();
        var left = new Stack<ItemId>(source.Values.Where(item => item.AutoSync && !blocked.ContainsKey(item.Id)).Select(item => item.Id));
        while (left.TryPop(out var next))
        {
            if (!due.Add(next))
                continue;
            foreach (var needed in source[next].References)
                left.Push(needed);
        }

        foreach (var item in due.Select(id => source[id]))
        {
            Assert.True(target.TryGetValue(item.Id, out var copy), $"{item.Name} did not arrive; {last.State}: {last.ErrorMessage}");
            Assert.Equal((item.Revision, item.Hash, item.Name), (copy.Revision, copy.Hash, copy.Name));
            Assert.Equal(await DocumentAsync(pair.Source, item.Id), await DocumentAsync(pair.Target, item.Id));
        }

        var failures = (await pair.Source.SendAsync(new ShowJob(last.Id.ToString()))).Ok().Failures;
        Assert.All(failures, failure => Assert.Equal("item.reference-missing", failure.Outcome.Code));
        Assert.All(failures, failure => Assert.Contains(failure.Outcome.Item, blocked.Keys));
    }

    private static async Task<byte[]> DocumentAsync(SimulatedCore core, ItemId id) =>
        (await core.Services.GetRequiredService<ICatalogue>().ReadDocumentAsync(id, CancellationToken.None))!.Value.ToArray();
}
