using CoreSync.Application.Rollup;
using CoreSync.Items;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Application.Verification;

/// <summary>
/// Compares a component of a source with a target's, from the whole to the single item, so that the cost grows with what differs (J11):
/// <code>
///   1  totals     one sum per origin; equal sums end it
///   2  ranges     256 ranges of ids, then sixteen in each that differs
///   3  entries    id, revision and digest of the items in a range that differs
///   4  items      what the target holds of those
/// </code>
/// </summary>
internal static class DriftFinder
{
    // Beyond it, ranges are listed whole: one question costs a round trip.
    private const int ManyRanges = 256;

    /// <summary>Everything that differs, by id.</summary>
    /// <param name="component">The component.</param>
    /// <param name="target">The target core: what it made itself is not compared.</param>
    /// <param name="here">What the source holds.</param>
    /// <param name="there">What the target tells.</param>
    /// <param name="theirs">The target's totals of this component.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<Result<IReadOnlyList<Drift>>> FindAsync(
        ComponentName component, CoreId target, ISourceHoldings here, IReplicaInspection there, IReadOnlyList<OriginDigest> theirs, CancellationToken cancellationToken)
    {
        // Step 1: totals. What came to the target from elsewhere is not this source's to judge.
        var totals = await here.TotalsAsync(component, cancellationToken).ConfigureAwait(false);
        if (totals.IsFailed)
            return totals.ToResult();
        var ours = totals.Value.ToDictionary(total => total.Origin, total => total.Digest);
        var others = theirs.Where(total => total.Component == component).ToDictionary(total => total.Origin, total => total.Digest);
        var drifts = new List<Drift>();
        foreach (var origin in ours.Keys.Append(here.Core).Distinct().Where(origin => origin != target))
        {
            if (ours.GetValueOrDefault(origin) == others.GetValueOrDefault(origin))
                continue;
            var differing = await DifferingAsync(component, origin, here, there, cancellationToken).ConfigureAwait(false);
            if (differing.IsFailed)
                return differing.ToResult();
            var found = await JudgeAsync(component, here, there, differing.Value, cancellationToken).ConfigureAwait(false);
            if (found.IsFailed)
                return found.ToResult();
            drifts.AddRange(found.Value);
        }

        return drifts;
    }

    private static async Task<Result<IReadOnlyList<(DigestEntry? Here, DigestEntry? There)>>> DifferingAsync(
        ComponentName component, CoreId origin, ISourceHoldings here, IReplicaInspection there, CancellationToken cancellationToken)
    {
        // Step 2: ranges.
        var coarse = await RangesAsync(component, origin, IdPrefix.All, 2, here, there, cancellationToken).ConfigureAwait(false);
        if (coarse.IsFailed)
            return coarse.ToResult();
        var ranges = new List<IdPrefix>();
        foreach (var range in coarse.Value)
        {
            if (coarse.Value.Count > ManyRanges / 16)
            {
                ranges.Add(range);
                continue;
            }

            var fine = await RangesAsync(component, origin, range, 3, here, there, cancellationToken).ConfigureAwait(false);
            if (fine.IsFailed)
                return fine.ToResult();
            ranges.AddRange(fine.Value);
        }

        // Step 3: entries.
        var differing = new List<(DigestEntry?, DigestEntry?)>();
        foreach (var range in ranges)
        {
            var listed = await EntriesAsync(component, origin, range, here, there, cancellationToken).ConfigureAwait(false);
            if (listed.IsFailed)
                return listed.ToResult();
            differing.AddRange(listed.Value);
        }

        return differing;
    }

    private static async Task<Result<IReadOnlyList<IdPrefix>>> RangesAsync(
        ComponentName component, CoreId origin, IdPrefix within, int digits, ISourceHoldings here, IReplicaInspection there, CancellationToken cancellationToken)
    {
        var theirs = await there.RangesAsync(component, origin, within, digits, cancellationToken).ConfigureAwait(false);
        if (theirs.IsFailed)
            return theirs.ToResult();
        var listed = await here.RangesAsync(component, origin, within, digits, cancellationToken).ConfigureAwait(false);
        if (listed.IsFailed)
            return listed.ToResult();
        var ours = listed.Value.ToDictionary(range => range.Prefix, range => range.Digest);
        var others = theirs.Value.ToDictionary(range => range.Prefix, range => range.Digest);
        return Result.Ok<IReadOnlyList<IdPrefix>>(
            [.. ours.Keys.Union(others.Keys).Where(prefix => ours.GetValueOrDefault(prefix) != others.GetValueOrDefault(prefix)).Order()]);
    }

    private static async Task<Result<IReadOnlyList<(DigestEntry? Here, DigestEntry? There)>>> EntriesAsync(
        ComponentName component, CoreId origin, IdPrefix range, ISourceHoldings here, IReplicaInspection there, CancellationToken cancellationToken)
    {
        var others = new Dictionary<ItemId, DigestEntry>();
        for (ItemId? after = null; ;)
        {
            var page = await there.EntriesAsync(component, origin, range, after, cancellationToken).ConfigureAwait(false);
            if (page.IsFailed)
                return page.ToResult();
            foreach (var entry in page.Value)
                others[entry.Id] = entry;
            // An answer that does not move on would never end (N20).
            if (page.Value.Count < InspectionLimits.Entries || page.Value[^1].Id == after)
                break;
            after = page.Value[^1].Id;
        }

        var differing = new List<(DigestEntry?, DigestEntry?)>();
        for (ItemId? after = null; ;)
        {
            var page = await here.EntriesAsync(component, origin, range, after, cancellationToken).ConfigureAwait(false);
            if (page.IsFailed)
                return page.ToResult();
            foreach (var entry in page.Value)
            {
                if (!others.Remove(entry.Id, out var other))
                    differing.Add((entry, null));
                else if (other.Sum != entry.Sum)
                    differing.Add((entry, other));
            }

            if (page.Value.Count < InspectionLimits.Entries || page.Value[^1].Id == after)
                break;
            after = page.Value[^1].Id;
        }

        differing.AddRange(others.Values.Select(other => ((DigestEntry?)null, (DigestEntry?)other)));
        return differing;
    }

    private static async Task<Result<IReadOnlyList<Drift>>> JudgeAsync(
        ComponentName component, ISourceHoldings here, IReplicaInspection there, IReadOnlyList<(DigestEntry? Here, DigestEntry? There)> differing,
        CancellationToken cancellationToken)
    {
        // Step 4: items.
        var drifts = new List<Drift>();
        foreach (var chunk in differing.Chunk(InspectionLimits.Items))
        {
            var ids = chunk.Select(pair => (pair.Here ?? pair.There)!.Value.Id).ToList();
            var held = await there.HeldAsync(component, ids, documents: false, cancellationToken).ConfigureAwait(false);
            if (held.IsFailed)
                return held.ToResult();
            var theirs = held.Value.ToDictionary(item => item.Item.Id, item => item.Item);
            var ours = await here.FindAsync(ids, cancellationToken).ConfigureAwait(false);
            if (ours.IsFailed)
                return ours.ToResult();
            for (var i = 0; i < chunk.Length; i++)
            {
                var other = theirs.GetValueOrDefault(ids[i]);
                if (DriftRules.Judge(chunk[i].Here, chunk[i].There, other is not null) is { } kind)
                    drifts.Add(new Drift(kind, component, ids[i], ours.Value.GetValueOrDefault(ids[i]), other));
            }
        }

        return drifts;
    }
}
