using CoreSync.Application.Jobs;
using CoreSync.Application.Replication;
using CoreSync.Items;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Application.Verification;

/// <summary>What a sync job needs to know of the past that a source shares with a target: whether both remember it alike, and how doubts end.</summary>
internal sealed class TargetPasts(Reconciler reconciler, IDoubtStore doubts)
{
    /// <summary>
    /// Introduces the source, and compares both memories of everything that travels before anything is sent: whatever is sent makes them look alike again, a copy too (P6).
    /// </summary>
    /// <param name="other">The target, or the source where this core collects.</param>
    /// <param name="route">The route to it.</param>
    /// <param name="sending">The components that travel.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Fails as <see cref="ISyncRoute.OpenAsync"/>.</returns>
    public static async Task<Result<SinkState>> OpenAsync(CoreServer other, ISyncRoute route, IReadOnlyList<Component> sending, CancellationToken cancellationToken)
    {
        var opened = await route.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (opened.IsFailed)
            return opened;
        var head = await route.Feed.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head.IsFailed)
            return head.ToResult();
        foreach (var component in sending)
        {
            if (!opened.Value.Components.TryGetValue(component.Name, out var theirs))
                continue;
            var ours = await route.Memory.FindAsync(other.Id, component.Name, cancellationToken).ConfigureAwait(false);
            await route.ExamineAsync(component.Name, ours, theirs, head.Value.Source.StoreId, cancellationToken).ConfigureAwait(false);
        }

        return opened;
    }

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
