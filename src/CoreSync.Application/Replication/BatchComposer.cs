using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Application.Replication;

/// <summary>Reads changes from a feed and puts together the next batch with the content that travels inside it.</summary>
internal sealed class BatchComposer(IChangeFeed feed)
{
    /// <summary>Content read ahead for one batch: half the wire's limit, so that headers and one more document always fit.</summary>
    private const int TargetContentBytes = ItemLimits.MaxBatchContentBytes / 2;
    private const int TargetItems = 1000;

    /// <summary>The next batch after a position.</summary>
    /// <param name="run">Source, component and target.</param>
    /// <param name="after">Exclusive.</param>
    /// <param name="known">The target has all content up to here.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null when the feed is drained.</returns>
    public async Task<Result<PreparedBatch?>> NextAsync(ReplicationRun run, Sequence after, Sequence known, CancellationToken cancellationToken)
    {
        // The head is read before the changes: everything up to it is in what follows, so a drained feed may move the checkpoint there.
        var head = await feed.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head.IsFailed)
            return head.ToResult<PreparedBatch?>();
        var read = await feed.ReadAsync(run.Component, after, run.Target, TargetItems, cancellationToken).ConfigureAwait(false);
        if (read.IsFailed)
            return read.ToResult<PreparedBatch?>();
        if (read.Value.Count == 0)
            return Result.Ok<PreparedBatch?>(null);
        var filled = await FillAsync(read.Value, known, cancellationToken).ConfigureAwait(false);
        var isDrained = read.Value.Count < TargetItems && filled.Read == read.Value.Count;
        var last = read.Value[filled.Read - 1].Sequence;
        if (isDrained && head.Value.Sequence > last)
            last = head.Value.Sequence;
        return Result.Ok<PreparedBatch?>(new PreparedBatch(new ChangeBatch(head.Value.Source, after, last, filled.Changes), filled.Apart, filled.Unreadable));
    }

    /// <summary>A batch that offers certain items again, with all content or with none; it moves no checkpoint.</summary>
    public async Task<Result<PreparedBatch?>> AgainAsync(
        SourceIdentity source, Sequence at, IReadOnlyCollection<ItemId> items, bool withContent, CancellationToken cancellationToken)
    {
        var read = await feed.ReadItemsAsync(items, cancellationToken).ConfigureAwait(false);
        if (read.IsFailed)
            return read.ToResult<PreparedBatch?>();
        if (read.Value.Count == 0)
            return Result.Ok<PreparedBatch?>(null);
        var filled = await FillAsync(read.Value, withContent ? Sequence.Zero : new Sequence(long.MaxValue), cancellationToken).ConfigureAwait(false);
        return Result.Ok<PreparedBatch?>(new PreparedBatch(new ChangeBatch(source, at, at, filled.Changes), filled.Apart, filled.Unreadable));
    }

    private async Task<Filled> FillAsync(IReadOnlyList<ItemChange> changes, Sequence known, CancellationToken cancellationToken)
    {
        var filled = new Filled();
        var bytes = 0L;
        foreach (var change in changes)
        {
            if (!NeedsContent(change, known))
            {
                filled.Changes.Add(change with { Content = null });
            }
            else if (change.Item.Size > ItemLimits.MaxInlineBytes)
            {
                filled.Changes.Add(change with { Content = null });
                filled.Apart.Add(change);
            }
            else
            {
                if (filled.Read > 0 && bytes + change.Item.Size > TargetContentBytes)
                    break;
                var content = await ReadAsync(change, cancellationToken).ConfigureAwait(false);
                if (content.IsFailed)
                    filled.Unreadable.Add((change, content.FirstError()));
                else
                    filled.Changes.Add(change with { Content = content.Value });
                bytes += change.Item.Size;
            }

            filled.Read++;
        }

        return filled;
    }

    private static bool NeedsContent(ItemChange change, Sequence known) =>
        change.Kind == ChangeKind.Upsert && change.Item.Kind is ItemKind.Document or ItemKind.File && change.Item.Size > 0 && change.ContentSequence > known;

    private async Task<Result<ReadOnlyMemory<byte>>> ReadAsync(ItemChange change, CancellationToken cancellationToken)
    {
        if (change.Content is { } inline)
            return inline;
        var opened = await feed.OpenContentAsync(change, cancellationToken).ConfigureAwait(false);
        if (opened.IsFailed)
            return opened.ToResult<ReadOnlyMemory<byte>>();
        await using var stream = opened.Value.ConfigureAwait(false);
        var bytes = new byte[change.Item.Size];
        int read;
        bool hasMore;
        try
        {
            read = await opened.Value.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            hasMore = read == bytes.Length && opened.Value.ReadByte() >= 0;
        }
        catch (IOException exception)
        {
            return Result.Fail(new ContentUnreadableError(change.Item.Name, exception.Message).CausedBy(exception));
        }

        // The file may have changed since it was scanned: the next scan gives it a new revision, this one is not sent.
        return read != bytes.Length || hasMore || ContentHash.Of(bytes) != change.Item.Hash
            ? Result.Fail(new ContentUnstableError(change.Item.Name))
            : new ReadOnlyMemory<byte>(bytes);
    }

    private sealed class Filled
    {
        public List<ItemChange> Changes { get; } = [];

        public List<ItemChange> Apart { get; } = [];

        public List<(ItemChange Change, CoreSyncError Error)> Unreadable { get; } = [];

        public int Read { get; set; }
    }
}

/// <summary>A batch ready to be sent.</summary>
/// <param name="Batch">What travels.</param>
/// <param name="Apart">Changes in it whose content is sent before, apart and resumable.</param>
/// <param name="Unreadable">Changes left out since their content cannot be read now; offered again later.</param>
internal sealed record PreparedBatch(ChangeBatch Batch, IReadOnlyList<ItemChange> Apart, IReadOnlyList<(ItemChange Change, CoreSyncError Error)> Unreadable);

/// <summary>One replication: a component of a source to a target.</summary>
/// <param name="TargetEntry">The target in the list of this core.</param>
/// <param name="Fqdn">Its name, for logs and errors.</param>
/// <param name="Target">The target core: items that it made are never sent back (A8).</param>
/// <param name="Component">The component.</param>
internal sealed record ReplicationRun(TargetId TargetEntry, Fqdn Fqdn, CoreId Target, ComponentName Component);
