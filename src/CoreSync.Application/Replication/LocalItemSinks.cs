using CoreSync.Accounts;
using CoreSync.Application.Bundles;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Items;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Replication;

/// <inheritdoc cref="ILocalItemSinks"/>
internal sealed class LocalItemSinks(
    IReplicaStore replicas, IComponentStore components, IContentInbox inbox, IPayloadStore payloads, DeltaBases bases, DamagedCopies damaged, ItemAppliers appliers, IncomingBatches batches,
    BatchPlaces batchPlaces, ILocalCore local, ComponentGates gates, ILogger<LocalItemSink> logger) : ILocalItemSinks, INewItemSinks
{
    public IItemSink For(Account writer) => Sink(writer, takesOwn: false);

    public IItemSink ForNewItems(Account writer) => Sink(writer, takesOwn: true);

    private LocalItemSink Sink(Account writer, bool takesOwn) =>
        new(writer, replicas, components, inbox, payloads, bases, damaged, appliers, batches, batchPlaces, local, gates, logger) { TakesOwn = takesOwn };
}

/// <summary>One writer at a time per component of this core, whichever source or recovery it serves.</summary>
internal sealed class ComponentGates
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<ComponentName, SemaphoreSlim> gates = new();

    /// <summary>Waits until nobody else writes any of the components; taken in one order, so that two who want several never wait for each other.</summary>
    public async Task<IDisposable> EnterAsync(IEnumerable<ComponentName> components, CancellationToken cancellationToken)
    {
        var entered = new Exit();
        try
        {
            foreach (var component in components.Distinct().OrderBy(component => component.Value, StringComparer.Ordinal))
            {
                var gate = gates.GetOrAdd(component, _ => new SemaphoreSlim(1, 1));
                await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
                entered.Add(gate);
            }

            return entered;
        }
        catch
        {
            entered.Dispose();
            throw;
        }
    }

    private sealed class Exit : IDisposable
    {
        private readonly List<SemaphoreSlim> entered = [];

        public void Add(SemaphoreSlim gate) => entered.Add(gate);

        public void Dispose()
        {
            foreach (var gate in entered)
                gate.Release();
        }
    }
}
