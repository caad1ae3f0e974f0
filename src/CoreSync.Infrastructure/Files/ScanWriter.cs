using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Infrastructure.Files;

/// <summary>Turns what a scan found into writes of the catalogue: hashes on several threads, writes in batches, one batch on its way while the next is hashed.</summary>
internal sealed class ScanWriter : IDisposable
{
    private const int WriteBatch = 1000;
    private const int HashBatch = 512;
    private static readonly int Hashers = Math.Clamp(Environment.ProcessorCount, 1, 4);
    private readonly ICatalogue catalogue;
    private readonly Component component;
    private readonly CoreId core;
    private readonly IRandomSource random;
    private readonly TimeProvider time;
    private readonly ProblemCollector problems;
    private readonly FileHasher[] hashers;
    private readonly List<ScanWork> work = new(HashBatch);
    private readonly HashSet<string> takenKeys = [];
    private List<CatalogueWrite> writes = new(WriteBatch);
    private List<(ItemId, FileStamp)> touches = new(WriteBatch);
    private Task writing = Task.CompletedTask;

    public ScanWriter(
        ICatalogue catalogue, Component component, CoreId core, IRandomSource random, TimeProvider time, SafeDirectory root, ProblemCollector problems)
    {
        this.catalogue = catalogue;
        this.component = component;
        this.core = core;
        this.random = random;
        this.time = time;
        this.problems = problems;
        hashers = [.. Enumerable.Range(0, Hashers).Select(_ => new FileHasher(root))];
    }

    public int Added { get; private set; }

    public int Changed { get; private set; }

    public int Renamed { get; private set; }

    public int Deleted { get; private set; }

