using CoreSync.Bundles;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Application.Bundles;

/// <summary>
/// Holds a bundle against its own manifest and against the limits, section by section, before anything of it is applied (B4): positions without gaps, counts and
/// sizes as announced, every item allowed, no item in two states, each content needed by the batch behind it and all content there that can be.
/// </summary>
internal sealed class BundleCheck(string file, BundleManifest manifest, int maxItems)
{
    private readonly Dictionary<ItemId, State> seen = [];
    private readonly Dictionary<ComponentName, bool> kinds = [];
    private readonly Dictionary<ContentHash, long> waiting = [];
    private readonly Dictionary<ComponentName, Progress> progress = [];
    private ComponentName? waitingFor;
    private long batches;
    private long changes;
    private long contents;
    private long contentBytes;

    /// <summary>The components of all items, companions too, and whether those are files.</summary>
    public IReadOnlyDictionary<ComponentName, bool> Components => kinds;

    /// <summary>Whether the bundle creates or updates an item: references to it lead into the bundle.</summary>
    public bool Holds(ItemId item) => seen.TryGetValue(item, out var state) && state.IsLive;

    /// <exception cref="CoreSyncException">With <see cref="BundleMalformedError"/>, <see cref="BundleTooLargeError"/>, or the error of an item.</exception>
    public void Add(BundleSection section)
    {
        if (manifest.Find(section.Component) is not { } entry)
            throw Malformed($"component {section.Component} is not in its manifest");
        if (waitingFor is not null && waitingFor != section.Component)
            throw Malformed($"content of component {waitingFor} stands before a batch of component {section.Component}");
        if (section is BundleContent content)
            Add(content);
        else
            Add((BundleBatch)section, entry);
    }

    /// <summary>Compares what was there with what was announced.</summary>
    /// <exception cref="CoreSyncException">With <see cref="BundleMalformedError"/>.</exception>
    public void Finish()
    {
        if (waiting.Count > 0)
            throw Malformed("content stands behind the last batch");
        var totals = manifest.Totals;
        foreach (var (what, announced, found) in new[]
        {
            ("batches", totals.Batches, batches), ("changes", totals.Changes, changes), ("contents", totals.Contents, contents), ("bytes of content", totals.ContentBytes, contentBytes),
        })
        {
            if (announced != found)
                throw Malformed($"it announces {announced} {what} and has {found}");
        }

        foreach (var entry in manifest.Components)
        {
            var (position, count) = progress.GetValueOrDefault(entry.Name, new Progress(entry.From, 0));
            if (count != entry.Changes)
                throw Malformed($"it announces {entry.Changes} changes of component {entry.Name} and has {count}");
            if (manifest.Kind == BundleKind.Feed && position != entry.To)
                throw Malformed($"component {entry.Name} ends at sequence {position}, not at {entry.To}");
        }
    }

    private void Add(BundleContent content)
    {
        contents++;
        contentBytes += content.Size;
        waitingFor = content.Component;
        if (!waiting.TryAdd(content.Hash, content.Size))
            throw Malformed($"content {content.Hash} stands twice before one batch");
        if (waiting.Count > ItemLimits.MaxBatchItems * (Item.MaxPayloads + 1))
            throw Malformed("more content stands before a batch than it can need");
    }

    private void Add(BundleBatch section, BundleComponent entry)
    {
        var batch = section.Batch;
        batches++;
        changes += batch.Changes.Count;
        if (changes > maxItems)
            throw new CoreSyncException(new BundleTooLargeError(file, "items", manifest.Totals.Changes, maxItems, CoreSync.Settings.Setting.BundleMaxItems.Key));
        if (batch.Source != manifest.Source)
            throw Malformed("a batch comes from another source than the manifest names");
        Move(entry, batch);
        var brought = new HashSet<ContentHash>();
        foreach (var change in batch.Changes)
        {
            Check(change);
            if (change.Sequence > entry.To && !change.IsCompanion && batch.After < batch.Last)
                throw Malformed($"item {change.Item.Id} lies behind the end of component {entry.Name}");
            CheckContent(change, BundleContents.Known(batch, entry), brought);
        }

        if (waiting.Keys.FirstOrDefault(hash => !brought.Contains(hash)) is var left && waiting.Count > brought.Count)
            throw Malformed($"nothing needs content {left}");
        waiting.Clear();
        waitingFor = null;
    }

    private void Move(BundleComponent entry, ChangeBatch batch)
    {
        var (position, count) = progress.GetValueOrDefault(entry.Name, new Progress(entry.From, 0));
        if (batch.After < batch.Last)
        {
            if (manifest.Kind != BundleKind.Feed || batch.After != position)
                throw Malformed($"a batch of component {entry.Name} begins after sequence {batch.After}, not after {position}");
            position = batch.Last;
        }
        else if (batch.After > position)
        {
            throw Malformed($"a batch of component {entry.Name} stands at sequence {batch.After}, beyond {position}");
        }

        progress[entry.Name] = new Progress(position, count + batch.Changes.Count);
    }

    private void Check(ItemChange change)
    {
        var item = change.Item;
        if (item.Validate() is { IsFailed: true } invalid)
            throw new CoreSyncException(invalid.FirstError());
        if (change.Content is { } inline && ContentHash.Of(inline.Span) is var actual && actual != item.Hash)
            throw new CoreSyncException(new ContentMismatchError(item.Name, item.Hash.ToString(), actual.ToString()));
        var isFile = item.Kind != ItemKind.Document;
        if (!kinds.TryAdd(item.Component, isFile) && kinds[item.Component] != isFile)
            throw Malformed($"component {item.Component} holds documents and files");
        var isLive = change.Kind == ChangeKind.Upsert;
        if (seen.TryGetValue(item.Id, out var before) && (before.Revision != item.Revision || (isLive && before.IsLive && before.Hash != item.Hash)))
            throw Malformed($"item {item.Id} occurs in two states");
        seen[item.Id] = new State(item.Revision, item.Hash, isLive || before.IsLive);
    }

    private void CheckContent(ItemChange change, Sequence known, HashSet<ContentHash> brought)
    {
        foreach (var (hash, size) in BundleContents.Of(change))
        {
            if (waiting.TryGetValue(hash, out var announced))
            {
                if (announced != size)
                    throw Malformed($"item {change.Item.Id} announces {size} bytes of content {hash}; {announced} are there");
                brought.Add(hash);
            }
            else if (!(hash == change.Item.Hash && change.Content is not null) && BundleContents.MustBring(change, known))
            {
                throw Malformed($"content {hash} of item {change.Item.Id} is missing");
            }
        }
    }

    private CoreSyncException Malformed(string reason) => new(new BundleMalformedError(file, reason));

    private readonly record struct State(Revision Revision, ContentHash Hash, bool IsLive);

    private readonly record struct Progress(Sequence Position, long Changes);
}
