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

    /// <summary>Live items as they are now, whatever the feed tells of them.</summary>
    public async Task<Result<IReadOnlyList<ItemChange>>> ReadItemsAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken)
    {
        var read = await feed.ReadItemsAsync(items, cancellationToken).ConfigureAwait(false);
        if (read.IsFailed)
            return read;
        var live = await catalogue.FindAsync(items, cancellationToken).ConfigureAwait(false);
        return Result.Ok<IReadOnlyList<ItemChange>>(
            [
                .. read.Value.Where(change => !live[change.Item.Id].IsDeleted)
                    .Select(change => change with { Kind = ChangeKind.Upsert, Item = live[change.Item.Id], ContentSequence = change.Sequence }),
            ]);
    }

    public Task<Result<Stream>> OpenContentAsync(ItemChange change, CancellationToken cancellationToken) => feed.OpenContentAsync(change, cancellationToken);
}
