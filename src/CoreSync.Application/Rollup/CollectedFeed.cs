using CoreSync.Accounts;
using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Application.Rollup;

/// <summary>This core's catalogue as one rollup core collects it: all items of the enabled components that its account may have.</summary>
internal sealed class CollectedFeed(ICollectedItems items, IComponentStore components, LocalChangeFeed feed, Account account, CoreId reader) : IChangeFeed
{
    public Task<Result<FeedHead>> HeadAsync(CancellationToken cancellationToken) => feed.HeadAsync(cancellationToken);

    public async Task<Result<IReadOnlyList<ItemChange>>> ReadAsync(
        ComponentName component, Sequence after, CoreId? notFrom, int limit, CancellationToken cancellationToken) =>
        Result.Ok(await StartTimesAsync(await items.ChangesAsync(component, after, reader, limit, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false));

    public async Task<Result<IReadOnlyList<ItemChange>>> ReadItemsAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellationToken)
    {
        var given = (await components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(component => component.IsEnabled && account.MayWrite(component.Name)).Select(component => component.Name).ToHashSet();
        var found = await items.ChangesOfAsync(ids, reader, cancellationToken).ConfigureAwait(false);
        return Result.Ok(await StartTimesAsync([.. found.Where(change => given.Contains(change.Item.Component)).OrderBy(change => change.Sequence)], cancellationToken).ConfigureAwait(false));
    }

    // Every item travels by itself: nothing only goes along.
    public async Task<Result<IReadOnlyList<FeedEntry>>> EntriesAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellationToken)
    {
        var read = await ReadItemsAsync(ids, cancellationToken).ConfigureAwait(false);
        return read.IsFailed
            ? read.ToResult()
            : Result.Ok<IReadOnlyList<FeedEntry>>([.. read.Value.Select(change => new FeedEntry(change.Item, change.Sequence, change.ContentSequence, change.Kind))]);
    }

    public async Task<Result<IReadOnlyList<ItemChange>>> ReadCopiesAsync(IReadOnlyCollection<ItemId> ids, bool asCopies, CancellationToken cancellationToken)
    {
        var read = await ReadItemsAsync(ids, cancellationToken).ConfigureAwait(false);
        return read.IsFailed ? read : Result.Ok<IReadOnlyList<ItemChange>>([.. read.Value.Where(change => change.Kind == ChangeKind.Upsert)]);
    }

    public Task<Result<Stream>> OpenContentAsync(ItemChange change, long offset, CancellationToken cancellationToken) => feed.OpenContentAsync(change, offset, cancellationToken);

    public Task<Result<Stream>> OpenPayloadAsync(Payload payload, long offset, CancellationToken cancellationToken) => feed.OpenPayloadAsync(payload, offset, cancellationToken);

    public Task<Result<bool>> ReadChunksAsync(Payload payload, ChunkSizes sizes, Action<ContentChunk> found, CancellationToken cancellationToken) =>
        feed.ReadChunksAsync(payload, sizes, found, cancellationToken);

    public Task<Result> ReadPayloadAsync(Payload payload, long offset, Memory<byte> part, CancellationToken cancellationToken) =>
        feed.ReadPayloadAsync(payload, offset, part, cancellationToken);

    // A7: whether the start time of an item travels depends on its flag here, not on what it becomes at the rollup core.
    private async Task<IReadOnlyList<ItemChange>> StartTimesAsync(IReadOnlyList<ItemChange> changes, CancellationToken cancellationToken)
    {
        if (changes.All(change => change.Item.StartAt is null))
            return changes;
        var flagged = (await feed.EntriesAsync([.. changes.Where(change => change.Item.StartAt is not null).Select(change => change.Item.Id)], cancellationToken).ConfigureAwait(false))
            .Value.Where(entry => entry.Item.AutoSync).Select(entry => entry.Item.Id).ToHashSet();
        var told = await feed.StartTimesAsync(
            [.. changes.Select(change => change with { Item = change.Item with { AutoSync = flagged.Contains(change.Item.Id) } })], asCopies: false, cancellationToken).ConfigureAwait(false);
        return [.. told.Zip(changes, (one, before) => before with { Item = before.Item with { StartAt = one.Item.StartAt } })];
    }
}
