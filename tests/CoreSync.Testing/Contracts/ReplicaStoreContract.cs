using System.Text;
using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Replication;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every target's memory of its sources does.</summary>
public abstract class ReplicaStoreContract : StoreContract
{
    private static readonly SourceIdentity Source = new(SomeStored.OtherCore, Guid.Parse("01010101-0202-0303-0404-050505050505"), 5);

    [Fact]
    public async Task A_new_source_has_no_checkpoints() => Assert.Empty((await Store.Replicas.OpenAsync(Source, Token)).Value);

    [Fact]
    public async Task A_committed_checkpoint_is_given_at_the_next_open()
    {
        await CommitAsync(checkpoint: 7);

        var checkpoints = (await Store.Replicas.OpenAsync(Source, Token)).Value;

        Assert.Equal((Source.StoreId, 7L), (Assert.Single(checkpoints).Value.StoreId, Assert.Single(checkpoints).Value.Sequence.Value));
        Assert.Equal(SomeStored.Queries, Assert.Single(checkpoints).Key);
    }

    [Fact]
    public async Task A_checkpoint_never_moves_back_and_none_leaves_it()
    {
        await CommitAsync(checkpoint: 7);
        await CommitAsync(checkpoint: 3);
        await CommitAsync(checkpoint: null);

        Assert.Equal(7, await CheckpointAsync());
    }

    [Fact]
    public async Task A_stale_writer_is_refused_everywhere_and_changes_nothing()
    {
        await CommitAsync(checkpoint: 7);
        await Store.Replicas.OpenAsync(Source with { Epoch = 9 }, Token);
        var head = await Store.Catalogue.HeadAsync(Token);

        var opened = await Store.Replicas.OpenAsync(Source, Token);
        var staged = await Store.Replicas.StageAsync(SomeStored.Queries, Batch(7, 8, Change(8)), [Change(8)], Token);
        var committed = await Store.Replicas.CommitAsync(Commit(checkpoint: 8, applied: Applied("a")), Token);

        Assert.Equal((5L, 9L), (opened.Errors.OfType<StaleEpochError>().Single().Epoch, opened.Errors.OfType<StaleEpochError>().Single().Highest));
        Assert.True(staged.HasError<StaleEpochError>());
        Assert.True(committed.HasError<StaleEpochError>());
        Assert.Empty(await Store.Replicas.InboxAsync(Token));
        Assert.Equal(7, await CheckpointAsync(Source with { Epoch = 9 }));
        Assert.Equal(head, await Store.Catalogue.HeadAsync(Token));
    }

    [Fact]
    public async Task A_newer_writer_is_accepted_and_remembered_without_an_open()
    {
        await CommitAsync(checkpoint: 7);

        Assert.True((await Store.Replicas.StageAsync(SomeStored.Queries, Batch(7, 8) with { Source = Source with { Epoch = 6 } }, [], Token)).IsSuccess);

        Assert.True((await Store.Replicas.OpenAsync(Source, Token)).HasError<StaleEpochError>());
    }

    [Fact]
    public async Task A_replaced_store_begins_at_none_and_the_old_one_must_ask_first()
    {
        await CommitAsync(checkpoint: 7);
        await Store.Replicas.StageAsync(SomeStored.Queries, Batch(7, 8, Change(8)), [Change(8)], Token);
        var replaced = Source with { StoreId = Guid.NewGuid(), Epoch = 1 };

        var beforeOpen = await Store.Replicas.StageAsync(SomeStored.Queries, Batch(0, 1) with { Source = replaced }, [], Token);
        var opened = await Store.Replicas.OpenAsync(replaced, Token);
        var fromOld = await Store.Replicas.StageAsync(SomeStored.Queries, Batch(7, 8, Change(8)), [Change(8)], Token);
        var committedByOld = await Store.Replicas.CommitAsync(Commit(checkpoint: 8), Token);

        Assert.True(beforeOpen.HasError<BatchOutOfOrderError>());
        Assert.Equal(Sequence.Zero, Assert.Single(opened.Value).Value.Sequence);
        Assert.True(fromOld.HasError<BatchOutOfOrderError>());
        Assert.True(committedByOld.HasError<BatchOutOfOrderError>());
        Assert.Empty(await Store.Replicas.InboxAsync(Token));
        Assert.Equal(0, await CheckpointAsync(replaced));
    }

