using CoreSync.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Application.Rollup;
using CoreSync.Application.Targets;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Jobs;

/// <summary>What a pull needs of this core.</summary>
internal sealed record PullParts(
    IComponentStore Components, IReplicaStore Replicas, ICheckpointStore Checkpoints, ILocalItemSinks Sinks, ILocalInspections Inspections, PastAgreement Agreement, IDoubtStore Doubts,
    ILocalCore Local, TimeProvider Time, ILogger<Replicator> Logger);

/// <summary>From a source core to this one, a rollup core (R6).</summary>
internal sealed class PullRoute : ISyncRoute
{
    // What is collected is written by this core itself; what the source gives was decided there.
    private static readonly Account Collector = new("rollup", Rights.ConsoleAdministrator, [], "");

    private readonly CoreServer source;
    private readonly ISourceConnection connection;
    private readonly PullParts parts;
    private readonly SourceMemory memory;
    private SourceState? state;

    public PullRoute(CoreServer source, ISourceConnection connection, JobTurn turn, PullParts parts)
    {
        this.source = source;
        this.connection = connection;
        this.parts = parts;
        memory = new SourceMemory(connection, parts.Checkpoints);
        Sink = new TurnTakingSink(parts.Sinks.For(Collector), turn);
        Inspection = parts.Inspections.For(Collector, connection.Core);
        Replicator = new Replicator(memory, parts.Logger);
    }

    public IChangeFeed Feed => connection.Feed;

    public IItemSink Sink { get; }

    public ISourceHoldings Holdings => connection.Holdings;

    public IReplicaInspection Inspection { get; }

    public ICheckpointStore Memory => memory;

    public Replicator Replicator { get; }

    private SourceState State => state ?? throw new InvalidOperationException("The route is not open");

