using CoreSync.Application.Replication;
using CoreSync.Application.Rollup;
using CoreSync.Application.Targets;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Application.Jobs;

/// <summary>
/// The two ends of one sync job, connected. Push and pull differ in nothing else (P1): who is asked what waits, who is scanned, whose memory is far away.
/// </summary>
internal interface ISyncRoute : IAsyncDisposable
{
    /// <summary>Where changes come from.</summary>
    IChangeFeed Feed { get; }

    /// <summary>Where they go.</summary>
    IItemSink Sink { get; }

    /// <summary>What the source holds.</summary>
    ISourceHoldings Holdings { get; }

    /// <summary>What the target holds.</summary>
    IReplicaInspection Inspection { get; }

    /// <summary>The source's memory of the target.</summary>
    ICheckpointStore Memory { get; }

    /// <summary>Moves changes, with that memory.</summary>
    Replicator Replicator { get; }

    /// <summary>The components that may travel, files first: a document may refer to a file, and a file to nothing.</summary>
    Task<IReadOnlyList<Component>> ComponentsAsync(CancellationToken cancellationToken);

    /// <summary>Looks at what the source has outside its store, where this core is the source.</summary>
    /// <returns>The first error of a whole component; null when none.</returns>
    Task<CoreSyncError?> ScanAsync(IReadOnlyList<Component> components, JobReporter reporter, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Introduces the source at the target.</summary>
    /// <returns>Fails as <see cref="IItemSink.OpenAsync"/>, <see cref="ISource.OpenAsync"/>, or with <see cref="CoreDuplicatedError"/>.</returns>
    Task<Result<SinkState>> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Records a doubt where the two memories of a component differ (P6).</summary>
    Task ExamineAsync(ComponentName component, Checkpoint ours, Checkpoint theirs, Guid store, CancellationToken cancellationToken);

    /// <summary>Why a component may not travel now: too many deletes at once (A6); null when it may.</summary>
    Task<CoreSyncError?> BrakeAsync(Component component, Sequence agreed, CancellationToken cancellationToken);

    /// <summary>How much waits behind a position.</summary>
    Task<(long Changes, long Bytes)> BacklogAsync(ComponentName component, Sequence agreed, CancellationToken cancellationToken);

    /// <summary>What of a component the target asks for again, since its payloads are damaged there (S18).</summary>
    Task<IReadOnlyList<ItemFailure>> DamagedAsync(SinkState state, ComponentName component, CancellationToken cancellationToken);
}

/// <summary>Connects the two ends of a job.</summary>
internal sealed class SyncRoutes(
    ITargetConnector targets, PushParts push, ISourceConnector sources, PullParts pull)
{
    /// <summary>Connects; a person's turn is taken at the sink.</summary>
    /// <returns>Fails as <see cref="ITargetConnector.ConnectAsync"/>.</returns>
    public async Task<Result<ISyncRoute>> ConnectAsync(CoreServer other, JobTurn turn, CancellationToken cancellationToken)
    {
        if (other.Direction == SyncDirection.Pull)
        {
            var source = await sources.ConnectToSourceAsync(other, cancellationToken).ConfigureAwait(false);
            return source.IsFailed ? source.ToResult() : new PullRoute(other, source.Value, turn, pull);
        }

        var target = await targets.ConnectAsync(other, cancellationToken).ConfigureAwait(false);
        return target.IsFailed ? target.ToResult() : await PushRoute.OfAsync(other, target.Value, turn, push, cancellationToken).ConfigureAwait(false);
    }
}
