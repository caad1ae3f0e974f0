using CoreSync.Application.Conflicts;
using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Replication;

/// <summary>Finishes what was received and not yet applied when the process ended (A1).</summary>
internal sealed class InboxRecovery(
    IReplicaStore replicas, ICatalogue catalogue, IComponentStore components, IContentInbox contents, IEnumerable<IItemApplier> appliers, IConflictStore conflicts,
    ArrivalReview review, ComponentGates gates, ILogger<InboxRecovery> logger)
{
    private readonly Dictionary<ComponentKind, IItemApplier> byKind = appliers.ToDictionary(applier => applier.Kind);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var left = await replicas.InboxAsync(cancellationToken).ConfigureAwait(false);
        var done = 0;
        foreach (var group in left.GroupBy(entry => (entry.Source, entry.Component)))
        {
            using var entered = await gates.EnterAsync(group.Key.Component, cancellationToken).ConfigureAwait(false);
            var component = await components.FindAsync(group.Key.Component, cancellationToken).ConfigureAwait(false);
            var applied = component is null ? [] : await ApplyAsync(group.Key.Source, component, [.. group.Select(entry => entry.Change)], cancellationToken).ConfigureAwait(false);
            // What could not be applied is dropped here and sent again: its batch was never acknowledged.
            await replicas.SettleInboxAsync(group.Key.Source, group.Key.Component, applied, cancellationToken).ConfigureAwait(false);
            done += applied.Count;
        }

        if (done > 0)
            ReplicationLog.InboxRecovered(logger, done);
    }

    private async Task<List<AppliedItem>> ApplyAsync(CoreId source, Component component, IReadOnlyList<ItemChange> changes, CancellationToken cancellationToken)
    {
        var existing = await catalogue.FindAsync([.. changes.Select(change => change.Item.Id)], cancellationToken).ConfigureAwait(false);
        var incoming = changes
            .Where(change => !existing.TryGetValue(change.Item.Id, out var here) || here.Revision < change.Item.Revision)
            .Select(change => new IncomingChange(change, existing.GetValueOrDefault(change.Item.Id), change.Content is null ? contents.Find(component, change.Item.Hash) : null))
            .ToList();
        // Names were given before the inbox; what gives way to whom is decided again. What would wait now was not acknowledged either and comes again.
        var arrivals = await conflicts.AboutAsync([.. changes.Select(change => change.Item)], cancellationToken).ConfigureAwait(false);
        var components = new Dictionary<ComponentName, Component> { [component.Name] = component };
        var reviewed = await review.RunAsync(source, components, arrivals, incoming, cancellationToken).ConfigureAwait(false);
        incoming = [.. reviewed.ToApply];
        var applier = byKind[component.Kind];
        var failed = (await applier.ApplyAsync(component, incoming, cancellationToken).ConfigureAwait(false)).Select(outcome => outcome.Item).ToHashSet();
        await applier.TidyAsync(component, cancellationToken).ConfigureAwait(false);
        return [.. incoming.Where(change => !failed.Contains(change.Change.Item.Id)).Select(change => AppliedItems.From(component, change))];
    }
}
