using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Infrastructure.Files;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Testing;

/// <summary>An <see cref="ICatalogue"/> in memory, for tests of what reads and writes it.</summary>
/// <param name="core">The core that owns it.</param>
public sealed class InMemoryCatalogue(CoreId core) : ICatalogue
{
    private readonly Lock guard = new();
    private readonly Dictionary<ItemId, Row> rows = [];
    private readonly Dictionary<ContentHash, HashSet<ItemId>> byHash = [];
    private readonly Dictionary<string, HashSet<ItemId>> byKey = [];
    private readonly Dictionary<ComponentName, IReadOnlyList<ScanProblem>> problems = [];
    private long head;

    /// <summary>Every write in its order.</summary>
    public List<CatalogueWrite> Log { get; } = [];

    /// <summary>How often stamps alone were updated.</summary>
    public int Touches { get; private set; }

    public Task<Item?> FindAsync(ItemId id, CancellationToken cancellationToken)
    {
        lock (guard)
            return Task.FromResult(rows.GetValueOrDefault(id)?.Item);
    }

    public Task<IReadOnlyDictionary<ItemId, Item>> FindAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellationToken)
    {
        lock (guard)
            return Task.FromResult<IReadOnlyDictionary<ItemId, Item>>(ids.Where(rows.ContainsKey).ToDictionary(id => id, id => rows[id].Item));
    }

    public Task<Item?> FindByNameAsync(ComponentName component, string group, string name, CancellationToken cancellationToken)
    {
        lock (guard)
        {
            return Task.FromResult(Live(component).Where(item => item.Kind == ItemKind.Document && item.Group == group && item.Name == name)
                .OrderByDescending(item => item.Origin == core).FirstOrDefault());
        }
    }

    public Task<IReadOnlyList<Item>> ReferrersAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellationToken)
    {
        lock (guard)
            return Task.FromResult<IReadOnlyList<Item>>([.. rows.Values.Select(row => row.Item).Where(item => !item.IsDeleted && item.References.Any(ids.Contains))]);
    }

    public Task<IReadOnlyList<Item>> ListAsync(
        ComponentName? component, (ComponentName Component, string Name, ItemId Id)? after, int limit, CancellationToken cancellationToken)
    {
        lock (guard)
        {
            return Task.FromResult<IReadOnlyList<Item>>([.. Live(component)
                .OrderBy(item => item.Component.Value, StringComparer.Ordinal).ThenBy(item => item.Name, StringComparer.Ordinal).ThenBy(item => item.Id.Value)
                .Where(item => after is not var (c, n, i) || (item.Component.Value, item.Name, item.Id.Value).CompareTo((c.Value, n, i.Value)) > 0).Take(limit)]);
        }
    }

    public Task<IReadOnlyDictionary<ComponentName, long>> CountAsync(CancellationToken cancellationToken)
    {
        lock (guard)
            return Task.FromResult<IReadOnlyDictionary<ComponentName, long>>(Live(null).GroupBy(item => item.Component).ToDictionary(group => group.Key, group => group.LongCount()));
    }

    public async IAsyncEnumerable<ScannedFile> FilesAsync(
        ComponentName component, bool own, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<ScannedFile> files;
        lock (guard)
        {
            files = [.. rows.Values.Where(row => row.Item.Component == component && !row.Item.IsDeleted && (!own || row.Item.Origin == core))
                .Select(row => new ScannedFile(row.Item, row.Stamp))];
        }

        files.Sort((left, right) => Utf8Order.Compare(left.Item.Name, right.Item.Name));
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return file;
        }

        await Task.CompletedTask;
    }

    public Task<IReadOnlyList<ScannedFile>> FilesWithContentAsync(ComponentName component, ContentHash hash, int limit, CancellationToken cancellationToken)
    {
        lock (guard)
        {
            return Task.FromResult<IReadOnlyList<ScannedFile>>([.. byHash.GetValueOrDefault(hash, []).Select(id => rows[id])
                .Where(row => row.Item.Component == component && row.Item is { Kind: ItemKind.File, IsDeleted: false } && row.Item.Origin == core)
                .Take(limit).Select(row => new ScannedFile(row.Item, row.Stamp))]);
        }
    }

    public Task<IReadOnlyList<Item>> CollidingAsync(ComponentName component, RelativePath path, CancellationToken cancellationToken)
    {
        lock (guard)
        {
            return Task.FromResult<IReadOnlyList<Item>>([.. byKey.GetValueOrDefault(path.CollisionKey, []).Select(id => rows[id].Item)
                .Where(item => item.Component == component && !item.IsDeleted)]);
        }
    }

    public Task<ReadOnlyMemory<byte>?> ReadDocumentAsync(ItemId id, CancellationToken cancellationToken)
    {
        lock (guard)
            return Task.FromResult(rows.GetValueOrDefault(id)?.Document);
    }

    public Task<Sequence> WriteAsync(IReadOnlyList<CatalogueWrite> writes, CancellationToken cancellationToken)
    {
        lock (guard)
        {
            foreach (var write in writes)
            {
                var before = rows.GetValueOrDefault(write.Item.Id);
                Log.Add(write);
                head++;
                Index(before?.Item, write.Item);
                rows[write.Item.Id] = new Row(
                    write.Item, write.Stamp ?? before?.Stamp ?? default, head, write.ContentChanged || before is null ? head : before.ContentSequence, write.Kind,
                    write.Document ?? before?.Document);
            }

            return Task.FromResult(new Sequence(head));
        }
    }

    public Task TouchAsync(IReadOnlyList<(ItemId Id, FileStamp Stamp)> stamps, CancellationToken cancellationToken)
    {
        lock (guard)
        {
            Touches += stamps.Count;
            foreach (var (id, stamp) in stamps)
                rows[id] = rows[id] with { Stamp = stamp };
            return Task.CompletedTask;
        }
    }

    public Task SkipToAsync(Sequence reached, CancellationToken cancellationToken)
    {
        lock (guard)
            head = Math.Max(head, reached.Value);
        return Task.CompletedTask;
    }

    public Task<Sequence> HeadAsync(CancellationToken cancellationToken)
    {
        lock (guard)
            return Task.FromResult(new Sequence(head));
    }

    public Task<IReadOnlyList<ItemChange>> ChangesAsync(ComponentName component, Sequence after, CoreId? notFrom, int limit, CancellationToken cancellationToken)
    {
        lock (guard)
        {
            return Task.FromResult<IReadOnlyList<ItemChange>>([.. rows.Values
                .Where(row => row.Item.Component == component && row.Sequence > after.Value && row.Item.Origin != notFrom && (row.Item.AutoSync || row.Kind == ChangeKind.Release))
                .OrderBy(row => row.Sequence).Take(limit).Select(row => row.ToChange())]);
        }
    }

    public Task<IReadOnlyList<ItemChange>> ChangesOfAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken)
    {
        lock (guard)
            return Task.FromResult<IReadOnlyList<ItemChange>>([.. items.Where(rows.ContainsKey).Select(id => rows[id].ToChange())]);
    }

    public Task<IReadOnlyList<FeedEntry>> EntriesAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken)
    {
        lock (guard)
        {
            return Task.FromResult<IReadOnlyList<FeedEntry>>([.. items.Where(rows.ContainsKey).Select(id => rows[id]).Select(row => new FeedEntry(
                row.Item, new Sequence(row.Sequence), new Sequence(row.ContentSequence), row.Item.AutoSync || row.Kind == ChangeKind.Release ? row.Kind : null))]);
        }
    }

    public Task<IReadOnlyList<ItemChange>> CopiesOfAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken)
    {
        lock (guard)
        {
            return Task.FromResult<IReadOnlyList<ItemChange>>([.. items.Where(rows.ContainsKey).Select(id => rows[id]).Where(row => !row.Item.IsDeleted)
                .Select(row => row.ToChange() with { Kind = ChangeKind.Upsert })]);
        }
    }

    public async Task<(long Changes, long Bytes)> BacklogAsync(ComponentName component, Sequence after, CoreId? notFrom, CancellationToken cancellationToken)
    {
        var changes = await ChangesAsync(component, after, notFrom, int.MaxValue, cancellationToken);
        return (changes.Count, changes.Where(change => change.ContentSequence > after).Sum(change => change.Item.Size));
    }

    public async Task<(long Deletes, long Live)> DeletesAsync(ComponentName component, Sequence after, CoreId? notFrom, CancellationToken cancellationToken)
    {
        var changes = await ChangesAsync(component, Sequence.Zero, notFrom, int.MaxValue, cancellationToken);
        return (changes.Count(change => change.Kind == ChangeKind.Delete && change.Sequence > after), changes.Count(change => change.Kind == ChangeKind.Upsert));
    }

    public Task<IReadOnlyList<ScanProblem>> ScanProblemsAsync(ComponentName component, CancellationToken cancellationToken)
    {
        lock (guard)
            return Task.FromResult(problems.GetValueOrDefault(component, []));
    }

    public Task SetScanProblemsAsync(ComponentName component, IReadOnlyList<ScanProblem> problems, CancellationToken cancellationToken)
    {
        lock (guard)
        {
            this.problems[component] = [.. problems];
            return Task.CompletedTask;
        }
    }

    private IEnumerable<Item> Live(ComponentName? component) =>
        rows.Values.Select(row => row.Item).Where(item => !item.IsDeleted && (component is null || item.Component == component));

    private void Index(Item? before, Item after)
    {
        if (before is not null)
        {
            byHash.GetValueOrDefault(before.Hash)?.Remove(before.Id);
            byKey.GetValueOrDefault(RelativePath.KeyOf(before.Name))?.Remove(before.Id);
        }

        if (after.IsDeleted)
            return;
        (byHash.TryGetValue(after.Hash, out var hashes) ? hashes : byHash[after.Hash] = []).Add(after.Id);
        var key = RelativePath.KeyOf(after.Name);
        (byKey.TryGetValue(key, out var keys) ? keys : byKey[key] = []).Add(after.Id);
    }

    private sealed record Row(Item Item, FileStamp Stamp, long Sequence, long ContentSequence, ChangeKind Kind, ReadOnlyMemory<byte>? Document)
    {
        public ItemChange ToChange() => new(new Sequence(Sequence), Kind, Item, new Sequence(ContentSequence))
        {
            Content = Item is { Kind: ItemKind.Document, Size: <= ItemLimits.MaxInlineBytes } ? Document : null,
        };
    }
}
