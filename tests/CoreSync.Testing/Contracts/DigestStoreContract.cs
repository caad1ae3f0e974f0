using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Verification;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every store of digests does: they are what the items add up to, whatever happened to the items.</summary>
public abstract class DigestStoreContract : StoreContract
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task After_any_history_the_kept_digests_are_those_counted_anew(int seed)
    {
        var random = new Random(seed);
        var items = new List<Item>();
        for (var step = 0; step < 60; step++)
        {
            var writes = new List<CatalogueWrite>();
            for (var i = random.Next(1, 8); i > 0; i--)
                writes.Add(Write(random, items));
            await Store.Catalogue.WriteAsync(writes, Token);
            if (step % 10 == 0)
                await AssertCountedAsync();
        }

        await AssertCountedAsync();
        Assert.Contains(await Store.Digests.TotalsAsync(null, Token), total => total.Digest.Items > 1);
    }

    [Fact]
    public async Task Name_group_and_owner_do_not_count_revision_content_and_payloads_do()
    {
        var item = SomeStored.Document("query", "content");
        var first = await SumAsync(item);

        Assert.Equal(first, await SumAsync(item with { Name = "query %1", Group = "moved", Owner = "somebody", StartAt = SomeStored.Start }));
        Assert.NotEqual(first, await SumAsync(item with { Revision = new Revision(2) }));
        Assert.NotEqual(first, await SumAsync(item with { Hash = ContentHash.Of("other"u8) }));
        var payload = new Payload(RelativePath.Parse("a/b.bin").Value, 3, ContentHash.Of("one"u8));
        var carried = await SumAsync(item with { Payloads = [payload] });
        Assert.NotEqual(first, carried);
        Assert.NotEqual(carried, await SumAsync(item with { Payloads = [payload with { Hash = ContentHash.Of("two"u8) }] }));
        Assert.NotEqual(carried, await SumAsync(item with { Payloads = [payload with { Path = RelativePath.Parse("a/c.bin").Value }] }));
    }

    [Fact]
    public async Task Deleted_and_released_items_do_not_count()
    {
        var kept = SomeStored.Document("kept");
        var released = SomeStored.Document("released");
        var deleted = SomeStored.Document("deleted");
        await Store.Catalogue.WriteAsync([Flagged(kept), Flagged(released), Flagged(deleted)], Token);
        await Store.Catalogue.WriteAsync(
            [
                new CatalogueWrite(released with { AutoSync = false, Revision = new Revision(2) }, false, ChangeKind.Release),
                new CatalogueWrite(deleted with { IsDeleted = true, Revision = new Revision(2) }, true, ChangeKind.Delete),
            ],
            Token);

        Assert.Equal(1, Assert.Single(await Store.Digests.TotalsAsync(SomeStored.Queries, Token)).Digest.Items);
        var entry = Assert.Single(await Store.Digests.EntriesAsync(SomeStored.Queries, SomeStored.Core.Id, IdPrefix.All, null, 10, Token));
        Assert.Equal((kept.Id, kept.Revision), (entry.Id, entry.Revision));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(0, 3)]
    [InlineData(2, 3)]
    [InlineData(1, 5)]
    [InlineData(3, 32)]
    public async Task Ranges_add_up_to_what_they_lie_in(int within, int digits)
    {
        await Store.Catalogue.WriteAsync([.. Enumerable.Range(0, 300).Select(i => Flagged(SomeStored.Document($"item {i}")))], Token);
        var some = (await Store.Digests.EntriesAsync(SomeStored.Queries, SomeStored.Core.Id, IdPrefix.All, null, 1, Token))[0];
        var prefix = IdPrefix.Of(some.Id, within);

        var ranges = await Store.Digests.RangesAsync(SomeStored.Queries, SomeStored.Core.Id, prefix, digits, Token);

        var whole = Digest.None;
        foreach (var entry in await Store.Digests.EntriesAsync(SomeStored.Queries, SomeStored.Core.Id, prefix, null, 1000, Token))
            whole = whole.Plus(1, entry.Sum);
        Assert.All(ranges, range => Assert.True(range.Prefix.Digits.Length == digits && range.Prefix.Digits.StartsWith(prefix.Digits, StringComparison.Ordinal)));
        Assert.Equal(whole, ranges.Aggregate(Digest.None, (sum, range) => sum.Plus(range.Digest.Items, range.Digest.Sum)));
    }

    [Fact]
    public async Task Entries_come_in_pages_by_id_without_gaps()
    {
        await Store.Catalogue.WriteAsync([.. Enumerable.Range(0, 100).Select(i => Flagged(SomeStored.Document($"item {i}")))], Token);
        var read = new List<DigestEntry>();
        IReadOnlyList<DigestEntry> page;
        do
        {
            page = await Store.Digests.EntriesAsync(SomeStored.Queries, SomeStored.Core.Id, IdPrefix.All, read.Count == 0 ? null : read[^1].Id, 7, Token);
            read.AddRange(page);
        }
        while (page.Count > 0);

        Assert.Equal(100, read.Select(entry => entry.Id).Distinct().Count());
        Assert.Equal(read.Select(entry => entry.Id.ToString()).Order(StringComparer.Ordinal), read.Select(entry => entry.Id.ToString()));
    }

    [Fact]
    public async Task What_others_made_counts_apart()
    {
        await Store.Catalogue.WriteAsync([Flagged(SomeStored.Document("own")), Flagged(SomeStored.Document("theirs", origin: SomeStored.OtherCore))], Token);

        var totals = await Store.Digests.TotalsAsync(null, Token);

        Assert.Equal(
            new[] { SomeStored.Core.Id, SomeStored.OtherCore }.Select(core => core.ToString()).Order(StringComparer.Ordinal),
            totals.Select(total => total.Origin.ToString()).Order(StringComparer.Ordinal));
        Assert.All(totals, total => Assert.Equal(1, total.Digest.Items));
    }

    private static CatalogueWrite Flagged(Item item) => new(item, true, ChangeKind.Upsert, SomeStored.Bytes("{}"));

    private static CatalogueWrite Write(Random random, List<Item> items)
    {
        if (items.Count == 0 || random.Next(3) == 0)
        {
            items.Add(random.Next(4) == 0
                ? SomeStored.File($"file {items.Count}", $"{random.Next()}", autoSync: random.Next(3) > 0)
                : SomeStored.Document($"item {items.Count}", $"{random.Next()}", autoSync: random.Next(3) > 0, origin: random.Next(3) == 0 ? SomeStored.OtherCore : null));
            return Flagged(items[^1]);
        }

        var index = random.Next(items.Count);
        var next = items[index] with { Revision = items[index].Revision.Next() };
        next = random.Next(6) switch
        {
            0 => next with { AutoSync = !next.AutoSync },
            1 => next with { IsDeleted = !next.IsDeleted },
            2 => next with { Name = next.Name + "+" },
            3 => next with { Origin = next.Origin == SomeStored.OtherCore ? SomeStored.Core.Id : SomeStored.OtherCore },
            4 when next.Kind == ItemKind.Document => next with { Payloads = [new Payload(RelativePath.Parse($"p{random.Next(3)}").Value, 1, ContentHash.Of([(byte)random.Next(3)]))] },
            _ => next with { Hash = ContentHash.Of([(byte)random.Next(256)]) },
        };
        items[index] = next;
        return new CatalogueWrite(next, true, next.IsDeleted ? ChangeKind.Delete : next.AutoSync ? ChangeKind.Upsert : ChangeKind.Release);
    }

    private async Task AssertCountedAsync() => Assert.Equal(await Store.Digests.RecountAsync(Token), await Store.Digests.TotalsAsync(null, Token));

    private async Task<UInt128> SumAsync(Item item)
    {
        await Store.Catalogue.WriteAsync([Flagged(item)], Token);
        return Assert.Single(await Store.Digests.TotalsAsync(SomeStored.Queries, Token)).Digest.Sum;
    }
}