    [Fact]
    public async Task The_mark_of_a_stream_tells_every_batch_and_is_the_same_after_the_same_batches()
    {
        var first = (await Store.Replicas.CommitAsync(Commit(checkpoint: 7), Token)).Value;
        var again = (await Store.Replicas.CommitAsync(Commit(checkpoint: null, applied: Applied("again")), Token)).Value;

        Assert.NotEqual(Guid.Empty, first);
        Assert.NotEqual(first, again);
        Assert.Equal(again, Assert.Single((await Store.Replicas.OpenAsync(Source, Token)).Value).Value.Mark);
    }

    // The source kept the mark of the old store, or none: it must find out that something was received before (P6).
    [Fact]
    public async Task A_replaced_store_finds_a_mark_that_nobody_gave_it()
    {
        var before = (await Store.Replicas.CommitAsync(Commit(checkpoint: 7), Token)).Value;

        var opened = await Store.Replicas.OpenAsync(Source with { StoreId = Guid.NewGuid(), Epoch = 1 }, Token);

        Assert.NotEqual(Guid.Empty, Assert.Single(opened.Value).Value.Mark);
        Assert.NotEqual(before, Assert.Single(opened.Value).Value.Mark);
    }

    [Fact]
    public async Task Of_two_writers_with_one_epoch_the_second_is_refused_until_it_rises()
    {
        var one = Source with { Writer = Guid.NewGuid() };
        var other = Source with { Writer = Guid.NewGuid() };
        Assert.True((await Store.Replicas.OpenAsync(one, Token)).IsSuccess);

        var refused = await Store.Replicas.OpenAsync(other, Token);
        var same = await Store.Replicas.OpenAsync(one, Token);
        var risen = await Store.Replicas.OpenAsync(other with { Epoch = 6 }, Token);
        var late = await Store.Replicas.OpenAsync(one, Token);

        Assert.Equal((5L, 5L), (refused.Errors.OfType<StaleEpochError>().Single().Epoch, refused.Errors.OfType<StaleEpochError>().Single().Highest));
        Assert.True(same.IsSuccess && risen.IsSuccess);
        Assert.True(late.HasError<StaleEpochError>());
    }

    [Fact]
    public async Task A_batch_that_would_leave_a_gap_is_refused_and_nothing_is_staged()
    {
        await CommitAsync(checkpoint: 7);

        var staged = await Store.Replicas.StageAsync(SomeStored.Queries, Batch(8, 9, Change(9)), [Change(9)], Token);

        var error = Assert.Single(staged.Errors.OfType<BatchOutOfOrderError>());
        Assert.Equal((8L, 7L), (error.After, error.Checkpoint));
        Assert.Empty(await Store.Replicas.InboxAsync(Token));
    }

    [Fact]
    public async Task A_batch_of_before_the_checkpoint_is_harmless()
    {
        await CommitAsync(checkpoint: 7);

        Assert.True((await Store.Replicas.StageAsync(SomeStored.Queries, Batch(3, 5, Change(4)), [Change(4)], Token)).IsSuccess);
        Assert.True((await Store.Replicas.CommitAsync(Commit(checkpoint: 5, settled: [4]), Token)).IsSuccess);

        Assert.Equal(7, await CheckpointAsync());
    }

    [Fact]
    public async Task The_inbox_holds_what_was_staged_with_every_field_until_it_is_settled()
    {
        var document = Change(2, "{\"ü\":1}");
        var delete = new ItemChange(new Sequence(3), ChangeKind.Delete, SomeStored.Document("gone", origin: SomeStored.OtherCore) with { IsDeleted = true }, new Sequence(1));
        await Store.Replicas.OpenAsync(Source, Token);
        await Store.Replicas.StageAsync(SomeStored.Queries, Batch(0, 3, document, delete), [document, delete], Token);
        await Store.Replicas.StageAsync(SomeStored.Queries, Batch(0, 3, document, delete), [document, delete], Token);

        var inbox = await Store.Replicas.InboxAsync(Token);

        Assert.Equal([2, 3], inbox.Select(entry => entry.Change.Sequence.Value));
        Assert.All(inbox, entry => Assert.Equal((Source.Core, SomeStored.Queries), (entry.Source, entry.Component)));
        Assert.Equivalent(document.Item, inbox[0].Change.Item, strict: true);
        Assert.Equal("{\"ü\":1}", Encoding.UTF8.GetString(inbox[0].Change.Content!.Value.Span));
        Assert.Equal((ChangeKind.Delete, 1L, true), (inbox[1].Change.Kind, inbox[1].Change.ContentSequence.Value, inbox[1].Change.Item.IsDeleted));
        Assert.Null(inbox[1].Change.Content);

        await Store.Replicas.CommitAsync(Commit(checkpoint: 3, settled: [2]), Token);
        Assert.Equal([3], (await Store.Replicas.InboxAsync(Token)).Select(entry => entry.Change.Sequence.Value));
    }

