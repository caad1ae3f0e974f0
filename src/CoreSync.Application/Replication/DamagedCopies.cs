using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Application.Replication;

/// <summary>Copies whose payloads were damaged (S18): what a target tells of its own, and what a source gives it again.</summary>
internal sealed class DamagedCopies(IContentUpkeep upkeep, IPayloadUses uses, ICatalogue catalogue, ICheckpointStore checkpoints, ILocalCore local, TimeProvider time)
{
    /// <summary>Copies here of other cores' items with payloads that are missing or damaged; one look at a directory when there are none.</summary>
    /// <param name="mayAsk">For which components.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<(ComponentName Component, ItemId Item)>> HereAsync(Func<ComponentName, bool> mayAsk, CancellationToken cancellationToken)
    {
        var damaged = upkeep.Damaged();
        if (damaged.Count == 0)
            return [];
        var copies = new HashSet<(ComponentName, ItemId)>();
        await uses.ForEachAsync(
            use =>
            {
                if (use.Owner is { } owner && damaged.Contains(use.Payload.Hash) && owner.Origin != local.Current.Id && copies.Count < SinkState.MaxDamaged && mayAsk(owner.Component))
                    copies.Add((owner.Component, owner.Id));
            },
            cancellationToken).ConfigureAwait(false);
        return [.. copies];
    }

    /// <summary>
    /// What of a component the target asked for is offered to it again. It gets nothing that does not go there anyway, and of what was copied there once (J2) the revision that
    /// it was given: a newer one is a person's to copy.
    /// </summary>
    public async Task<IReadOnlyList<ItemFailure>> OfferAsync(TargetId target, SinkState sink, ComponentName component, CancellationToken cancellationToken)
    {
        var asked = sink.Damaged.Where(copy => copy.Component == component).Select(copy => copy.Item).ToList();
        if (asked.Count == 0)
            return [];
        var items = await catalogue.FindAsync(asked, cancellationToken).ConfigureAwait(false);
        var copies = await checkpoints.CopiesAsync(target, [.. items.Values.Where(item => !item.AutoSync).Select(item => item.Id)], cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        return
        [
            .. items.Values.Where(item => !item.IsDeleted && item.Component == component && item.Origin != sink.Core)
                .Where(item => item.AutoSync || (copies.TryGetValue(item.Id, out var given) && given == item.Revision))
                .Select(item => new ItemFailure(item.Id, component, ItemOutcomeKind.ContentMissing, "", "", 0, now)),
        ];
    }
}
