using CoreSync.Application.Cores;
using CoreSync.Application.Replication;
using CoreSync.Application.Targets;
using CoreSync.Items;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Application.Verification;

/// <summary>What a sync job needs to know of the past that it shares with a target: who may write, what is doubted, what was detached, and how doubts end.</summary>
internal sealed class TargetPasts(
    TargetAdmission admission, PastAgreement agreement, Reconciler reconciler, Replicator replicator, IDoubtStore doubts, ICheckpointStore checkpoints, ILocalCore local)
{
    /// <summary>
    /// Introduces this core, and compares both memories of everything that goes there before anything is sent: whatever is sent makes them look alike again, a copy too (P6).
    /// </summary>
    /// <param name="target">The target.</param>
    /// <param name="sink">It.</param>
    /// <param name="sending">The components that this core sends there.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Fails as <see cref="TargetAdmission.OpenAsync"/>.</returns>
    public async Task<Result<SinkState>> OpenAsync(CoreServer target, IItemSink sink, IReadOnlyList<Component> sending, CancellationToken cancellationToken)
    {
        var opened = await admission.OpenAsync(target, sink, cancellationToken).ConfigureAwait(false);
        if (opened.IsFailed)
            return opened;
        foreach (var component in sending)
        {
            if (!opened.Value.Components.TryGetValue(component.Name, out var theirs))
                continue;
            var ours = await checkpoints.FindAsync(target.Id, component.Name, cancellationToken).ConfigureAwait(false);
            await agreement.ExamineAsync(target, component.Name, ours, theirs, local.Current.StoreId, cancellationToken).ConfigureAwait(false);
        }

        return opened;
    }

    /// <summary>The feed as this target may see it.</summary>
    public async Task<IChangeFeed> FeedOfAsync(CoreServer target, IChangeFeed feed, CancellationToken cancellationToken)
    {
        var detached = await doubts.DetachedAsync(target.Id, cancellationToken).ConfigureAwait(false);
        return detached.Count == 0 ? feed : new DetachingFeed(feed, detached);
    }

    /// <summary>Ends what is doubted about a component whose feed is drained; does nothing when nothing is.</summary>
    public async Task<Result> ReconcileAsync(
        ReplicationRun run, IChangeFeed feed, ITargetConnection connection, IReadOnlySet<ComponentName> sending, IReplicationObserver observer, CancellationToken cancellationToken)
    {
        if (!(await doubts.DoubtsAsync(run.TargetEntry, cancellationToken).ConfigureAwait(false)).TryGetValue(run.Component, out var doubt))
            return Result.Ok();
        // What the target has is what is doubted: everything that is needed goes along.
        var there = new TargetKnowledge(run.Target, sending, []);
        var done = await reconciler.RunAsync(run, doubt, feed, connection, connection.Inspection, there, observer, cancellationToken).ConfigureAwait(false);
        if (done.IsFailed)
            return done;
        // Revisions that were raised are in the feed as well: the checkpoint passes them.
        var ours = await checkpoints.FindAsync(run.TargetEntry, run.Component, cancellationToken).ConfigureAwait(false);
        return await replicator.RunAsync(run, feed, connection, ours, there, observer, [], cancellationToken).ConfigureAwait(false);
    }
}
