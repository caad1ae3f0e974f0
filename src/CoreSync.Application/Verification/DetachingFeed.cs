using CoreSync.Application.Replication;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Application.Verification;

/// <summary>
/// The feed as it is told to a target from which a person detached items: whatever happens to those, the target hears that its copy is released. So it knows the
/// newest revision, keeps its copy, and its checkpoint goes on.
/// </summary>
internal sealed class DetachingFeed(IChangeFeed inner, IReadOnlySet<ItemId> detached) : IChangeFeed
{
    public Task<Result<FeedHead>> HeadAsync(CancellationToken cancellationToken) => inner.HeadAsync(cancellationToken);

    public async Task<Result<IReadOnlyList<ItemChange>>> ReadAsync(
        ComponentName component, Sequence after, CoreId? notFrom, int limit, CancellationToken cancellationToken) =>
        Told(await inner.ReadAsync(component, after, notFrom, limit, cancellationToken).ConfigureAwait(false));

    public async Task<Result<IReadOnlyList<ItemChange>>> ReadItemsAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) =>
        Told(await inner.ReadItemsAsync(items, cancellationToken).ConfigureAwait(false));

    public Task<Result<IReadOnlyList<FeedEntry>>> EntriesAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) =>
        inner.EntriesAsync(items, cancellationToken);

    // What another item needs goes along all the same, as an ordinary copy.
    public async Task<Result<IReadOnlyList<ItemChange>>> ReadCopiesAsync(IReadOnlyCollection<ItemId> items, bool asCopies, CancellationToken cancellationToken)
    {
        var copies = await inner.ReadCopiesAsync(items, asCopies, cancellationToken).ConfigureAwait(false);
        return copies.IsFailed
            ? copies
            : Result.Ok<IReadOnlyList<ItemChange>>([.. copies.Value.Select(copy => detached.Contains(copy.Item.Id) ? copy with { Item = copy.Item with { AutoSync = false } } : copy)]);
    }

    public Task<Result<Stream>> OpenContentAsync(ItemChange change, long offset, CancellationToken cancellationToken) => inner.OpenContentAsync(change, offset, cancellationToken);

    public Task<Result<Stream>> OpenPayloadAsync(Payload payload, long offset, CancellationToken cancellationToken) => inner.OpenPayloadAsync(payload, offset, cancellationToken);

    public Task<Result<bool>> ReadChunksAsync(Payload payload, ChunkSizes sizes, Action<ContentChunk> found, CancellationToken cancellationToken) =>
        inner.ReadChunksAsync(payload, sizes, found, cancellationToken);

    public Task<Result> ReadPayloadAsync(Payload payload, long offset, Memory<byte> part, CancellationToken cancellationToken) =>
        inner.ReadPayloadAsync(payload, offset, part, cancellationToken);

    private Result<IReadOnlyList<ItemChange>> Told(Result<IReadOnlyList<ItemChange>> read) =>
        read.IsFailed ? read : Result.Ok<IReadOnlyList<ItemChange>>([.. read.Value.Select(change => detached.Contains(change.Item.Id) ? Released(change) : change)]);

    private static ItemChange Released(ItemChange change) => change with
    {
        Kind = ChangeKind.Release,
        Content = null,
        Item = change.Item with { AutoSync = false, IsDeleted = false, References = [], Payloads = [] },
    };
}
