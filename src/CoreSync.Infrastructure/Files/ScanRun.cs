using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Infrastructure.Files;

/// <summary>One scan of one component.</summary>
/// <remarks>
/// <list type="number">
/// <item>Compare directory and catalogue by size and time, without reading or writing. With an empty catalogue all is new and is published at once.</item>
/// <item>Find out which of the new files are old ones under a new path, by content.</item>
/// <item>Let the brake decide (A6): nothing was written so far.</item>
/// <item>Publish deletes, then renames, then the rest: what takes a place comes after what leaves it.</item>
/// </list>
/// Memory grows with what vanished or was renamed, by a few dozen bytes each, and not with what is new or changed: beyond <see cref="MaxHeld"/> the tree is walked
/// again instead of being remembered.
/// </remarks>
internal sealed class ScanRun(
    ICatalogue catalogue, Component component, CoreId core, IRandomSource random, TimeProvider time, SafeDirectory root, CancellationToken cancellationToken) : IDisposable
{
    /// <summary>Most new and changed paths remembered between the comparison and the publication.</summary>
    internal const int MaxHeld = 20_000;

    private readonly ProblemCollector problems = new();
    private readonly HashSet<ItemId> vanished = [];
    private readonly HashSet<long> vanishedSizes = [];
    private readonly List<ItemId> obsolete = [];
    private readonly List<ScanWork> held = [];
    private readonly List<(Item Item, WalkEntry Entry, HashedFile Hashed)> renames = [];
    private ScanWriter? made;
    private ScanJoin? join;
    private bool overflowed;

    /// <summary>Most problems are kept for people to see.</summary>
    public ProblemCollector Problems => problems;

    /// <summary>Symbolic links that were skipped.</summary>
    public int SkippedLinks { get; private set; }

    private ScanWriter Writer => made ??= new ScanWriter(catalogue, component, core, random, time, root, problems);

    /// <summary>Runs the scan.</summary>
    /// <param name="brake">Decides about the number of vanished items, the number of all items, and whether the directory is empty.</param>
    /// <returns>Fails with what the brake says; nothing was written then.</returns>
    public async Task<Result<ScanSummary>> RunAsync(Func<long, long, bool, Task<Result>> brake)
    {
        var started = time.GetTimestamp();

        // Step 1: compare.
        var rootIsEmpty = await CompareAsync().ConfigureAwait(false);
        var total = join!.Items;

        // Step 2: recognise renames.
        if (vanished.Count > 0 && !rootIsEmpty)
            await RecogniseAsync().ConfigureAwait(false);

        // Step 3: the brake.
        if (vanished.Count > 0 && await brake(vanished.Count, total, rootIsEmpty).ConfigureAwait(false) is { IsFailed: true } braked)
            return braked;

        // Step 4: publish in order.
        await Writer.DeleteAsync(vanished, cancellationToken).ConfigureAwait(false);
        await Writer.DeleteAsync(obsolete, cancellationToken).ConfigureAwait(false);
        foreach (var (item, entry, hashed) in renames)
            await Writer.RenameAsync(item, entry, hashed, cancellationToken).ConfigureAwait(false);
        await Writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        await PublishRestAsync().ConfigureAwait(false);
        await Writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        return new ScanSummary(
            join.Files, Writer.Added, Writer.Changed, Writer.Renamed, Writer.Deleted, problems.Count, time.GetElapsedTime(started));
    }

    /// <inheritdoc/>
    public void Dispose() => made?.Dispose();

    private async Task<bool> CompareAsync()
    {
        var walk = Begin();
        await foreach (var pair in join!.PairsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (join.CatalogueIsEmpty)
            {
                if (WorkOf(pair) is { } found)
                    await Writer.AddAsync(found, cancellationToken).ConfigureAwait(false);
                continue;
            }

            Sort(pair);
        }

        SkippedLinks = walk.SkippedLinks;
        return walk.RootIsEmpty;
    }

    private TreeWalk Begin()
    {
        problems.Clear();
        var walk = new TreeWalk(root, component.Files!, problems, cancellationToken);
        join = new ScanJoin(walk, catalogue.FilesAsync(component.Name, own: true, cancellationToken));
        return walk;
    }

    private void Sort(ScanPair pair)
    {
        if (pair.Item is { } known)
        {
            if (pair.Entry is not { } entry || (entry.Kind == WalkKind.FilledDirectory && known.Item.Kind != ItemKind.Directory))
            {
                vanished.Add(known.Item.Id);
                if (known.Item.Kind == ItemKind.File)
                    vanishedSizes.Add(known.Item.Size);
            }
            else if (!ScanWork.IsSameKind(entry, known.Item))
            {
                // The path lives on as something else: nothing that a person would miss.
                obsolete.Add(known.Item.Id);
            }
        }

        if (WorkOf(pair) is not { } found)
            return;
        if (held.Count < MaxHeld)
            held.Add(found);
        else
            overflowed = true;
    }

    private static ScanWork? WorkOf(ScanPair pair)
    {
        if (pair.Entry is not { } entry || entry.Kind is WalkKind.FilledDirectory or WalkKind.Kept)
            return null;
        if (pair.Item is not { } known || !ScanWork.IsSameKind(entry, known.Item))
            return new ScanWork(entry, null);
        return ScanWork.IsUnchanged(entry, known) ? null : new ScanWork(entry, known.Item);
    }

    private async Task RecogniseAsync()
    {
        const int Batch = 256;
        if (!overflowed)
        {
            for (var from = 0; from < held.Count; from += Batch)
                await RecogniseAsync(from, held.GetRange(from, Math.Min(Batch, held.Count - from))).ConfigureAwait(false);
            held.RemoveAll(found => found.Hashed is { Status: HashStatus.Gone });
            return;
        }

        held.Clear();
        Begin();
        var batch = new List<ScanWork>(Batch);
        await foreach (var pair in join!.PairsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (WorkOf(pair) is not { } found || !MayBeRename(found))
                continue;
            batch.Add(found);
            if (batch.Count < Batch)
                continue;
            await RecogniseAsync(null, batch).ConfigureAwait(false);
            batch.Clear();
        }

        await RecogniseAsync(null, batch).ConfigureAwait(false);
    }

    private bool MayBeRename(ScanWork found) => found.Existing is null && found.Entry.Kind == WalkKind.File && vanishedSizes.Contains(found.Entry.Stat.Size);

    private async Task RecogniseAsync(int? heldFrom, List<ScanWork> batch)
    {
        var indices = Enumerable.Range(0, batch.Count).Where(i => MayBeRename(batch[i])).ToList();
        if (indices.Count == 0 || vanished.Count == 0)
            return;
        var hashed = await Writer.HashAsync([.. indices.Select(i => batch[i])], cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < indices.Count; i++)
        {
            if (hashed[i].Status != HashStatus.Read)
                continue;
            var entry = batch[indices[i]].Entry;
            var item = await OldPathOfAsync(entry, hashed[i].Hash).ConfigureAwait(false);
            if (item is not null)
            {
                vanished.Remove(item.Id);
                renames.Add((item, entry, hashed[i]));
            }

            // Remembered paths keep the hash, or are done.
            if (heldFrom is { } from)
                held[from + indices[i]] = batch[indices[i]] with { Hashed = item is null ? hashed[i] : new HashedFile(HashStatus.Gone, default, default) };
        }
    }

    private async Task<Item?> OldPathOfAsync(WalkEntry entry, ContentHash hash)
    {
        const int Candidates = 100;
        // A path that may collide, or is no path at all, is not worth an identity: it is judged with the rest.
        if (entry.MayCollide || RelativePath.Parse(entry.Path).IsFailed)
            return null;
        var candidates = (await catalogue.FilesWithContentAsync(component.Name, hash, Candidates, cancellationToken).ConfigureAwait(false))
            .Where(candidate => vanished.Contains(candidate.Item.Id)).Select(candidate => candidate.Item).ToList();
        return candidates.FirstOrDefault(candidate => LastName(candidate.Name).SequenceEqual(LastName(entry.Path))) ?? candidates.FirstOrDefault();
    }

    private async Task PublishRestAsync()
    {
        if (!overflowed)
        {
            foreach (var found in held)
                await Writer.AddAsync(found, cancellationToken).ConfigureAwait(false);
            return;
        }

        // Deletes and renames are in the catalogue now: what still differs is the rest.
        held.Clear();
        SkippedLinks = 0;
        var walk = Begin();
        await foreach (var pair in join!.PairsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (WorkOf(pair) is { } found)
                await Writer.AddAsync(found, cancellationToken).ConfigureAwait(false);
        }

        SkippedLinks = walk.SkippedLinks;
    }

    private static ReadOnlySpan<char> LastName(string path) => path.AsSpan(path.LastIndexOf('/') + 1);
}
