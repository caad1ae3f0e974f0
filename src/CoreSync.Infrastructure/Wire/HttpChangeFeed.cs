using System.Globalization;
using CoreSync.Application;
using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>The feed of a source core over HTTPS (P1). Whatever does not fit what was asked is no answer of a core; nothing of it is used.</summary>
internal sealed class HttpChangeFeed(PeerClient peer, CoreAnswer core, string fqdn) : IChangeFeed
{
    // A record with its payloads may be large: fewer ids at a time keep an answer small.
    private const int ItemsAtATime = 500;

    private readonly SmallPayloads payloads = new(peer);

    public async Task<Result<FeedHead>> HeadAsync(CancellationToken cancellationToken)
    {
        var answer = await peer.GetAsync("feed/head", WireJson.Tolerant.FeedHeadAnswer, cancellationToken).ConfigureAwait(false);
        if (answer.IsFailed)
            return answer.ToResult();
        return Head(answer.Value) is { } head && answer.Value.Core == core.Id ? head : Wrong("another feed");
    }

    public async Task<Result<IReadOnlyList<ItemChange>>> ReadAsync(
        ComponentName component, Sequence after, CoreId? notFrom, int limit, CancellationToken cancellationToken)
    {
        var changes = new List<ItemChange>();
        var room = (long)ItemLimits.MaxBatchContentBytes;
        for (var position = after; changes.Count < limit;)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"feed/components/{component}/changes?after={position.Value}&limit={limit - changes.Count}");
            var batch = Batch(component, await peer.GetFrameAsync(path, Protocol.BatchType, cancellationToken).ConfigureAwait(false));
            if (batch.IsFailed)
                return batch.ToResult();
            if (batch.Value.After != position || batch.Value.Changes.Count > limit - changes.Count || !IsInOrder(component, batch.Value))
                return Wrong("changes that were not asked for");
            foreach (var change in batch.Value.Changes)
            {
                // Memory is bounded (S5): content beyond what fits in a batch is read when its turn comes.
                var keeps = change.Content is { } content && content.Length <= room;
                room -= keeps ? change.Content!.Value.Length : 0;
                changes.Add(keeps ? change : change with { Content = null });
                payloads.Announce(change.Item.Payloads);
            }