    public async Task<IReadOnlyList<Component>> ComponentsAsync(CancellationToken cancellationToken) =>
    [
        .. (await parts.Components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(component => component.Receives() && source.Rules.Sends(component.Name))
            .OrderBy(component => component.Kind == ComponentKind.Documents),
    ];

    // The source looks at its own directories.
    public Task<CoreSyncError?> ScanAsync(IReadOnlyList<Component> components, JobReporter reporter, DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<CoreSyncError?>(null);

    public async Task<Result<SinkState>> OpenAsync(CancellationToken cancellationToken)
    {
        var opened = await IntroduceAsync(cancellationToken).ConfigureAwait(false);
        if (opened.Errors.OfType<StaleEpochError>().FirstOrDefault() is not { } stale)
            return opened;

        // The source went back behind a writer that this core has seen: it rises above that, and everything is compared (P6).
        var raised = await connection.RiseAboveAsync(stale.Highest, cancellationToken).ConfigureAwait(false);
        if (raised.IsFailed)
            return raised;
        var components = await ComponentsAsync(cancellationToken).ConfigureAwait(false);
        await parts.Doubts.RaiseAsync(source.Id, [.. components.Select(component => component.Name)], new Doubt(DoubtReason.SourceWentBack, []), cancellationToken).ConfigureAwait(false);
        return await IntroduceAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task ExamineAsync(ComponentName component, Checkpoint ours, Checkpoint theirs, Guid store, CancellationToken cancellationToken) =>
        parts.Agreement.ExamineAsync(source, component, ours, theirs, store, State.Head.Sequence, State.Components[component].Horizon, cancellationToken);

    public Task<CoreSyncError?> BrakeAsync(Component component, Sequence agreed, CancellationToken cancellationToken) =>
        Task.FromResult<CoreSyncError?>(State.Components[component.Name].Braked);

    // An account that is limited to components was limited on purpose.
    public Task<(long Changes, long Bytes)> BacklogAsync(ComponentName component, Sequence agreed, CancellationToken cancellationToken) =>
        Task.FromResult(State.Components.TryGetValue(component, out var waiting) ? (waiting.Changes, waiting.Bytes) : (0L, 0L));

    public async Task<IReadOnlyList<ItemFailure>> DamagedAsync(SinkState state, ComponentName component, CancellationToken cancellationToken)
    {
        var asked = state.Damaged.Where(copy => copy.Component == component).Select(copy => copy.Item).ToList();
        if (asked.Count == 0)
            return [];
        // This core has copies of many sources; each is asked for its own.
        var known = await Feed.EntriesAsync(asked, cancellationToken).ConfigureAwait(false);
        var now = parts.Time.GetUtcNow();
        return known.IsFailed
            ? []
            : [.. known.Value.Where(entry => !entry.Item.IsDeleted).Select(entry => new ItemFailure(entry.Item.Id, component, ItemOutcomeKind.ContentMissing, "", "", 0, now))];
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async Task<Result<SinkState>> IntroduceAsync(CancellationToken cancellationToken)
    {
        var here = await parts.Replicas.ReceivedAsync(connection.Core, cancellationToken).ConfigureAwait(false);
        var asked = await connection.OpenAsync(here, cancellationToken).ConfigureAwait(false);
        if (asked.IsFailed)
            return asked.ToResult();
        var writer = asked.Value.Head.Source;
        if (writer.Core != connection.Core)
            return Result.Fail(new TargetReplacedError(source.Address.Fqdn.Ascii, connection.Core.ToString(), writer.Core.ToString()));
        var sink = await Sink.OpenAsync(writer, cancellationToken).ConfigureAwait(false);
        if (sink.IsFailed)
            return sink;
        state = asked.Value;
        memory.Remember(asked.Value.Components);
        return sink.Value with
        {
            Components = sink.Value.Components.Where(one => asked.Value.Components.ContainsKey(one.Key)).ToDictionary(one => one.Key, one => one.Value),
            Refused = asked.Value.Refused,
        };
    }
}

/// <summary>The source's memory of this core, kept there: what it told when the route was opened, and what it was told since. Failures are remembered here.</summary>
internal sealed class SourceMemory(ISource source, ICheckpointStore here) : ICheckpointStore
{
    private readonly Dictionary<ComponentName, Checkpoint> remembered = [];

    public void Remember(IReadOnlyDictionary<ComponentName, SourceComponent> components)
    {
        remembered.Clear();
        foreach (var (component, told) in components)
            remembered[component] = told.Remembered;
    }

    public Task<Checkpoint> FindAsync(TargetId target, ComponentName component, CancellationToken cancellationToken) =>
        Task.FromResult(remembered.GetValueOrDefault(component, Checkpoint.None));

    public async Task SaveAsync(TargetId target, ComponentName component, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        var told = await source.AcknowledgeAsync(component, checkpoint, cancellationToken).ConfigureAwait(false);
        if (told.IsFailed)
            throw new CoreSyncException(told.FirstError());
        remembered[component] = checkpoint;
    }

    public Task<IReadOnlyList<ItemFailure>> FailuresAsync(TargetId target, CancellationToken cancellationToken) => here.FailuresAsync(target, cancellationToken);

    public Task<DateTimeOffset?> FailuresDueAtAsync(TargetId target, CancellationToken cancellationToken) => here.FailuresDueAtAsync(target, cancellationToken);

    public Task SaveFailuresAsync(TargetId target, IReadOnlyList<ItemFailure> failed, IReadOnlyCollection<ItemId> resolved, CancellationToken cancellationToken) =>
        here.SaveFailuresAsync(target, failed, resolved, cancellationToken);

    // Whatever comes from a source is collected: nothing is copied once.
    public Task<IReadOnlyDictionary<ItemId, Revision>> CopiesAsync(TargetId target, IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<ItemId, Revision>>(new Dictionary<ItemId, Revision>());

    public Task SaveCopiesAsync(TargetId target, IReadOnlyCollection<Item> copies, CancellationToken cancellationToken) => Task.CompletedTask;
}
