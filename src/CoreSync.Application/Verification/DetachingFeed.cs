using CoreSync.Application.Replication;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Application.Verification;

/// <summary>A feed without the items that a person detached from the target that it is read for.</summary>
internal sealed class DetachingFeed(IChangeFeed inner, IReadOnlySet<ItemId> detached) : IChangeFeed
{
    public Task<Result<FeedHead>> HeadAsync(CancellationToken cancellationToken) => inner.HeadAsync(cancellationToken);

    public async Task<Result<IReadOnlyList<ItemChange>>> ReadAsync(
        ComponentName component, Sequence after, CoreId? notFrom, int limit, CancellationToken cancellationToken)
    {
        // Fewer than the limit means drained: pages that shrink are filled from the next.
        var changes = new List<ItemChange>();
        while (true)
        {
            var page = await inner.ReadAsync(component, after, notFrom, limit - changes.Count, cancellationToken).ConfigureAwait(false);
            if (page.IsFailed)
                return page;
            changes.AddRange(page.Value.Where(change => !detached.Contains(change.Item.Id)));
            if (page.Value.Count == 0 || changes.Count >= limit)
                return changes;
            after = page.Value[^1].Sequence;
        }
    }

    public async Task<Result<IReadOnlyList<ItemChange>>> ReadItemsAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) =>
        await inner.ReadItemsAsync([.. items.Where(item => !detached.Contains(item))], cancellationToken).ConfigureAwait(false);

    public Task<Result<Stream>> OpenContentAsync(ItemChange change, CancellationToken cancellationToken) => inner.OpenContentAsync(change, cancellationToken);
}
