using System.Globalization;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;
using CoreSync.Replication;
using Microsoft.Extensions.Logging;

namespace CoreSync.Infrastructure.Files;

/// <summary>Puts one batch into effect. Every step may have happened already, before a crash: it then finds its result and goes on.</summary>
internal sealed class ApplySession : IDisposable
{
    private readonly ReceiveArea area;
    private readonly Component component;
    private readonly ICatalogue catalogue;
    private readonly HashSet<string> staged;
    private readonly IReadOnlyList<IncomingChange> changes;
    private readonly ILogger logger;
    private readonly DirectoryChain making;
    private readonly DirectoryChain looking;
    private readonly Displacement displaced;
    private readonly Displacement retired;
    private readonly bool syncEach;
    private readonly HashSet<string> touched = [];
    private readonly Dictionary<string, Item> claimed = [];
    private readonly HashSet<string> directoriesGone = [];
    private readonly Dictionary<ContentHash, int> uses;
    private readonly HashSet<ItemId> evacuated = [];

    public ApplySession(
        ReceiveArea area, Component component, ICatalogue catalogue, string dataDirectory, DateTimeOffset now, HashSet<string> staged,
        IReadOnlyList<IncomingChange> changes, ILogger logger)
    {
        this.area = area;
        this.component = component;
        this.catalogue = catalogue;
        this.staged = staged;
        this.changes = changes;
        this.logger = logger;
        var batch = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        displaced = new Displacement(Path.Combine(dataDirectory, "displaced", component.Name.Value, batch));
        retired = new Displacement(Path.Combine(dataDirectory, "retired", component.Name.Value, batch));
        making = new DirectoryChain(area.Root, Make);
        looking = new DirectoryChain(area.Root);
        syncEach = !DurableFile.CanSyncVolume || changes.Count <= FileApplier.FewFiles;
        foreach (var change in changes.Where(change => change.Change.Kind == ChangeKind.Upsert))
            claimed[change.Change.Item.Name] = change.Change.Item;
        uses = changes.Where(change => change.Change is { Kind: ChangeKind.Upsert, Content: null, Item.Kind: ItemKind.File })
            .GroupBy(change => change.Change.Item.Hash).ToDictionary(group => group.Key, group => group.Count());
    }

