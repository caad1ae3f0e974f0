using System.Text;
using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What the change feed of every catalogue tells.</summary>
public abstract class CatalogueFeedContract : StoreContract
{
    [Fact]
    public async Task Only_items_flagged_for_auto_sync_travel()
    {
        await PutAsync(SomeStored.Document("local", autoSync: false));
        await PutAsync(SomeStored.Document("travels"));
        await PutAsync(SomeStored.File("other component"));

        Assert.Equal("travels", Assert.Single(await FeedAsync()).Item.Name);
    }

    [Fact]
    public async Task An_item_occurs_once_at_its_last_change()
    {
        var item = await PutAsync(SomeStored.Document("first"));
        await PutAsync(SomeStored.Document("second"));
        await PutAsync(item with { Name = "first again", Revision = new Revision(2) }, contentChanged: false);

        var feed = await FeedAsync();

        Assert.Equal(["second", "first again"], feed.Select(change => change.Item.Name));
        Assert.True(feed[0].Sequence < feed[1].Sequence);
    }

    [Fact]
    public async Task The_content_sequence_moves_with_the_content_only()
    {
        var item = await PutAsync(SomeStored.Document("a"));
        var put = Assert.Single(await FeedAsync());
        await PutAsync(item with { Name = "renamed", Revision = new Revision(2) }, contentChanged: false);
        var renamed = Assert.Single(await FeedAsync());
        await PutAsync(item with { Revision = new Revision(3) }, contentChanged: true);
        var changed = Assert.Single(await FeedAsync());

        Assert.Equal(put.Sequence, put.ContentSequence);
        Assert.Equal(put.ContentSequence, renamed.ContentSequence);
        Assert.True(renamed.Sequence > put.Sequence);
        Assert.Equal(changed.Sequence, changed.ContentSequence);
    }

    [Fact]
    public async Task Content_that_never_travelled_counts_as_changed_when_the_item_is_flagged()
    {
        var item = await PutAsync(SomeStored.Document("a", autoSync: false));
        await PutAsync(SomeStored.Document("b"));
        var passed = await Store.Catalogue.HeadAsync(Token);

        await PutAsync(item with { AutoSync = true, Revision = new Revision(2) }, contentChanged: false);

        var change = Assert.Single(await FeedAsync(passed));
        Assert.True(change.ContentSequence > passed);
    }

    [Fact]
    public async Task Unflagging_releases_what_travelled_and_is_silent_about_the_rest()
    {
        var travelled = await PutAsync(SomeStored.Document("travelled"));
        var local = await PutAsync(SomeStored.Document("local", autoSync: false));

        await PutAsync(travelled with { AutoSync = false, Revision = new Revision(2) }, false, ChangeKind.Release);
        await PutAsync(local with { Revision = new Revision(2) }, false, ChangeKind.Release);

        var change = Assert.Single(await FeedAsync());
        Assert.Equal((ChangeKind.Release, travelled.Id), (change.Kind, change.Item.Id));
        Assert.Null(change.Content);
    }

    [Fact]
    public async Task A_target_that_was_away_learns_of_a_release_whatever_happens_to_the_item_afterwards()
    {
        var edited = await PutAsync(SomeStored.Document("edited"));
        var deleted = await PutAsync(SomeStored.Document("deleted"));
        await PutAsync(edited with { AutoSync = false, Revision = new Revision(2) }, false, ChangeKind.Release);
        await PutAsync(deleted with { AutoSync = false, Revision = new Revision(2) }, false, ChangeKind.Release);
        var released = await Store.Catalogue.HeadAsync(Token);

        await PutAsync(edited with { AutoSync = false, Revision = new Revision(3) });
        await PutAsync(deleted with { AutoSync = false, IsDeleted = true, Revision = new Revision(3) }, true, ChangeKind.Delete);

        Assert.Empty(await FeedAsync(released));
        var feed = await FeedAsync();
        Assert.Equal([edited.Id, deleted.Id], feed.Select(change => change.Item.Id));
        Assert.All(feed, change => Assert.Equal(ChangeKind.Release, change.Kind));
        Assert.All(feed, change => Assert.False(change.Item.IsDeleted));
    }

    [Fact]
    public async Task Flagging_again_after_a_release_sends_the_content_again()
    {
        var item = await PutAsync(SomeStored.Document("a"));
        await PutAsync(item with { AutoSync = false, Revision = new Revision(2) }, false, ChangeKind.Release);
        var passed = await Store.Catalogue.HeadAsync(Token);

        await PutAsync(item with { Revision = new Revision(3) }, contentChanged: false);

        var change = Assert.Single(await FeedAsync(passed));
        Assert.Equal(ChangeKind.Upsert, change.Kind);
        Assert.True(change.ContentSequence > passed);
    }

    [Fact]
    public async Task A_delete_travels_as_a_tombstone_without_content()
    {
        var item = await PutAsync(SomeStored.Document("a"));
        var local = await PutAsync(SomeStored.Document("local", autoSync: false));

        await PutAsync(item with { IsDeleted = true, Revision = new Revision(2) }, true, ChangeKind.Delete);
        await PutAsync(local with { IsDeleted = true, Revision = new Revision(2) }, true, ChangeKind.Delete);

        var change = Assert.Single(await FeedAsync());
        Assert.Equal((ChangeKind.Delete, item.Id, true), (change.Kind, change.Item.Id, change.Item.IsDeleted));
        Assert.Equal(2, change.Item.Revision.Value);
        Assert.Null(change.Content);
    }

