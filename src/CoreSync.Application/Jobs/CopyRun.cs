using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Application.Jobs;

/// <summary>Takes the items of a copy job to its target, with all that they need, as ordinary editable items (J2). What the target refuses is not offered again by itself.</summary>
internal sealed class CopyRun(ISyncJobStore jobs, ICatalogue catalogue, ICheckpointStore checkpoints, IChangeFeed feed, Replicator replicator)
{
    /// <summary>Runs to the end of the list.</summary>
    /// <param name="job">A copy.</param>
    /// <param name="target">Where the items go.</param>
    /// <param name="connection">The target, already introduced.</param>
    /// <param name="sink">Where the target stands.</param>
    /// <param name="sending">The components that this core sends there.</param>
    /// <param name="book">Counts refusals.</param>
    /// <param name="reporter">Told of every outcome.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    /// <returns>What ended it early; null when it came to its end.</returns>
    public async Task<CoreSyncError?> RunAsync(
        SyncJob job, CoreServer target, IItemSink connection, SinkState sink, IReadOnlyList<Component> sending, FailureBook book, JobReporter reporter,
        CancellationToken cancellationToken)
    {
        var ids = await jobs.ItemsAsync(job.Id, cancellationToken).ConfigureAwait(false);
        var items = await catalogue.FindAsync(ids, cancellationToken).ConfigureAwait(false);
        var chosen = ids.Where(items.ContainsKey).Select(id => items[id]).ToList();
        reporter.Due(chosen.Count, chosen.Sum(item => item.Size));
        var there = new TargetKnowledge(sink.Core, sending.Select(component => component.Name).ToHashSet(), []);
        foreach (var part in chosen.GroupBy(item => item.Component))
        {
            var live = part.Where(item => !item.IsDeleted).ToList();
            Refuse(reporter, part.Where(item => item.IsDeleted), item => new ItemNotFoundError(item.Id.ToString()));
            if (RefusalOf(part.Key, job.Fqdn, sending, sink.Components.Keys, sink.Refused) is { } refusal)
            {
                Refuse(reporter, live, _ => refusal);
                continue;
            }

            var ours = await checkpoints.FindAsync(target.Id, part.Key, cancellationToken).ConfigureAwait(false);
            var head = await feed.HeadAsync(cancellationToken).ConfigureAwait(false);
            if (head.IsFailed)
                return head.FirstError();
            var at = Checkpoint.Agree(ours, sink.Components[part.Key], head.Value.Source.StoreId);
            var run = new ReplicationRun(target.Id, target.Address.Fqdn, sink.Core, part.Key, book) { AsCopies = true };
            var done = await replicator.CopyAsync(run, feed, connection, at, there, reporter, [.. live.Select(item => item.Id)], cancellationToken).ConfigureAwait(false);
            await reporter.FlushAsync().ConfigureAwait(false);
            if (done.IsFailed)
                return done.FirstError();
        }

        return null;
    }

    /// <summary>Why no item of a component can be copied to a target; null when they can.</summary>
    /// <param name="component">The component.</param>
    /// <param name="target">The target.</param>
    /// <param name="sending">The components that this core sends there.</param>
    /// <param name="received">Those that the target takes from this core.</param>
    /// <param name="refused">Those that it has and refuses from this account.</param>
    public static CoreSyncError? RefusalOf(
        ComponentName component, Fqdn target, IEnumerable<Component> sending, IEnumerable<ComponentName> received, IReadOnlySet<ComponentName> refused)
    {
        if (sending.All(one => one.Name != component))
            return new ComponentDisabledError(component.Value);
        return received.Contains(component) ? null : ComponentRefusal.Of(component, target, refused);
    }

    private static void Refuse(JobReporter reporter, IEnumerable<Item> items, Func<Item, CoreSyncError> reason)
    {
        var refused = items.Select(item => (Item: item, Error: reason(item)))
            .Select(entry => (new ItemOutcome(entry.Item.Id, Sequence.Zero, ItemOutcomeKind.Rejected, entry.Error.Code, entry.Error.Message), entry.Item)).ToList();
        if (refused.Count > 0)
            reporter.Received(0, 0, refused);
    }
}

/// <summary>Why a target takes nothing of a component.</summary>
internal static class ComponentRefusal
{
    public static CoreSyncError Of(ComponentName component, Fqdn target, IReadOnlySet<ComponentName> refused) => refused.Contains(component)
        ? new RightsMissingError("of the sync service", nameof(CoreSync.Accounts.Rights.Edit), $"{component} of {target}")
        : new ComponentNotReceivedError(component.Value, target.Ascii);
}
