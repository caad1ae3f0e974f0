using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Replication;

/// <summary>Finishes what was received and not yet applied when the process ended (A1).</summary>
internal sealed class InboxRecovery(
    IReplicaStore replicas, ICatalogue catalogue, IComponentStore components, IContentInbox contents, IPayloadStore payloads, ItemAppliers appliers,
    ComponentGates gates, ILogger<InboxRecovery> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var left = await replicas.InboxAsync(cancellationToken).ConfigureAwait(false);
        var done = 0;
        foreach (var stream in left.GroupBy(entry => (entry.Source, entry.Component)))
        {
            var changes = stream.Select(entry => entry.Change).ToList();
            using var entered = await gates.EnterAsync(changes.Select(change => change.Item.Component), cancellationToken).ConfigureAwait(false);
            var applied = await ApplyAsync(changes, cancellationToken).ConfigureAwait(false);
            // What could not be applied is dropped here and sent again: its batch was never acknowledged.
            await replicas.SettleInboxAsync(stream.Key.Source, stream.Key.Component, applied, cancellationToken).ConfigureAwait(false);
            done += applied.Count;
        }

        if (done > 0)
            ReplicationLog.InboxRecovered(logger, done);
    }

    private async Task<List<AppliedItem>> ApplyAsync(List<ItemChange> changes, CancellationToken cancellationToken)
    {
        var places = new Dictionary<ComponentName, Component>();
        foreach (var name in changes.Select(change => change.Item.Component).Distinct())
        {
            if (await components.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } component)
                places[name] = component;
        }

        var existing = await catalogue.FindAsync(
            [.. changes.Select(change => change.Item.Id).Concat(changes.SelectMany(IncomingGroups.Needs)).Distinct()], cancellationToken).ConfigureAwait(false);
        var incoming = changes
            .Where(change => places.ContainsKey(change.Item.Component) && change.IsNewTo(existing.GetValueOrDefault(change.Item.Id)))
            .Where(change => change.Item.Payloads.All(payload => payloads.Keep(payload.Hash, payload.Size)))
            .Select(change => new IncomingChange(
                change, existing.GetValueOrDefault(change.Item.Id), change.Content is null ? contents.Find(places[change.Item.Component], change.Item.Hash) : null))
            .ToList();
        var groups = new IncomingGroups(incoming, existing);
        var refused = groups.Unmet([]).ToList();
        refused.AddRange(await appliers.ApplyAsync(places, Without(groups.InOrder, refused), groups, refused, cancellationToken).ConfigureAwait(false));
        await appliers.TidyAsync(places.Values, cancellationToken).ConfigureAwait(false);
        return [.. Without(groups.InOrder, refused).Select(change => AppliedItems.From(places[change.Change.Item.Component], change))];
    }

    private static List<IncomingChange> Without(IEnumerable<IncomingChange> changes, IEnumerable<ItemOutcome> refused)
    {
        var left = refused.Select(outcome => outcome.Item).ToHashSet();
        return [.. changes.Where(change => !left.Contains(change.Change.Item.Id))];
    }
}
