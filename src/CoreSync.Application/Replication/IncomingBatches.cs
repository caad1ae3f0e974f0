using CoreSync.Accounts;
using CoreSync.Application.Conflicts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Application.Replication;

/// <summary>
/// Sorts out what arrives in a batch, holds it against the policies of this core, and groups what belongs together. Writes nothing: what is received and what is only planned
/// meet the same rules here.
/// </summary>
internal sealed class IncomingBatches(ICatalogue catalogue, IConflictStore conflicts, ArrivalReview review, BatchPlaces places, ILocalCore local)
{
    /// <summary>Sorts a batch that is well-formed.</summary>
    /// <param name="writer">Who sends; rights count for each item's own component (R4).</param>
    /// <param name="own">The component of the batch.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="takesOwn">Items whose origin is this core are taken too: an import makes them here.</param>
    /// <param name="inbox">Content that came apart.</param>
    /// <param name="payloads">Where payloads are kept.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<SortedBatch> SortAsync(
        Account writer, Component own, ChangeBatch batch, bool takesOwn, IContentInbox inbox, IPayloadStore payloads, CancellationToken cancellationToken)
    {
        var existing = await catalogue.FindAsync(Concerned(batch), cancellationToken).ConfigureAwait(false);
        var (found, refusals) = await places.OfAsync(writer, own, batch, cancellationToken).ConfigureAwait(false);
        var contents = new IncomingPayloads(own, inbox, payloads);
        var arrivals = await conflicts.AboutAsync([.. batch.Changes.Select(change => change.Item)], cancellationToken).ConfigureAwait(false);
        var sorting = new IncomingSort(takesOwn ? default : local.Current.Id, inbox, contents, arrivals);
        foreach (var change in batch.Changes)
        {
            if (refusals.TryGetValue(change.Item.Component, out var refusal))
                sorting.Reject(change, refusal);
            else
                await sorting.AddAsync(change, found[change.Item.Component], existing.GetValueOrDefault(change.Item.Id), cancellationToken).ConfigureAwait(false);
        }

        var reviewed = await review.RunAsync(batch.Source.Core, found, arrivals, sorting.ToApply, cancellationToken).ConfigureAwait(false);
        sorting.Keep(reviewed);
        return new SortedBatch(found, contents, sorting, reviewed, sorting.Group(existing));
    }

    private static HashSet<ItemId> Concerned(ChangeBatch batch)
    {
        var ids = batch.Changes.Select(change => change.Item.Id).ToHashSet();
        foreach (var change in batch.Changes)
            ids.UnionWith(IncomingGroups.Needs(change));
        return ids;
    }
}

/// <summary>A batch of which is known what becomes of each change.</summary>
/// <param name="Places">The components of its changes as this core is set up for them.</param>
/// <param name="Contents">Its payloads.</param>
/// <param name="Sorting">What is applied, and what is not.</param>
/// <param name="Reviewed">What waits for a person from now on.</param>
/// <param name="Groups">What must be applied together.</param>
internal sealed record SortedBatch(
    IReadOnlyDictionary<ComponentName, Component> Places, IncomingPayloads Contents, IncomingSort Sorting, ReviewedArrivals Reviewed, IncomingGroups Groups);
