using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;

namespace CoreSync.Application.Rollup;

/// <summary>
/// The feed as a rollup core collects it: every item of a component, flagged for auto sync or not, at the position of its last write. What the reader made, or sent to this
/// core, is left out (A8).
/// </summary>
public interface ICollectedItems
{
    /// <summary>Changes after a position, oldest first, at most <paramref name="limit"/>; fewer only when the feed is drained. Content as in <see cref="Items.ICatalogue.ChangesAsync"/>.</summary>
    Task<IReadOnlyList<ItemChange>> ChangesAsync(ComponentName component, Sequence after, CoreId reader, int limit, CancellationToken cancellationToken);

    /// <summary>Certain items as the feed tells of them now, in no order; unknown ones, and those that it does not tell of, are absent.</summary>
    Task<IReadOnlyList<ItemChange>> ChangesOfAsync(IReadOnlyCollection<ItemId> items, CoreId reader, CancellationToken cancellationToken);

    /// <summary>How much <see cref="ChangesAsync"/> would give.</summary>
    Task<CollectedBacklog> BacklogAsync(ComponentName component, Sequence after, CoreId reader, CancellationToken cancellationToken);

    /// <summary>Up to which position tombstones were purged; zero for none.</summary>
    Task<Sequence> HorizonAsync(ComponentName component, CancellationToken cancellationToken);

    /// <summary>What the live items add up to, by origin; counted when asked (P6).</summary>
    Task<IReadOnlyList<OriginDigest>> TotalsAsync(ComponentName component, CoreId reader, CancellationToken cancellationToken);

    /// <summary>The digests of the ranges of <paramref name="digits"/> digits within a range, in order; empty ones are absent.</summary>
    Task<IReadOnlyList<RangeDigest>> RangesAsync(ComponentName component, CoreId origin, CoreId reader, IdPrefix within, int digits, CancellationToken cancellationToken);

    /// <summary>The live items of a range by id, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<DigestEntry>> EntriesAsync(
        ComponentName component, CoreId origin, CoreId reader, IdPrefix within, ItemId? after, int limit, CancellationToken cancellationToken);
}

/// <summary>What waits for a rollup core.</summary>
/// <param name="Changes">Changes.</param>
/// <param name="Bytes">Bytes of content among them.</param>
/// <param name="Deletes">Deletes among them.</param>
/// <param name="Live">Live items in all.</param>
public readonly record struct CollectedBacklog(long Changes, long Bytes, long Deletes, long Live);
