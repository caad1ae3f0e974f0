using CoreSync.Application.Jobs;
using CoreSync.Application.Replication;
using CoreSync.Items;
using FluentResults;

namespace CoreSync.Application.Verification;

/// <summary>How doubts about the past that a source shares with a target end.</summary>
internal sealed class TargetPasts(Reconciler reconciler, IDoubtStore doubts)
{
    /// <summary>Ends what is doubted about a component whose feed is drained; does nothing when nothing is.</summary>
    public async Task<Result> ReconcileAsync(
        ReplicationRun run, ISyncRoute route, IReadOnlySet<ComponentName> sending, IReplicationObserver observer, CancellationToken cancellationToken)
    {
        if (!(await doubts.DoubtsAsync(run.TargetEntry, cancellationToken).ConfigureAwait(false)).TryGetValue(run.Component, out var doubt))
            return Result.Ok();
        // What the target has is what is doubted: everything that is needed goes along.
        var there = new TargetKnowledge(run.Target, sending, []);
        var done = await reconciler.RunAsync(run, doubt, route, there, observer, cancellationToken).ConfigureAwait(false);
        if (done.IsFailed)
            return done;
        // Revisions that were raised are in the feed as well: the checkpoint passes them.
        var ours = await route.Memory.FindAsync(run.TargetEntry, run.Component, cancellationToken).ConfigureAwait(false);
        return await route.Replicator.RunAsync(run, route.Feed, route.Sink, ours, there, observer, [], cancellationToken).ConfigureAwait(false);
    }
}