            if (batch.Value.Changes.Count == 0 || batch.Value.Last > batch.Value.Changes[^1].Sequence)
                break;
            position = batch.Value.Last;
        }

        return changes;
    }

    public Task<Result<IReadOnlyList<ItemChange>>> ReadItemsAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) => ItemsAsync(items, content: true, cancellationToken);

    public async Task<Result<IReadOnlyList<FeedEntry>>> EntriesAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken)
    {
        var read = await ItemsAsync(items, content: false, cancellationToken).ConfigureAwait(false);
        return read.IsFailed
            ? read.ToResult()
            : Result.Ok<IReadOnlyList<FeedEntry>>([.. read.Value.Select(change => new FeedEntry(change.Item, change.Sequence, change.ContentSequence, change.Kind))]);
    }

    public async Task<Result<IReadOnlyList<ItemChange>>> ReadCopiesAsync(IReadOnlyCollection<ItemId> items, bool asCopies, CancellationToken cancellationToken)
    {
        var read = await ItemsAsync(items, content: true, cancellationToken).ConfigureAwait(false);
        return read.IsFailed ? read : Result.Ok<IReadOnlyList<ItemChange>>([.. read.Value.Where(change => change.Kind == ChangeKind.Upsert)]);
    }

    public Task<Result<Stream>> OpenContentAsync(ItemChange change, long offset, CancellationToken cancellationToken) => OpenAsync(
        from => string.Create(
            CultureInfo.InvariantCulture, $"feed/components/{change.Item.Component}/items/{change.Item.Id.Value}/content?sha256={change.Item.Hash}&offset={from}"),
        change.Item.Size, offset, cancellationToken);

    public async Task<Result<Stream>> OpenPayloadAsync(Payload payload, long offset, CancellationToken cancellationToken)
    {
        if (payload.Size <= ItemLimits.MaxInlineBytes)
        {
            var small = await payloads.FindAsync(payload, cancellationToken).ConfigureAwait(false);
            if (small.IsFailed)
                return Failed(small.FirstError());
            if (small.Value is { } bytes)
                return new MemoryStream(bytes, writable: false) { Position = offset };
        }

        return await OpenAsync(
            from => string.Create(CultureInfo.InvariantCulture, $"feed/payloads/{payload.Hash}?size={payload.Size}&offset={from}"), payload.Size, offset, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Certain items as the feed tells of them now, of whatever component.</summary>
    public async Task<Result<IReadOnlyList<ItemChange>>> ItemsAsync(IReadOnlyCollection<ItemId> items, bool content, CancellationToken cancellationToken)
    {
        var changes = new List<ItemChange>(items.Count);
        var room = (long)ItemLimits.MaxBatchContentBytes;
        var left = items.Select(item => item.Value).Distinct().ToList();
        while (left.Count > 0)
        {
            var asked = left.Take(ItemsAtATime).ToList();
            var batch = Batch(ComponentName.Presets[0], await peer.PostForFrameAsync(
                "feed/items", new FeedItemsRequest(asked, content), WireJson.Strict.FeedItemsRequest, Protocol.BatchType, cancellationToken).ConfigureAwait(false));
            if (batch.IsFailed)
                return batch.ToResult();
            var answered = asked.Take((int)Math.Min(batch.Value.Last.Value, asked.Count)).ToHashSet();
            if (answered.Count == 0 || batch.Value.Changes.Any(change => !answered.Contains(change.Item.Id.Value)))
                return Wrong("items that were not asked for");
            foreach (var change in batch.Value.Changes)
            {
                var keeps = change.Content is { } bytes && bytes.Length <= room;
                room -= keeps ? change.Content!.Value.Length : 0;
                changes.Add(change with { IsCompanion = false, Content = keeps ? change.Content : null });
                payloads.Announce(change.Item.Payloads);
            }

            left.RemoveRange(0, answered.Count);
        }

        changes.Sort((one, other) => one.Sequence.CompareTo(other.Sequence));
        return changes;
    }

    public async Task<Result<bool>> ReadChunksAsync(Payload payload, ChunkSizes sizes, Action<ContentChunk> found, CancellationToken cancellationToken)
    {
        if (!core.Offers(Protocol.DeltaFeature))
            return false;
        var path = string.Create(CultureInfo.InvariantCulture, $"feed/payloads/{payload.Hash}/chunks?size={payload.Size}&average={sizes.Average}");
        var frame = await peer.GetFrameAsync(path, Protocol.ChunksType, cancellationToken).ConfigureAwait(false);
        if (frame.IsFailed)
            return Failed(frame.FirstError()).ToResult();
        if (ChunkFrame.Decode(frame.Value) is not { IsSuccess: true, Value: var told } || (told is not null && (told.Hash != payload.Hash || told.Size != payload.Size || told.Sizes != sizes)))
            return Wrong("chunks that were not asked for");
        foreach (var chunk in told?.Chunks ?? [])
            found(chunk);
        return told is not null;
    }

    public async Task<Result> ReadPayloadAsync(Payload payload, long offset, Memory<byte> part, CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"feed/payloads/{payload.Hash}?size={payload.Size}&offset={offset}&length={part.Length}");
        var opened = await peer.OpenAsync(path, part.Length, cancellationToken).ConfigureAwait(false);
        if (opened.IsFailed)
            return Failed(opened.FirstError()).ToResult();
        using var content = opened.Value;
        for (var done = 0; done < part.Length;)
        {
            var read = await peer.ReadAsync(content, part[done..], cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return Wrong("less of a payload than it announced");
            done += read;
        }

        // The end of the answer: its connection serves the next one.
        _ = await peer.ReadAsync(content, new byte[1], cancellationToken).ConfigureAwait(false);
        return Result.Ok();
    }

    /// <summary>A head that can be one; null otherwise.</summary>
    public static FeedHead? Head(FeedHeadAnswer answer) => answer.Epoch < 0 || answer.Sequence < 0
        ? null
        : new FeedHead(new SourceIdentity(new CoreId(answer.Core), answer.StoreId, answer.Epoch) { Writer = answer.Writer }, new Sequence(answer.Sequence));

    // A feed that does not move on would never end (N20).
    private static bool IsInOrder(ComponentName component, ChangeBatch batch)
    {
        var last = batch.After;
        foreach (var change in batch.Changes)
        {
            if (change.Sequence <= last || change.IsCompanion || change.Item.Component != component)
                return false;
            last = change.Sequence;
        }

        return batch.Last >= last;
    }

    private async Task<Result<Stream>> OpenAsync(Func<long, string> path, long size, long offset, CancellationToken cancellationToken)
    {
        // Opened at once: that the source does not have it any more is the item's trouble, and told as such.
        var opened = await peer.OpenAsync(path(offset), size - offset, cancellationToken).ConfigureAwait(false);
        return opened.IsFailed ? Failed(opened.FirstError()) : new DownloadStream(peer, path, size, offset, opened.Value);
    }

    // What is wrong with the connection ends the run; what is wrong with the content is its item's.
    private static Result<Stream> Failed(CoreSyncError error) => error is ContentUnstableError or PayloadDamagedError or ContentMissingError or ContentUnreadableError or PeerFailedError
        ? Result.Fail<Stream>(error)
        : throw new CoreSyncException(error);

    private Result<ChangeBatch> Batch(ComponentName component, Result<ReadOnlyMemory<byte>> frame)
    {
        if (frame.IsFailed)
            return frame.ToResult<ChangeBatch>();
        var batch = BatchFrame.Decode(component, frame.Value);
        return batch.IsSuccess && batch.Value.Source.Core.Value != core.Id ? Wrong("the feed of another core") : batch;
    }

    private Result Wrong(string what) => Result.Fail(new TargetNotACoreError(fqdn, "it answers with " + what));
}
