using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Verification;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Application.Rollup;

/// <summary>What this core keeps in sync with its targets, by the digests that are kept with every change.</summary>
internal sealed class LocalHoldings(IDigestStore digests, ICatalogue catalogue, ILocalCore local) : ISourceHoldings
{
    public CoreId Core => local.Current.Id;

    public async Task<Result<IReadOnlyList<OriginDigest>>> TotalsAsync(ComponentName component, CancellationToken cancellationToken) =>
        Result.Ok(await digests.TotalsAsync(component, cancellationToken).ConfigureAwait(false));

    public async Task<Result<IReadOnlyList<RangeDigest>>> RangesAsync(ComponentName component, CoreId origin, IdPrefix within, int digits, CancellationToken cancellationToken) =>
        Result.Ok(await digests.RangesAsync(component, origin, within, digits, cancellationToken).ConfigureAwait(false));

    public async Task<Result<IReadOnlyList<DigestEntry>>> EntriesAsync(
        ComponentName component, CoreId origin, IdPrefix within, ItemId? after, CancellationToken cancellationToken) =>
        Result.Ok(await digests.EntriesAsync(component, origin, within, after, InspectionLimits.Entries, cancellationToken).ConfigureAwait(false));

    public async Task<Result<IReadOnlyDictionary<ItemId, Item>>> FindAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) =>
        Result.Ok(await catalogue.FindAsync(items, cancellationToken).ConfigureAwait(false));

    public async Task<Result> RaiseAsync(IReadOnlyList<RevisionRaise> raises, CancellationToken cancellationToken)
    {
        foreach (var chunk in raises.Chunk(ItemLimits.MaxBatchItems))
        {
            var items = await catalogue.FindAsync([.. chunk.Select(raise => raise.Item)], cancellationToken).ConfigureAwait(false);
            var writes = new List<CatalogueWrite>(chunk.Length);
            foreach (var raise in chunk)
            {
                // Only the origin makes revisions; a hostile reader must not push them to their end (N15).
                if (!items.TryGetValue(raise.Item, out var item) || item.Origin != Core || raise.Above.Value - item.Revision.Value > DriftRules.MaxLead)
                    continue;
                var above = raise.Above > item.Revision ? raise.Above : item.Revision;
                var kind = item.IsDeleted ? ChangeKind.Delete : item.AutoSync ? ChangeKind.Upsert : ChangeKind.Release;
                writes.Add(new CatalogueWrite(item with { Revision = above.Next() }, raise.ContentChanged, kind));
            }

            await catalogue.WriteAsync(writes, cancellationToken).ConfigureAwait(false);
        }

        return Result.Ok();
    }
}

/// <summary>What this core gives to a rollup core, counted when it is asked: every live item, flagged or not.</summary>
internal sealed class CollectedHoldings(ICollectedItems items, LocalHoldings inner, CoreId reader) : ISourceHoldings
{
    public CoreId Core => inner.Core;

    public async Task<Result<IReadOnlyList<OriginDigest>>> TotalsAsync(ComponentName component, CancellationToken cancellationToken) =>
        Result.Ok(await items.TotalsAsync(component, reader, cancellationToken).ConfigureAwait(false));

    public async Task<Result<IReadOnlyList<RangeDigest>>> RangesAsync(ComponentName component, CoreId origin, IdPrefix within, int digits, CancellationToken cancellationToken) =>
        Result.Ok(await items.RangesAsync(component, origin, reader, within, digits, cancellationToken).ConfigureAwait(false));

    public async Task<Result<IReadOnlyList<DigestEntry>>> EntriesAsync(
        ComponentName component, CoreId origin, IdPrefix within, ItemId? after, CancellationToken cancellationToken) =>
        Result.Ok(await items.EntriesAsync(component, origin, reader, within, after, InspectionLimits.Entries, cancellationToken).ConfigureAwait(false));

    public Task<Result<IReadOnlyDictionary<ItemId, Item>>> FindAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellationToken) => inner.FindAsync(ids, cancellationToken);

    public Task<Result> RaiseAsync(IReadOnlyList<RevisionRaise> raises, CancellationToken cancellationToken) => inner.RaiseAsync(raises, cancellationToken);
}
