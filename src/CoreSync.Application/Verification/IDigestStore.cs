using CoreSync.Items;
using CoreSync.Servers;
using CoreSync.Verification;

namespace CoreSync.Application.Verification;

/// <summary>What the live auto-synced items of this core add up to, kept with every change (J11): comparing two cores costs what differs, not what exists.</summary>
public interface IDigestStore
{
    /// <summary>Counts all items anew when the digests do not cover them yet, after an upgrade.</summary>
    /// <returns>Whether there was something to count.</returns>
    Task<bool> EnsureAsync(CancellationToken cancellationToken);

    /// <summary>One digest per component and origin, by both; empty ones are absent.</summary>
    /// <param name="component">One component, or null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<IReadOnlyList<OriginDigest>> TotalsAsync(ComponentName? component, CancellationToken cancellationToken);

    /// <summary>The digests of the ranges of <paramref name="digits"/> digits within a range, in order; empty ones are absent.</summary>
    /// <param name="component">The component.</param>
    /// <param name="origin">The core that made the items.</param>
    /// <param name="within">The range.</param>
    /// <param name="digits">Up to three are stored, more are computed from the items of the range.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<IReadOnlyList<RangeDigest>> RangesAsync(ComponentName component, CoreId origin, IdPrefix within, int digits, CancellationToken cancellationToken);

    /// <summary>The items of a range by id, at most <paramref name="limit"/>.</summary>
    /// <param name="component">The component.</param>
    /// <param name="origin">The core that made the items.</param>
    /// <param name="within">The range.</param>
    /// <param name="after">The last id of the page before, or null.</param>
    /// <param name="limit">Most items.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<IReadOnlyList<DigestEntry>> EntriesAsync(
        ComponentName component, CoreId origin, IdPrefix within, ItemId? after, int limit, CancellationToken cancellationToken);

    /// <summary>What <see cref="TotalsAsync"/> would be if everything were counted anew: for checks.</summary>
    Task<IReadOnlyList<OriginDigest>> RecountAsync(CancellationToken cancellationToken);
}