    /// <summary>Takes something to look into and to publish.</summary>
    public async Task AddAsync(ScanWork item, CancellationToken cancellationToken)
    {
        work.Add(item);
        if (work.Count >= HashBatch)
            await WorkAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Hashes files without publishing anything.</summary>
    public async Task<IReadOnlyList<HashedFile>> HashAsync(IReadOnlyList<ScanWork> batch, CancellationToken cancellationToken)
    {
        var hashed = new HashedFile[batch.Count];
        var share = (batch.Count + hashers.Length - 1) / hashers.Length;
        // Contiguous shares: neighbours are in the same directory.
        await Task.WhenAll(hashers.Select((hasher, index) => Task.Run(
            () =>
            {
                for (var i = index * share; i < Math.Min((index + 1) * share, batch.Count); i++)
                {
                    if (batch[i].Entry.Kind == WalkKind.File)
                        hashed[i] = batch[i].Hashed ?? hasher.Hash(batch[i].Entry.Path, cancellationToken);
                }
            },
            cancellationToken))).ConfigureAwait(false);
        return hashed;
    }

    /// <summary>Publishes that items are gone.</summary>
    public async Task DeleteAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellationToken)
    {
        foreach (var chunk in ids.Chunk(WriteBatch))
        {
            var found = await catalogue.FindAsync(chunk, cancellationToken).ConfigureAwait(false);
            foreach (var id in chunk)
            {
                if (!found.TryGetValue(id, out var item) || item.IsDeleted)
                    continue;
                Deleted++;
                await WriteAsync(new CatalogueWrite(Tombstone(item), true, ChangeKind.Delete), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Publishes that an item has a new path and, as far as its content goes, nothing else.</summary>
    public Task RenameAsync(Item item, WalkEntry entry, HashedFile hashed, CancellationToken cancellationToken)
    {
        Renamed++;
        return WriteAsync(new CatalogueWrite(Describe(item with { Name = entry.Path }, hashed), false, Stamp: StampOf(hashed.Stat)), cancellationToken);
    }

    /// <summary>Why a path cannot be published; null when it can. A path that can be is taken from then on.</summary>
    public async Task<CoreSyncError?> RefusalAsync(WalkEntry entry, CancellationToken cancellationToken)
    {
        var path = RelativePath.Parse(entry.Path);
        if (path.IsFailed)
            return (CoreSyncError)path.Errors[0];
        if (!entry.MayCollide)
            return null;
        var key = path.Value.CollisionKey;
        if (takenKeys.Contains(key))
            return new PathCollisionError(entry.Path, entry.Path);
        foreach (var other in await catalogue.CollidingAsync(component.Name, path.Value, cancellationToken).ConfigureAwait(false))
        {
            if (other.Origin == core && other.Name != entry.Path)
                return new PathCollisionError(entry.Path, other.Name);
        }

        takenKeys.Add(key);
        return null;
    }

    /// <summary>Publishes all that is left and waits until it is durable.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await WorkAsync(cancellationToken).ConfigureAwait(false);
        await SendAsync(cancellationToken).ConfigureAwait(false);
        await writing.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var hasher in hashers)
            hasher.Dispose();
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        if (work.Count == 0)
            return;
        var hashed = await HashAsync(work, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < work.Count; i++)
            await PublishAsync(work[i], hashed[i], cancellationToken).ConfigureAwait(false);
        work.Clear();
    }

    private async Task PublishAsync(ScanWork found, HashedFile hashed, CancellationToken cancellationToken)
    {
        var entry = found.Entry;
        if (entry.Kind == WalkKind.File && hashed.Status != HashStatus.Read)
        {
            if (hashed.Status == HashStatus.Unstable)
                problems.Add(entry.Path, new ContentUnstableError(entry.Path));
            else if (hashed.Status == HashStatus.Unreadable)
                problems.Add(entry.Path, new ContentUnreadableError(entry.Path, hashed.Reason));
            return;
        }

        if (found.Existing is { } existing)
        {
            await PublishChangeAsync(existing, entry, hashed, cancellationToken).ConfigureAwait(false);
        }
        else if (await RefusalAsync(entry, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            problems.Add(entry.Path, refusal);
        }
        else
        {
            Added++;
            await WriteAsync(new CatalogueWrite(New(entry, hashed), true, Stamp: StampOf(hashed.Stat)), cancellationToken).ConfigureAwait(false);
        }
    }

    private Task PublishChangeAsync(Item existing, WalkEntry entry, HashedFile hashed, CancellationToken cancellationToken)
    {
        if (entry.Kind == WalkKind.Link)
        {
            Changed++;
            var link = existing with { LinkTarget = entry.LinkTarget, Revision = existing.Revision.Next() };
            return WriteAsync(new CatalogueWrite(link, true, Stamp: StampOf(default)), cancellationToken);
        }

        var contentChanged = existing.Hash != hashed.Hash;
        if (!contentChanged && existing.ModifiedTicks == hashed.Stat.ModifiedTicks && existing.IsExecutable == hashed.Stat.IsExecutable)
            return TouchAsync(existing.Id, StampOf(hashed.Stat), cancellationToken);
        Changed++;
        return WriteAsync(new CatalogueWrite(Describe(existing, hashed), contentChanged, Stamp: StampOf(hashed.Stat)), cancellationToken);
    }

    private Item New(WalkEntry entry, HashedFile hashed)
    {
        var item = new Item
        {
            Id = new ItemId(random.NewGuid()),
            Component = component.Name,
            Kind = entry.Kind switch { WalkKind.File => ItemKind.File, WalkKind.Link => ItemKind.Link, _ => ItemKind.Directory },
            Name = entry.Path,
            Origin = core,
            Revision = Revision.None,
            Hash = ContentHash.Empty,
            Size = 0,
            LinkTarget = entry.LinkTarget,
            AutoSync = component.Files!.AutoSync,
        };
        return entry.Kind == WalkKind.File ? Describe(item, hashed) : item with { Revision = Revision.None.Next() };
    }

    private static Item Tombstone(Item item) => item with
    {
        Revision = item.Revision.Next(),
        IsDeleted = true,
        Hash = ContentHash.Empty,
        Size = 0,
        ModifiedTicks = 0,
        IsExecutable = false,
        LinkTarget = "",
    };

    private static Item Describe(Item item, HashedFile hashed) => item with
    {
        Revision = item.Revision.Next(),
        Hash = hashed.Hash,
        Size = hashed.Stat.Size,
        ModifiedTicks = hashed.Stat.ModifiedTicks,
        IsExecutable = hashed.Stat.IsExecutable,
    };

    private FileStamp StampOf(EntryStat stat) => new(stat.Size, stat.ModifiedTicks, time.GetUtcNow().UtcTicks);

    private Task WriteAsync(CatalogueWrite write, CancellationToken cancellationToken)
    {
        writes.Add(write);
        return writes.Count >= WriteBatch ? SendAsync(cancellationToken) : Task.CompletedTask;
    }

    private Task TouchAsync(ItemId id, FileStamp stamp, CancellationToken cancellationToken)
    {
        touches.Add((id, stamp));
        return touches.Count >= WriteBatch ? SendAsync(cancellationToken) : Task.CompletedTask;
    }

    // One batch is on its way at most: order is the order of the feed.
    private async Task SendAsync(CancellationToken cancellationToken)
    {
        await writing.ConfigureAwait(false);
        var (batch, stamps) = (writes, touches);
        if (batch.Count == 0 && stamps.Count == 0)
            return;
        (writes, touches) = (new(WriteBatch), new(WriteBatch));
        writing = Task.Run(
            async () =>
            {
                if (batch.Count > 0)
                    await catalogue.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
                if (stamps.Count > 0)
                    await catalogue.TouchAsync(stamps, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);
    }
}
