using System.Diagnostics;
using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Items;
using CoreSync.Replication;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class J4_many_items_with_references
{
    private const int Count = 50_000;
    private static readonly string[] Components = ["tasks", "queries", "distribution-packages"];

    [Fact]
    public async Task Fifty_thousand_documents_in_random_order_arrive_each_after_what_it_needs()
    {
        await using var pair = await CorePair.CreateAsync();
        var items = await PutAsync(pair.Source, new Random(4));

        var clock = Stopwatch.StartNew();
        var job = await pair.Source.SyncedAsync();

        Assert.Equal((Count, 0), (job.Progress.Applied, job.Progress.Skipped));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"it took {clock.Elapsed}");
        await AssertInOrderAsync(pair.Target, items);
        Assert.Equal(0, (await pair.Source.SyncedAsync()).Progress.ItemsDone);
    }

    // Each item needs one to three others; which ones has nothing to do with the order in which they were written.
    private static async Task<List<Item>> PutAsync(RealCore core, Random random)
    {
        var origin = core.Services.GetRequiredService<Application.Cores.ILocalCore>().Current.Id;
        var ids = Enumerable.Range(0, Count).Select(_ => new ItemId(Guid.NewGuid())).ToArray();
        var items = new List<Item>(Count);
        for (var i = 0; i < Count; i++)
        {
            var document = BitConverter.GetBytes(i);
            items.Add(new Item
            {
                Id = ids[i],
                Component = ComponentName.Parse(Components[i % 3]).Value,
                Kind = ItemKind.Document,
                Name = $"item {i}",
                Origin = origin,
                Revision = Revision.None.Next(),
                Hash = ContentHash.Of(document),
                Size = document.Length,
                AutoSync = true,
                References = i == 0 ? [] : [.. Enumerable.Range(0, 1 + (i % 3)).Select(_ => ids[random.Next(i)]).Distinct()],
            });
        }

        var shuffled = items.ToArray();
        random.Shuffle(shuffled);
        var catalogue = core.Services.GetRequiredService<ICatalogue>();
        foreach (var part in shuffled.Chunk(5000))
        {
            await catalogue.WriteAsync(
                [.. part.Select(item => new CatalogueWrite(item, ContentChanged: true, Document: BitConverter.GetBytes(int.Parse(item.Name[5..], System.Globalization.CultureInfo.InvariantCulture))))],
                CancellationToken.None);
        }

        return items;
    }

    // The target's own sequences tell in which order it applied them.
    private static async Task AssertInOrderAsync(RealCore target, List<Item> items)
    {
        var catalogue = target.Services.GetRequiredService<ICatalogue>();
        var places = new Dictionary<ItemId, Sequence>(Count);
        foreach (var part in items.Chunk(5000))
        {
            foreach (FeedEntry entry in await catalogue.EntriesAsync([.. part.Select(item => item.Id)], CancellationToken.None))
                places.Add(entry.Item.Id, entry.Sequence);
        }

        Assert.Equal(Count, places.Count);
        foreach (var item in items)
        {
            foreach (var needed in item.References)
                Assert.True(places[needed] < places[item.Id], $"{item.Name} was applied before what it needs");
        }
    }
}