    [Fact]
    public async Task Applied_items_are_in_the_catalogue_read_only_and_in_this_cores_own_feed()
    {
        var head = await Store.Catalogue.HeadAsync(Token);
        var applied = Applied("received", "content");

        await CommitAsync(checkpoint: 1, applied: applied);

        var item = (await Store.Catalogue.FindAsync(applied.Item.Id, Token))!;
        Assert.True(item.IsReadOnlyOn(SomeStored.Core.Id));
        Assert.Equal("content", Encoding.UTF8.GetString((await Store.Catalogue.ReadDocumentAsync(item.Id, Token))!.Value.Span));
        var onward = Assert.Single(await Store.Catalogue.ChangesAsync(SomeStored.Queries, head, null, 10, Token));
        Assert.True(onward.Sequence > head);
        Assert.Empty(await Store.Catalogue.ChangesAsync(SomeStored.Queries, head, SomeStored.OtherCore, 10, Token));
    }

    [Fact]
    public async Task Recovery_settles_a_stream_and_records_what_was_applied()
    {
        await Store.Replicas.OpenAsync(Source, Token);
        await Store.Replicas.StageAsync(SomeStored.Queries, Batch(0, 2, Change(1), Change(2)), [Change(1), Change(2)], Token);
        var file = new ItemChange(new Sequence(3), ChangeKind.Upsert, SomeStored.File("f", origin: SomeStored.OtherCore), new Sequence(3));
        await Store.Replicas.StageAsync(SomeStored.Packages, Batch(0, 3, file), [file], Token);
        var applied = Applied("recovered");

        await Store.Replicas.SettleInboxAsync(Source.Core, SomeStored.Queries, [applied], Token);

        Assert.Equal(SomeStored.Packages, Assert.Single(await Store.Replicas.InboxAsync(Token)).Component);
        Assert.NotNull(await Store.Catalogue.FindAsync(applied.Item.Id, Token));
        // The position stays; the mark tells that something was applied since (P6).
        var (stream, at) = Assert.Single((await Store.Replicas.OpenAsync(Source, Token)).Value);
        Assert.Equal(SomeStored.Queries, stream);
        Assert.Equal(Sequence.Zero, at.Sequence);
        Assert.NotEqual(Guid.Empty, at.Mark);
    }

    [Fact]
    public async Task Checkpoints_of_components_and_sources_are_apart()
    {
        await CommitAsync(checkpoint: 7);
        var other = Source with { Core = new Servers.CoreId(Guid.NewGuid()) };

        Assert.Empty((await Store.Replicas.OpenAsync(other, Token)).Value);
        Assert.True((await Store.Replicas.StageAsync(SomeStored.Packages, Batch(7, 8), [], Token)).HasError<BatchOutOfOrderError>());
    }

    private static ItemChange Change(long sequence, string content = "{}") =>
        new(new Sequence(sequence), ChangeKind.Upsert, SomeStored.Document($"item {sequence}", content, origin: SomeStored.OtherCore), new Sequence(sequence))
        {
            Content = SomeStored.Bytes(content),
        };

    private static ChangeBatch Batch(long after, long last, params ItemChange[] changes) => new(Source, new Sequence(after), new Sequence(last), changes);

    private static AppliedItem Applied(string name, string content = "{}") =>
        new(SomeStored.Document(name, content, origin: SomeStored.OtherCore), SomeStored.Bytes(content), true, ChangeKind.Upsert);

    private static ReplicaCommit Commit(long? checkpoint, AppliedItem? applied = null, long[]? settled = null) => new(
        Source, SomeStored.Queries, applied is null ? [] : [applied], checkpoint is { } reached ? new Sequence(reached) : null,
        [.. (settled ?? []).Select(sequence => new Sequence(sequence))]);

    private async Task CommitAsync(long? checkpoint, AppliedItem? applied = null) =>
        Assert.True((await Store.Replicas.CommitAsync(Commit(checkpoint, applied), Token)).IsSuccess);

    private async Task<long?> CheckpointAsync(SourceIdentity? source = null) =>
        (await Store.Replicas.OpenAsync(source ?? Source, Token)).Value.TryGetValue(SomeStored.Queries, out var checkpoint) ? checkpoint.Sequence.Value : null;
}
