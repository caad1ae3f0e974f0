using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Application.Replication;

/// <summary>Gives changes the content that the target lacks: small content inside the batch, the rest apart.</summary>
internal sealed class OutgoingContent(IChangeFeed feed)
{
    /// <summary>Fills in content.</summary>
    /// <param name="batch">The batch without content, or with what was read along.</param>
    /// <param name="known">The target has all content up to here.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<PreparedBatch> FillAsync(ChangeBatch batch, Sequence known, CancellationToken cancellationToken)
    {
        var changes = new List<ItemChange>(batch.Changes.Count);
        var apart = new List<ItemChange>();
        var unreadable = new List<(ItemChange, CoreSyncError)>();
        var inline = 0L;
        foreach (var change in batch.Changes)
        {
            if (!NeedsContent(change, known))
            {
                changes.Add(change with { Content = null });
            }
            else if (change.Item.Size > ItemLimits.MaxInlineBytes || inline + change.Item.Size > ItemLimits.MaxBatchContentBytes)
            {
                changes.Add(change with { Content = null });
                apart.Add(change with { Content = null });
            }
            else
            {
                var content = await ReadAsync(change, cancellationToken).ConfigureAwait(false);
                if (content.IsFailed)
                    unreadable.Add((change, content.FirstError()));
                else
                    changes.Add(change with { Content = content.Value });
                inline += change.Item.Size;
            }
        }

        return new PreparedBatch(batch with { Changes = changes }, apart, unreadable) { WithPayloads = [.. changes.Where(change => NeedsPayloads(change, known))] };
    }

    private static bool NeedsContent(ItemChange change, Sequence known) =>
        change.Kind == ChangeKind.Upsert && change.Item.Kind is ItemKind.Document or ItemKind.File && change.Item.Size > 0 && change.ContentSequence > known;

    // What comes along is not judged by the checkpoint of another component: the target is asked.
    private static bool NeedsPayloads(ItemChange change, Sequence known) =>
        change is { Kind: ChangeKind.Upsert, Item.Payloads.Count: > 0 } && (change.IsCompanion || change.ContentSequence > known);

    private async Task<Result<ReadOnlyMemory<byte>>> ReadAsync(ItemChange change, CancellationToken cancellationToken)
    {
        if (change.Content is { } inline)
            return inline;
        var opened = await feed.OpenContentAsync(change, 0, cancellationToken).ConfigureAwait(false);
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
}

/// <summary>A batch ready to be sent.</summary>
/// <param name="Batch">What travels.</param>
/// <param name="Apart">Changes in it whose content is sent before, apart and resumable.</param>
/// <param name="Withheld">Changes left out since they cannot be sent now; offered again later.</param>
internal sealed record PreparedBatch(ChangeBatch Batch, IReadOnlyList<ItemChange> Apart, IReadOnlyList<(ItemChange Change, CoreSyncError Error)> Withheld)
{
    /// <summary>Changes in it whose payloads the target may lack; sent before, each content once.</summary>
    public IReadOnlyList<ItemChange> WithPayloads { get; init; } = [];
}
