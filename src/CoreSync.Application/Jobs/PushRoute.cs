using CoreSync.Application.Items;
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

/// <summary>What a push needs of this core.</summary>
internal sealed record PushParts(
    IComponentStore Components, ICatalogue Catalogue, ICheckpointStore Checkpoints, LocalHoldings Holdings, IChangeFeed Feed, Replicator Replicator, FileScans Scans,
    DocumentBrake Brake, DamagedCopies Damaged, TargetAdmission Admission, PastAgreement Agreement, ITombstoneStore Tombstones, IDoubtStore Doubts);

/// <summary>From this core to a target core.</summary>
internal sealed class PushRoute : ISyncRoute
{
    private readonly CoreServer target;
    private readonly ITargetConnection connection;
    private readonly PushParts parts;

    private PushRoute(CoreServer target, ITargetConnection connection, JobTurn turn, PushParts parts, IChangeFeed feed)
    {
        this.target = target;
        this.connection = connection;
        this.parts = parts;
        Feed = feed;
        Sink = new TurnTakingSink(connection, turn);
    }

    public IChangeFeed Feed { get; }

    public IItemSink Sink { get; }

    public ISourceHoldings Holdings => parts.Holdings;

    public IReplicaInspection Inspection => connection.Inspection;

    public ICheckpointStore Memory => parts.Checkpoints;

    public Replicator Replicator => parts.Replicator;

    /// <summary>The route over a connection; the feed is told as this target may see it.</summary>
    public static async Task<Result<ISyncRoute>> OfAsync(CoreServer target, ITargetConnection connection, JobTurn turn, PushParts parts, CancellationToken cancellationToken)
    {
        var detached = await parts.Doubts.DetachedAsync(target.Id, cancellationToken).ConfigureAwait(false);
        return new PushRoute(target, connection, turn, parts, detached.Count == 0 ? parts.Feed : new DetachingFeed(parts.Feed, detached));
    }

    public async Task<IReadOnlyList<Component>> ComponentsAsync(CancellationToken cancellationToken) =>
        [.. (await parts.Components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(component => component.SendsTo(target)).OrderBy(component => component.Kind == ComponentKind.Documents)];

    public Task<CoreSyncError?> ScanAsync(IReadOnlyList<Component> components, JobReporter reporter, DateTimeOffset since, CancellationToken cancellationToken) =>
        parts.Scans.ScanAsync(components, reporter, since, cancellationToken);

    public Task<Result<SinkState>> OpenAsync(CancellationToken cancellationToken) => parts.Admission.OpenAsync(target, Sink, cancellationToken);

    public async Task ExamineAsync(ComponentName component, Checkpoint ours, Checkpoint theirs, Guid store, CancellationToken cancellationToken)
    {
        var head = await parts.Catalogue.HeadAsync(cancellationToken).ConfigureAwait(false);
        var horizon = await parts.Tombstones.HorizonAsync(component, cancellationToken).ConfigureAwait(false);
        await parts.Agreement.ExamineAsync(target, component, ours, theirs, store, head, horizon, cancellationToken).ConfigureAwait(false);
    }

    public Task<CoreSyncError?> BrakeAsync(Component component, Sequence agreed, CancellationToken cancellationToken) => component.Kind == ComponentKind.Documents
        ? parts.Brake.CheckAsync(component.Name, agreed, connection.Core, cancellationToken)
        : Task.FromResult<CoreSyncError?>(null);

    public Task<(long Changes, long Bytes)> BacklogAsync(ComponentName component, Sequence agreed, CancellationToken cancellationToken) =>
        parts.Catalogue.BacklogAsync(component, agreed, connection.Core, cancellationToken);

    public Task<IReadOnlyList<ItemFailure>> DamagedAsync(SinkState state, ComponentName component, CancellationToken cancellationToken) =>
        parts.Damaged.OfferAsync(target.Id, state, component, cancellationToken);

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
