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
        var names = sending.Select(component => component.Name).ToHashSet();
        var there = new TargetKnowledge(sink.Core, names, []);
        foreach (var part in chosen.GroupBy(item => item.Component))
        {
            var live = part.Where(item => !item.IsDeleted).ToList();
            Refuse(reporter, part.Where(item => item.IsDeleted), item => new ItemNotFoundError(item.Id.ToString()));
            if (!names.Contains(part.Key))
            {
                Refuse(reporter, live, _ => new ComponentDisabledError(part.Key.Value));
                continue;
            }

            if (!sink.Components.TryGetValue(part.Key, out var theirs))
            {
                Refuse(reporter, live, _ => sink.Refused.Contains(part.Key)
                    ? new RightsMissingError("of the sync service", nameof(CoreSync.Accounts.Rights.Edit), $"{part.Key} of {job.Fqdn}")
                    : new ComponentNotReceivedError(part.Key.Value, job.Fqdn.Ascii));
                continue;
            }

            var ours = await checkpoints.FindAsync(target.Id, part.Key, cancellationToken).ConfigureAwait(false);
            var head = await feed.HeadAsync(cancellationToken).ConfigureAwait(false);
            if (head.IsFailed)
                return head.FirstError();
            var at = Checkpoint.Agree(ours, theirs, head.Value.Source.StoreId);
            var run = new ReplicationRun(target.Id, target.Address.Fqdn, sink.Core, part.Key, book) { AsCopies = true };
            var done = await replicator.CopyAsync(run, feed, connection, at, there, reporter, [.. live.Select(item => item.Id)], cancellationToken).ConfigureAwait(false);
            await reporter.FlushAsync().ConfigureAwait(false);
            if (done.IsFailed)
                return done.FirstError();
        }

        return null;
    }

    private static void Refuse(JobReporter reporter, IEnumerable<Item> items, Func<Item, CoreSyncError> reason)
    {
        var refused = items.Select(item => (Item: item, Error: reason(item)))
            .Select(entry => (new ItemOutcome(entry.Item.Id, Sequence.Zero, ItemOutcomeKind.Rejected, entry.Error.Code, entry.Error.Message), entry.Item)).ToList();
        if (refused.Count > 0)
            reporter.Received(0, 0, refused);
    }
}
