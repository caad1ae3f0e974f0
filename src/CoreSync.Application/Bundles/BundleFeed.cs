using CoreSync.Application.Cores;
using CoreSync.Application.Replication;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Application.Bundles;

/// <summary>This core's feed as it is written into a file: by any process, since files carry no claim to be the writer.</summary>
internal sealed class BundleFeed(IChangeFeed feed, Items.ICatalogue catalogue, ICoreStore store, ILocalCore local) : IChangeFeed
{
    public async Task<Result<FeedHead>> HeadAsync(CancellationToken cancellationToken) => new FeedHead(
        new SourceIdentity(local.Current.Id, local.Current.StoreId, await store.EpochAsync(cancellationToken).ConfigureAwait(false)),
        await catalogue.HeadAsync(cancellationToken).ConfigureAwait(false));

    public Task<Result<IReadOnlyList<ItemChange>>> ReadAsync(ComponentName component, Sequence after, CoreId? notFrom, int limit, CancellationToken cancellationToken) =>
        feed.ReadAsync(component, after, notFrom, limit, cancellationToken);

    public Task<Result<IReadOnlyList<ItemChange>>> ReadItemsAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) =>
        feed.ReadItemsAsync(items, cancellationToken);

    public Task<Result<IReadOnlyList<FeedEntry>>> EntriesAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) => feed.EntriesAsync(items, cancellationToken);

    public Task<Result<IReadOnlyList<ItemChange>>> ReadCopiesAsync(IReadOnlyCollection<ItemId> items, bool asCopies, CancellationToken cancellationToken) =>
        feed.ReadCopiesAsync(items, asCopies, cancellationToken);

    public Task<Result<Stream>> OpenContentAsync(ItemChange change, long offset, CancellationToken cancellationToken) => feed.OpenContentAsync(change, offset, cancellationToken);

    public Task<Result<Stream>> OpenPayloadAsync(Payload payload, long offset, CancellationToken cancellationToken) => feed.OpenPayloadAsync(payload, offset, cancellationToken);

    public Task<Result<bool>> ReadChunksAsync(Payload payload, ChunkSizes sizes, Action<ContentChunk> found, CancellationToken cancellationToken) =>
        feed.ReadChunksAsync(payload, sizes, found, cancellationToken);

    public Task<Result> ReadPayloadAsync(Payload payload, long offset, Memory<byte> part, CancellationToken cancellationToken) =>
        feed.ReadPayloadAsync(payload, offset, part, cancellationToken);
}
