using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>A target that follows the feed of any catalogue, now and then, ends with what the source says, though content it should have is never sent again.</summary>
public abstract class CatalogueFollowerContract : StoreContract
{
    private readonly Dictionary<ItemId, (Item Item, string Content)> source = [];
    private readonly Dictionary<ItemId, Copy> target = [];
    private readonly List<ItemId> ids = [];
    private Sequence checkpoint;
    private Random random = new(0);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Whatever_happens_to_the_items_the_follower_converges(int seed)
    {
        random = new Random(seed);
        for (var i = 0; i < 10; i++)
            ids.Add(new ItemId(Guid.NewGuid()));

        for (var step = 0; step < 300; step++)
        {
            await ChangeAsync(ids[random.Next(ids.Count)]);
            if (random.Next(4) == 0)
                await FollowAsync();
        }

        await FollowAsync();
        foreach (var (id, (item, content)) in source)
        {
            var copy = target.GetValueOrDefault(id);
            if (item is { AutoSync: true, IsDeleted: false })
                Assert.Equal((item.Name, content, true), (copy?.Name, copy?.Content, copy?.IsFlagged));
            else
                Assert.True(copy is not { IsFlagged: true }, $"{item.Name} is still read-only at the target");
        }
    }

    private async Task ChangeAsync(ItemId id)
    {
        var known = source.TryGetValue(id, out var before);
        var revision = known ? before.Item.Revision.Next() : new Revision(1);
        var content = !known || random.Next(3) == 0 ? $"content {random.Next()}" : before.Content;
        var flagged = known ? before.Item.AutoSync : random.Next(2) == 0;
        var kind = ChangeKind.Upsert;
        var deleted = false;
        switch (random.Next(6))
        {
            case 0:
                flagged = !flagged;
                kind = flagged ? ChangeKind.Upsert : ChangeKind.Release;
                content = known ? before.Content : content;
                break;
            case 1 when known && !before.Item.IsDeleted:
                deleted = true;
                kind = ChangeKind.Delete;
                break;
        }

        var item = SomeStored.Document($"name {random.Next()}", content, id, revision.Value, flagged) with { IsDeleted = deleted };
        var changed = !known || before.Item.IsDeleted || deleted || before.Content != content;
        await Store.Catalogue.WriteAsync([new CatalogueWrite(item, changed, kind, deleted ? null : SomeStored.Bytes(content))], Token);
        source[id] = (item, content);
    }

    private async Task FollowAsync()
    {
        var known = checkpoint;
        var limit = random.Next(1, 5);
        while (await Store.Catalogue.ChangesAsync(SomeStored.Queries, checkpoint, null, limit, Token) is { Count: > 0 } page)
        {
            foreach (var change in page)
                Apply(change, known);
            checkpoint = page[^1].Sequence;
        }

        // A released copy belongs to the target: somebody edits it.
        foreach (var copy in target.Values.Where(copy => !copy.IsFlagged))
            copy.Content = "edited there";
    }

    private void Apply(ItemChange change, Sequence known)
    {
        var id = change.Item.Id;
        switch (change.Kind)
        {
            case ChangeKind.Delete:
                target.Remove(id);
                break;
            case ChangeKind.Release when target.TryGetValue(id, out var copy):
                copy.IsFlagged = false;
                break;
            case ChangeKind.Upsert:
                var content = change.ContentSequence > known ? source[id].Content : target.GetValueOrDefault(id)?.Content;
                Assert.True(content is not null, $"the feed says that the target has the content of {change.Item.Name}");
                target[id] = new Copy { Name = change.Item.Name, Content = content, IsFlagged = true };
                break;
        }
    }

    private sealed class Copy
    {
        public required string Name { get; init; }

        public required string Content { get; set; }

        public required bool IsFlagged { get; set; }
    }
}