    /// <summary>Applies all changes in order and makes them durable.</summary>
    /// <exception cref="FileFaultException">The disk failed or is full: the batch is repeated later.</exception>
    public async Task<IReadOnlyList<ItemOutcome>> RunAsync(IReadOnlyDictionary<int, ItemOutcome> clashes, CancellationToken cancellationToken)
    {
        var outcomes = new List<ItemOutcome>();
        try
        {
            var refused = changes.Select((change, i) => ChangeVerdict.OnFile(component, change.Change) is { } error ? ChangeVerdict.Rejected(change, error) : clashes.GetValueOrDefault(i)).ToList();
            // Files that only move step aside all together: otherwise those that exchange their paths would overwrite one another.
            for (var i = 0; i < changes.Count; i++)
            {
                if (refused[i] is null && OldPath(changes[i]) is not null && changes[i].Change is { Kind: ChangeKind.Upsert, Content: null, Item.Kind: ItemKind.File })
                    Evacuate(changes[i]);
            }

            for (var i = 0; i < changes.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if ((refused[i] ?? await ApplyAsync(changes[i], cancellationToken).ConfigureAwait(false)) is not { } outcome)
                    continue;
                outcomes.Add(outcome);
                PutBack(changes[i]);
            }

            Sync();
            return outcomes;
        }
        catch
        {
            PutBackAll();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        making.Dispose();
        looking.Dispose();
        displaced.Dispose();
        retired.Dispose();
    }

    private async Task<ItemOutcome?> ApplyAsync(IncomingChange change, CancellationToken cancellationToken)
    {
        try
        {
            switch (change.Change.Kind)
            {
                case ChangeKind.Delete:
                    Delete(change);
                    await RemoveEmptyAboveAsync(change.Existing?.Name, cancellationToken).ConfigureAwait(false);
                    return null;
                case ChangeKind.Upsert:
                    var outcome = change.Change.Item.Kind switch
                    {
                        ItemKind.Directory => PlaceDirectory(change),
                        ItemKind.Link => PlaceLink(change),
                        _ => await PlaceFileAsync(change, cancellationToken).ConfigureAwait(false),
                    };
                    if (outcome is null && OldPath(change) is { } old)
                        await RemoveEmptyAboveAsync(old, cancellationToken).ConfigureAwait(false);
                    return outcome;
                default:
                    return null;
            }
        }
        catch (FileFaultException fault) when (fault.Fault is not (FileFault.Full or FileFault.Failed))
        {
            making.Reset();
            looking.Reset();
            return ChangeVerdict.Rejected(change, new PathObstructedError(change.Change.Item.Name, fault.Message));
        }
    }

    private async Task<ItemOutcome?> PlaceFileAsync(IncomingChange change, CancellationToken cancellationToken)
    {
        var item = change.Change.Item;
        var name = TakeContent(change);
        if (name is null)
        {
            // No content came: what is here must do.
            if (OldPath(change) is null ? IsInPlace(change) : Evacuate(change) is null && IsInPlace(change))
            {
                Describe(item);
                RemoveOld(change);
                return null;
            }

            if (!evacuated.Contains(item.Id))
                return ChangeVerdict.Missing(change);
            name = ReceiveArea.ItemName(item);
            StagedFiles.Describe(area.Staging, name, item, syncEach);
        }

        // The old path goes first: the new one may be a directory above it.
        RemoveOld(change);
        if (OldPath(change) is { } old && old.StartsWith(item.Name + "/", StringComparison.Ordinal))
            await RemoveEmptyAboveAsync(old, cancellationToken).ConfigureAwait(false);
        var (parent, last) = making.OpenParent(item.Name);
        ClearWay(parent, last, change);
        area.Staging.Rename(name, parent, last);
        staged.Remove(name);
        evacuated.Remove(item.Id);
        Touch(item.Name);
        return null;
    }

    private ItemOutcome? PlaceDirectory(IncomingChange change)
    {
        var item = change.Change.Item;
        RemoveOld(change);
        // The step itself makes what is missing and moves what stands in the way.
        making.Open(item.Name);
        return null;
    }

    private ItemOutcome? PlaceLink(IncomingChange change)
    {
        var item = change.Change.Item;
        RemoveOld(change);
        var (parent, last) = making.OpenParent(item.Name);
        if (parent.Stat(last) is { Kind: EntryKind.Link } && parent.ReadLink(last) == item.LinkTarget)
            return null;
        ClearWay(parent, last, change);
        var name = ReceiveArea.ItemName(item);
        StagedFiles.Remove(area.Staging, name);
        area.Staging.MakeLink(name, item.LinkTarget);
        area.Staging.Rename(name, parent, last);
        Touch(item.Name);
        return null;
    }

    /// <summary>Finds or makes the new file in staging; null when its content did not come.</summary>
    private string? TakeContent(IncomingChange change)
    {
        var item = change.Change.Item;
        var name = ReceiveArea.ItemName(item);
        // Staged by this process, with this item's time and executable bit.
        if (change.Change.Content is not null && staged.Contains(name))
            return name;
        if (area.Staging.Stat(name) is { Kind: EntryKind.File } waiting && waiting.Size == item.Size && (staged.Contains(name) || IsContent(area.Staging, name, item)))
        {
            if (waiting.ModifiedTicks != item.ModifiedTicks || waiting.IsExecutable != item.IsExecutable)
                StagedFiles.Describe(area.Staging, name, item, syncEach);
            return name;
        }

        if (change.Change.Content is { } content)
        {
            StagedFiles.Write(area.Staging, name, content.Span, item, syncEach);
            return name;
        }

        var complete = ReceiveArea.ContentName(item.Hash);
        if (area.Staging.Stat(complete) is { Kind: EntryKind.File } received && received.Size == item.Size)
        {
            if (--uses[item.Hash] > 0)
            {
                StagedFiles.Copy(area.Staging, complete, area.Staging, name, item.IsExecutable, item.ModifiedTicks);
            }
            else
            {
                area.Staging.Rename(complete, area.Staging, name);
                StagedFiles.Describe(area.Staging, name, item, syncEach);
            }

            return name;
        }

        if (item.Size != 0 || item.Hash != ContentHash.Empty)
            return null;
        StagedFiles.Write(area.Staging, name, [], item, syncEach);
        return name;
    }

    /// <summary>Moves the item's present file to staging, when it still is what the catalogue says.</summary>
    /// <returns>Its name there; null when there is no such file.</returns>
    private string? Evacuate(IncomingChange change)
    {
        var item = change.Change.Item;
        if (evacuated.Contains(item.Id))
            return ReceiveArea.ItemName(item);
        if (change.Existing is not { Kind: ItemKind.File } existing || existing.Hash != item.Hash || !IsUnmodified(existing, out var parent, out var last))
            return null;
        var name = ReceiveArea.ItemName(item);
        parent.Rename(last, area.Staging, name);
        evacuated.Add(item.Id);
        Touch(existing.Name);
        return name;
    }

    // A change that was refused after its file stepped aside gets it back.
    private void PutBack(IncomingChange change)
    {
        if (!evacuated.Remove(change.Change.Item.Id) || change.Existing is not { } existing)
            return;
        var (parent, last) = making.OpenParent(existing.Name);
        if (parent.Stat(last) is null)
            area.Staging.Rename(ReceiveArea.ItemName(change.Change.Item), parent, last);
        else
            displaced.Take(area.Staging, ReceiveArea.ItemName(change.Change.Item), existing.Name);
        Touch(existing.Name);
    }

    private void PutBackAll()
    {
        foreach (var change in changes)
        {
            try
            {
                PutBack(change);
            }
            catch (FileFaultException)
            {
                // The first failure is the one to report. The file stays in staging, where the repeated batch finds it.
            }
        }
    }

    /// <summary>Whether the item's path holds its content already.</summary>
    private bool IsInPlace(IncomingChange change)
    {
        var item = change.Change.Item;
        if (change.Existing is { IsDeleted: false } existing && existing.Name == item.Name && existing.Hash == item.Hash && IsUnmodified(existing, out _, out _))
            return true;
        return Look(item.Name) is var (parent, last) && parent.Stat(last) is { Kind: EntryKind.File } stat && stat.Size == item.Size && IsContent(parent, last, item);
    }

    /// <summary>Whether the item's file is what was applied last: same size and time, or else the same content.</summary>
    private bool IsUnmodified(Item existing, out SafeDirectory parent, out string last)
    {
        (parent, last) = (area.Root, existing.Name);
        if (existing.IsDeleted || Look(existing.Name) is not var (directory, name))
            return false;
        (parent, last) = (directory, name);
        return directory.Stat(name) is { Kind: EntryKind.File } stat && stat.Size == existing.Size
            && (stat.ModifiedTicks == existing.ModifiedTicks || IsContent(directory, name, existing));
    }

    private static bool IsContent(SafeDirectory directory, string name, Item item)
    {
        using var file = directory.OpenRead(name);
        return FileHasher.Read(file, item.Size, CancellationToken.None) == item.Hash;
    }

    /// <summary>Makes sure that nothing of value is replaced at a path.</summary>
    private void ClearWay(SafeDirectory parent, string last, IncomingChange change)
    {
        var item = change.Change.Item;
        var own = change.Existing is { IsDeleted: false } existing && existing.Name == item.Name ? existing.Kind : (ItemKind?)null;
        switch (parent.Stat(last))
        {
            case null:
            case { Kind: EntryKind.Link } when own == ItemKind.Link:
            // What is kept in sync is read-only here (A4): a local edit is drift and is overwritten. A released copy is somebody's file.
            case { Kind: EntryKind.File } when own == ItemKind.File && (change.Existing!.AutoSync || IsUnmodified(change.Existing, out _, out _)):
            case { Kind: EntryKind.File } same when same.Size == item.Size && item.Kind == ItemKind.File && IsContent(parent, last, item):
                return;
            case { Kind: EntryKind.Directory }:
                looking.Reset();
                if (!TryRemoveEmpty(parent, last))
                    Displace(parent, last, item.Name);
                return;
            default:
                Displace(parent, last, item.Name);
                return;
        }
    }

    private void Delete(IncomingChange change)
    {
        // A copy that was released is somebody's own file now (A5).
        if (component.OnDelete == DeletePolicy.Keep || change.Existing is not { IsDeleted: false, AutoSync: true } existing || Look(existing.Name) is not var (parent, last))
            return;
        if (existing.Kind == ItemKind.Directory)
        {
            directoriesGone.Add(existing.Name);
            looking.Reset();
            making.Reset();
            if (Look(existing.Name) is var (above, name) && TryRemoveEmpty(above, name))
                Touch(existing.Name);
            return;
        }

        var unmodified = parent.Stat(last) switch
        {
            { Kind: EntryKind.Link } => existing.Kind == ItemKind.Link && parent.ReadLink(last) == existing.LinkTarget,
            { Kind: EntryKind.File } => existing.Kind == ItemKind.File && IsUnmodified(existing, out _, out _),
            _ => (bool?)null,
        };
        if (unmodified is null)
            return;
        // Another item of this batch may live here already, when this is the second run after a crash. What it finds in its way it moves itself.
        if (claimed.TryGetValue(existing.Name, out var successor)
            && (unmodified == false || (existing.Kind == ItemKind.File && (existing.Hash == successor.Hash || !IsContent(parent, last, existing)))))
            return;
        if (unmodified == false)
            Displace(parent, last, existing.Name);
        else if (component.OnDelete == DeletePolicy.Retire)
            retired.Take(parent, last, existing.Name);
        else
            parent.Unlink(last);
        Touch(existing.Name);
    }

    /// <summary>Removes the file at the item's former path.</summary>
    private void RemoveOld(IncomingChange change)
    {
        if (OldPath(change) is not { } old || claimed.ContainsKey(old) || Look(old) is not var (parent, last))
            return;
        var existing = change.Existing!;
        switch (parent.Stat(last))
        {
            case { Kind: EntryKind.File } when existing.Kind == ItemKind.File:
                if (IsUnmodified(existing, out _, out _))
                    parent.Unlink(last);
                else
                    Displace(parent, last, old);
                Touch(old);
                break;
            case { Kind: EntryKind.Link } when existing.Kind == ItemKind.Link && parent.ReadLink(last) == existing.LinkTarget:
                parent.Unlink(last);
                Touch(old);
                break;
            case { Kind: EntryKind.Directory } when existing.Kind == ItemKind.Directory:
                making.Reset();
                if (TryRemoveEmpty(parent, last))
                    Touch(old);
                break;
            default:
                break;
        }
    }

    private static string? OldPath(IncomingChange change) =>
        change.Existing is { IsDeleted: false } existing && existing.Name != change.Change.Item.Name ? existing.Name : null;

    /// <summary>Removes directories that became empty, upwards, unless they are items themselves.</summary>
    private async Task RemoveEmptyAboveAsync(string? path, CancellationToken cancellationToken)
    {
        if (path is null || component.OnDelete == DeletePolicy.Keep && !changes.Any(change => OldPath(change) == path))
            return;
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            var directory = path[..slash];
            if (claimed.ContainsKey(directory) || Look(directory) is not var (parent, last) || parent.Stat(last) is not { Kind: EntryKind.Directory })
                return;
            using (var opened = parent.OpenDirectory(last))
            {
                if (!opened.IsEmpty())
                    return;
            }

            var items = await catalogue.CollidingAsync(component.Name, RelativePath.Parse(directory).Value, cancellationToken).ConfigureAwait(false);
            if (items.Any(item => item is { Kind: ItemKind.Directory, IsDeleted: false } && item.Name == directory && !directoriesGone.Contains(directory)))
                return;
            making.Reset();
            if (!TryRemoveEmpty(parent, last))
                return;
            Touch(directory);
        }
    }

