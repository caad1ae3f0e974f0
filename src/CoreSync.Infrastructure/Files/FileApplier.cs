using System.Collections.Concurrent;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;
using CoreSync.Replication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Files;

/// <summary>Applies files: content is staged durably beside its place and renamed into it (A1).</summary>
internal sealed class FileApplier(
    ICatalogue catalogue, ILocalCore core, TimeProvider time, IOptions<CoreSyncOptions> options, ILogger<FileApplier> logger) : IItemApplier, IDisposable
{
    /// <summary>Up to this many files are flushed one by one; beyond it the volume is flushed once (performance.md: 22,900 against 2,000 files a second).</summary>
    internal const int FewFiles = 8;

    private readonly ConcurrentDictionary<ComponentName, ComponentState> states = new();

    public ComponentKind Kind => ComponentKind.Files;

    public async Task<IReadOnlyList<ItemOutcome>> StageAsync(Component component, IReadOnlyList<IncomingChange> changes, CancellationToken cancellationToken)
    {
        if (NotReceived(component, changes) is { } refused)
            return refused;
        var state = StateOf(component);
        await state.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                using var area = ReceiveArea.Open(component, options.Value.DataDirectory);
                try
                {
                    return Stage(area, component, changes, state.Staged, cancellationToken);
                }
                catch (CoreSyncException failure) when (failure.InnerException is FileFaultException { Fault: FileFault.Missing } && area.IsRemoved())
                {
                    // Staging was removed as empty between the two steps.
                }
            }
        }
        finally
        {
            state.Gate.Release();
        }
    }

    public async Task<IReadOnlyList<ItemOutcome>> ApplyAsync(Component component, IReadOnlyList<IncomingChange> changes, CancellationToken cancellationToken)
    {
        if (NotReceived(component, changes) is { } refused)
            return refused;
        var state = StateOf(component);
        await state.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var clashes = await ClashesAsync(component, changes, cancellationToken).ConfigureAwait(false);
            using var area = ReceiveArea.Open(component, options.Value.DataDirectory);
            using var session = new ApplySession(area, component, catalogue, options.Value.DataDirectory, time.GetUtcNow(), state.Staged, changes, logger);
            try
            {
                return await session.RunAsync(clashes, cancellationToken).ConfigureAwait(false);
            }
            catch (FileFaultException fault)
            {
                throw fault.ToStoreFailure();
            }
        }
        finally
        {
            state.Gate.Release();
        }
    }

    public async Task TidyAsync(Component component, CancellationToken cancellationToken)
    {
        if (component.Files?.ReceiveTo is null)
            return;
        var state = StateOf(component);
        await state.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var area = ReceiveArea.Find(component, options.Value.DataDirectory);
            if (area is null)
                return;
            // What was staged by this process and not applied belongs to a batch of another source that is on its way.
            foreach (var entry in area.Staging.List())
            {
                if (entry.Name.StartsWith("item-", StringComparison.Ordinal) && !state.Staged.Contains(entry.Name))
                    StagedFiles.Remove(area.Staging, entry.Name);
            }

            area.RemoveIfEmpty();
        }
        catch (FileFaultException fault)
        {
            throw fault.ToStoreFailure();
        }
        finally
        {
            state.Gate.Release();
        }
    }

    public void Dispose()
    {
        foreach (var state in states.Values)
            state.Gate.Dispose();
    }

    private static List<ItemOutcome> Stage(
        ReceiveArea area, Component component, IReadOnlyList<IncomingChange> changes, HashSet<string> staged, CancellationToken cancellationToken)
    {
        var outcomes = new List<ItemOutcome>();
        var written = new List<string>();
        var each = !DurableFile.CanSyncVolume || changes.Count <= FewFiles;
        try
        {
            foreach (var change in changes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (ChangeVerdict.OnFile(component, change.Change) is { } error)
                {
                    outcomes.Add(ChangeVerdict.Rejected(change, error));
                }
                else if (change.Change is { Kind: ChangeKind.Upsert, Item.Kind: ItemKind.File, Content: { } content })
                {
                    var name = ReceiveArea.ItemName(change.Change.Item);
                    written.Add(name);
                    StagedFiles.Write(area.Staging, name, content.Span, change.Change.Item, each);
                }
            }

            if (written.Count > 0 && each)
                area.Staging.Sync();
            else if (written.Count > 0)
                area.Staging.SyncVolume();
            staged.UnionWith(written);
            return outcomes;
        }
        catch (FileFaultException fault)
        {
            Discard(area, written);
            throw fault.ToStoreFailure();
        }
    }

    // Frees the space that a batch took which did not fit.
    private static void Discard(ReceiveArea area, List<string> written)
    {
        foreach (var name in written)
        {
            try
            {
                StagedFiles.Remove(area.Staging, name);
            }
            catch (FileFaultException)
            {
                // The first failure is the one to report; what is left is removed when staging is tidied.
            }
        }
    }

    private async Task<Dictionary<int, ItemOutcome>> ClashesAsync(Component component, IReadOnlyList<IncomingChange> changes, CancellationToken cancellationToken)
    {
        var clashes = new Dictionary<int, ItemOutcome>();
        var batch = changes.Select(change => change.Change.Item.Id).ToHashSet();
        var taken = new Dictionary<string, Item>(changes.Count);
        for (var i = 0; i < changes.Count; i++)
        {
            var item = changes[i].Change.Item;
            if (changes[i].Change.Kind != ChangeKind.Upsert || RelativePath.Parse(item.Name) is not { IsSuccess: true, Value: var path })
                continue;
            if (!taken.TryAdd(path.CollisionKey, item) && taken[path.CollisionKey].Id != item.Id)
            {
                clashes[i] = ChangeVerdict.Rejected(changes[i], new PathCollisionError(item.Name, taken[path.CollisionKey].Name));
                continue;
            }

            if (changes[i].Existing is { IsDeleted: false } existing && existing.Name == item.Name)
                continue;
            foreach (var other in await catalogue.CollidingAsync(component.Name, path, cancellationToken).ConfigureAwait(false))
            {
                // Own files live in the directory that is sent. Items of this batch are judged by where they end up.
                if (other.Origin == core.Current.Id || batch.Contains(other.Id))
                    continue;
                if (Clash(component, changes[i], other) is { } outcome)
                    clashes[i] = outcome;
            }
        }

        return clashes;
    }

    // A released copy is an ordinary local file: the component's policy decides (A3). One that is kept in sync always stays.
    private static ItemOutcome? Clash(Component component, IncomingChange change, Item other)
    {
        var error = new PathCollisionError(change.Change.Item.Name, other.Name);
        if (other.AutoSync)
            return ChangeVerdict.Rejected(change, error);
        return component.OnClash switch
        {
            ClashPolicy.Replace => null,
            ClashPolicy.Ask => ChangeVerdict.Rejected(change, error, ItemOutcomeKind.Conflict),
            _ => ChangeVerdict.Rejected(change, error),
        };
    }

    private IReadOnlyList<ItemOutcome>? NotReceived(Component component, IReadOnlyList<IncomingChange> changes)
    {
        if (component.Files?.ReceiveTo is not null)
            return null;
        var error = new ComponentNotReceivedError(component.Name.Value, core.Current.Name.ToString());
        return [.. changes.Select(change => ChangeVerdict.Rejected(change, error))];
    }

    private ComponentState StateOf(Component component) => states.GetOrAdd(component.Name, _ => new ComponentState());

    /// <summary>What this process knows about a component's staging.</summary>
    private sealed class ComponentState
    {
        /// <summary>One batch at a time.</summary>
        public SemaphoreSlim Gate { get; } = new(1, 1);

        /// <summary>Files that this process staged durably and has not applied.</summary>
        public HashSet<string> Staged { get; } = [];
    }
}
