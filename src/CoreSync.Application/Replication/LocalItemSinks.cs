using CoreSync.Accounts;
using CoreSync.Application.Conflicts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Items;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Replication;

/// <inheritdoc cref="ILocalItemSinks"/>
internal sealed class LocalItemSinks(
    IReplicaStore replicas, ICatalogue catalogue, IComponentStore components, IContentInbox inbox, IEnumerable<IItemApplier> appliers, IConflictStore conflicts,
    ArrivalReview review, ILocalCore local,
    ComponentGates gates, ILogger<LocalItemSink> logger) : ILocalItemSinks
{
    private readonly Dictionary<ComponentKind, IItemApplier> byKind = appliers.ToDictionary(applier => applier.Kind);

    public IItemSink For(Account writer) => new LocalItemSink(writer, replicas, catalogue, components, inbox, byKind, conflicts, review, local, gates, logger);
}

/// <summary>One writer at a time per component of this core, whichever source or recovery it serves.</summary>
internal sealed class ComponentGates
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<ComponentName, SemaphoreSlim> gates = new();

    public async Task<IDisposable> EnterAsync(ComponentName component, CancellationToken cancellationToken)
    {
        var gate = gates.GetOrAdd(component, _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Exit(gate);
    }

    private sealed class Exit(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