    [Fact]
    public async Task A_tombstone_of_an_item_that_was_never_here_does_not_travel()
    {
        await PutAsync(SomeStored.Document("a") with { IsDeleted = true, Origin = SomeStored.OtherCore }, true, ChangeKind.Delete);

        Assert.Empty(await FeedAsync());
    }

    [Fact]
    public async Task A_file_that_comes_back_after_its_delete_travels_with_its_content()
    {
        var item = await PutAsync(SomeStored.Document("a"));
        await PutAsync(item with { IsDeleted = true, Revision = new Revision(2) }, true, ChangeKind.Delete);
        var passed = await Store.Catalogue.HeadAsync(Token);

        await PutAsync(item with { Revision = new Revision(3) }, contentChanged: false);

        var change = Assert.Single(await FeedAsync(passed));
        Assert.Equal((ChangeKind.Upsert, false), (change.Kind, change.Item.IsDeleted));
        Assert.True(change.ContentSequence > passed);
    }

    [Fact]
    public async Task Items_are_not_sent_back_to_the_core_that_made_them()
    {
        var own = await PutAsync(SomeStored.Document("own"));
        var theirs = await PutAsync(SomeStored.Document("theirs", origin: SomeStored.OtherCore));

        var toThem = await Store.Catalogue.ChangesAsync(SomeStored.Queries, Sequence.Zero, SomeStored.OtherCore, 10, Token);

        Assert.Equal([own.Id], toThem.Select(change => change.Item.Id));
        Assert.Equal([own.Id, theirs.Id], (await FeedAsync()).Select(change => change.Item.Id));
        Assert.Equal(1, (await Store.Catalogue.BacklogAsync(SomeStored.Queries, Sequence.Zero, SomeStored.OtherCore, Token)).Changes);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_overlap()
    {
        for (var i = 0; i < 25; i++)
            await PutAsync(SomeStored.Document($"item {i:D2}"));

        var names = new List<string>();
        var after = Sequence.Zero;
        while (await Store.Catalogue.ChangesAsync(SomeStored.Queries, after, null, 10, Token) is { Count: > 0 } page)
        {
            names.AddRange(page.Select(change => change.Item.Name));
            after = page[^1].Sequence;
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"item {i:D2}"), names);
    }

    [Fact]
    public async Task Small_documents_come_with_their_content_and_large_ones_without()
    {
        await PutAsync(SomeStored.Document("small", "content"), document: "content");
        var large = new string('x', ItemLimits.MaxInlineBytes + 1);
        var item = await PutAsync(SomeStored.Document("large", large), document: large);

        var feed = await FeedAsync();

        Assert.Equal("content", Encoding.UTF8.GetString(feed[0].Content!.Value.Span));
        Assert.Null(feed[1].Content);
        Assert.Equal(large.Length, (await Store.Catalogue.ReadDocumentAsync(item.Id, Token))!.Value.Length);
    }

    [Fact]
    public async Task A_page_is_full_although_its_content_is_not_all_in_memory()
    {
        const int count = 40;
        var document = new string('x', ItemLimits.MaxInlineBytes);
        for (var i = 0; i < count; i++)
            await PutAsync(SomeStored.Document($"{i:D2}", document), document: document);

        var feed = await FeedAsync();

        Assert.Equal(count, feed.Count);
        Assert.InRange(feed.Sum(change => (long)(change.Content?.Length ?? 0)), 1, ItemLimits.MaxBatchContentBytes);
    }

    [Fact]
    public async Task The_backlog_counts_what_the_feed_would_give()
    {
        await PutAsync(SomeStored.Document("a", "12345"));
        var passed = await Store.Catalogue.HeadAsync(Token);
        var renamed = await PutAsync(SomeStored.Document("b", "123"));
        await PutAsync(SomeStored.Document("local", "1234567", autoSync: false));

        Assert.Equal((2L, 8L), await Store.Catalogue.BacklogAsync(SomeStored.Queries, Sequence.Zero, null, Token));
        Assert.Equal((1L, 3L), await Store.Catalogue.BacklogAsync(SomeStored.Queries, passed, null, Token));
        passed = await Store.Catalogue.HeadAsync(Token);
        await PutAsync(renamed with { Name = "c", Revision = new Revision(2) }, contentChanged: false);
        Assert.Equal((1L, 0L), await Store.Catalogue.BacklogAsync(SomeStored.Queries, passed, null, Token));
    }

    [Fact]
    public async Task Certain_items_are_given_as_changes_in_feed_order()
    {
        var first = await PutAsync(SomeStored.Document("first", "1"), document: "1");
        var second = await PutAsync(SomeStored.Document("second", "2"), document: "2");
        await PutAsync(SomeStored.Document("third"));

        var changes = await Store.Catalogue.ChangesOfAsync([second.Id, new ItemId(Guid.NewGuid()), first.Id], Token);

        Assert.Equal([first.Id, second.Id], changes.Select(change => change.Item.Id));
        Assert.Equal("1", Encoding.UTF8.GetString(changes[0].Content!.Value.Span));
    }

    private async Task<Item> PutAsync(Item item, bool contentChanged = true, ChangeKind kind = ChangeKind.Upsert, string? document = null)
    {
        await Store.Catalogue.WriteAsync([new CatalogueWrite(item, contentChanged, kind, document is null ? null : SomeStored.Bytes(document))], Token);
        return item;
    }

    private async Task<IReadOnlyList<ItemChange>> FeedAsync(Sequence after = default) => await Store.Catalogue.ChangesAsync(SomeStored.Queries, after, null, 100, Token);
}