    private static bool TryRemoveEmpty(SafeDirectory parent, string name)
    {
        try
        {
            parent.RemoveDirectory(name);
            return true;
        }
        catch (FileFaultException fault) when (fault.Fault is FileFault.NotEmpty or FileFault.Exists or FileFault.Missing or FileFault.WrongKind)
        {
            return false;
        }
    }

    private void Displace(SafeDirectory parent, string name, string path)
    {
        FilesLog.FileDisplaced(logger, component.Name, path, displaced.Take(parent, name, path));
        Touch(path);
    }

    /// <summary>One step of the way to a place: makes what is missing and moves away what is no directory.</summary>
    private SafeDirectory Make(SafeDirectory above, string name, string path)
    {
        try
        {
            return above.OpenDirectory(name);
        }
        catch (FileFaultException fault) when (fault.Fault is FileFault.Missing or FileFault.WrongKind)
        {
            if (fault.Fault == FileFault.WrongKind)
            {
                looking.Reset();
                Displace(above, name, path);
            }

            above.TryMakeDirectory(name);
            Touch(path);
            return above.OpenDirectory(name);
        }
    }

    /// <summary>Opens the directory of a path without making anything; null when the way does not exist.</summary>
    private (SafeDirectory Parent, string Last)? Look(string path)
    {
        try
        {
            return looking.OpenParent(path);
        }
        catch (FileFaultException fault) when (fault.Fault is FileFault.Missing or FileFault.WrongKind)
        {
            return null;
        }
    }

    /// <summary>Gives the file in place the item's metadata; one with several names is replaced instead of changed (N03).</summary>
    private void Describe(Item item)
    {
        if (Look(item.Name) is not var (parent, last) || parent.Stat(last) is not { } stat
            || (stat.ModifiedTicks == item.ModifiedTicks && stat.IsExecutable == item.IsExecutable))
            return;
        if (stat.Links <= 1)
        {
            StagedFiles.Describe(parent, last, item, syncEach);
            return;
        }

        var name = ReceiveArea.ItemName(item);
        StagedFiles.Copy(parent, last, area.Staging, name, item.IsExecutable, item.ModifiedTicks);
        area.Staging.Rename(name, parent, last);
        Touch(item.Name);
    }

    private void Touch(string path)
    {
        if (syncEach)
            touched.Add(path);
    }

    private void Sync()
    {
        displaced.Sync();
        retired.Sync();
        if (!syncEach)
        {
            area.Root.SyncVolume();
            return;
        }

        foreach (var directory in touched.Select(path => path[..Math.Max(0, path.LastIndexOf('/'))]).Distinct())
        {
            if (directory.Length == 0)
                area.Root.Sync();
            else if (Look(directory + "/x") is var (parent, _))
                parent.Sync();
        }
    }
}
