using CoreSync.Application.Replication;
using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Application.Items;

/// <summary>The catalogue: every item of this core, own and received, and the change feed over them (I4). Sequences are given in commit order.</summary>
public interface ICatalogue
{
    /// <summary>An item, tombstones included; null when unknown.</summary>
    Task<Item?> FindAsync(ItemId id, CancellationToken cancellationToken);

    /// <summary>Several items at once; unknown ids are absent.</summary>
    Task<IReadOnlyDictionary<ItemId, Item>> FindAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellationToken);

    /// <summary>The live document of this component, group and name; the one made here first when there are several; null when there is none.</summary>
    Task<Item?> FindByNameAsync(ComponentName component, string group, string name, CancellationToken cancellationToken);

    /// <summary>Live items that refer to any of these, in no order; only the nearest, not those that refer to them in turn.</summary>
    Task<IReadOnlyList<Item>> ReferrersAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellationToken);

    /// <summary>Live items, by component and name.</summary>
    /// <param name="component">One component, or null for all.</param>
    /// <param name="after">The last name of the previous page, or null.</param>
    /// <param name="limit">Most items.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<IReadOnlyList<Item>> ListAsync(ComponentName? component, (ComponentName Component, string Name, ItemId Id)? after, int limit, CancellationToken cancellationToken);

    /// <summary>Counts live items per component.</summary>
    Task<IReadOnlyDictionary<ComponentName, long>> CountAsync(CancellationToken cancellationToken);

    /// <summary>Live items of a files component in the byte order of their UTF-8 names, for comparing with a walk of the directory; streamed.</summary>
    /// <param name="component">The files component.</param>
    /// <param name="own">Only items whose origin is this core.</param>
    /// <param name="cancellationToken">Cancels.</param>
    IAsyncEnumerable<ScannedFile> FilesAsync(ComponentName component, bool own, CancellationToken cancellationToken);

    /// <summary>Live own files of a component with this content: candidates for a rename. At most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<ScannedFile>> FilesWithContentAsync(ComponentName component, ContentHash hash, int limit, CancellationToken cancellationToken);

    /// <summary>Live files of a component whose names collide with <paramref name="path"/> on some platform, the same name included.</summary>
    Task<IReadOnlyList<Item>> CollidingAsync(ComponentName component, RelativePath path, CancellationToken cancellationToken);

    /// <summary>The document of an item; null for other kinds and tombstones.</summary>
    Task<ReadOnlyMemory<byte>?> ReadDocumentAsync(ItemId id, CancellationToken cancellationToken);

    /// <summary>Writes changes in one durable transaction; each gets the next sequence, in order.</summary>
    /// <returns>The last sequence given.</returns>
    Task<Sequence> WriteAsync(IReadOnlyList<CatalogueWrite> writes, CancellationToken cancellationToken);

    /// <summary>Updates only what the scanner knows (time of scan, size, modification) where content and metadata did not change; gives no sequence.</summary>
    Task TouchAsync(IReadOnlyList<(ItemId Id, FileStamp Stamp)> stamps, CancellationToken cancellationToken);

    /// <summary>The newest sequence given in this store.</summary>
    Task<Sequence> HeadAsync(CancellationToken cancellationToken);

    /// <summary>Gives no sequence up to this one any more: a target remembers it of this store, which is an older copy (P6).</summary>
    Task SkipToAsync(Sequence reached, CancellationToken cancellationToken);

    /// <summary>Changes of one component after a position, oldest first, at most <paramref name="limit"/>, auto-synced items and releases only.</summary>
    /// <param name="component">The component.</param>
    /// <param name="after">Exclusive.</param>
    /// <param name="notFrom">Items of this origin are left out: never sent back (A8).</param>
    /// <param name="limit">Most changes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Fewer than <paramref name="limit"/> only when the feed is drained.</returns>
    /// <remarks>
    /// Documents up to <see cref="ItemLimits.MaxInlineBytes"/> come with their content, the first <see cref="ItemLimits.MaxBatchContentBytes"/> of it: read the
    /// rest with <see cref="ReadDocumentAsync"/>. What was released stays in its place whatever happens to it afterwards.
    /// </remarks>
    Task<IReadOnlyList<ItemChange>> ChangesAsync(
        ComponentName component, Sequence after, Servers.CoreId? notFrom, int limit, CancellationToken cancellationToken);

    /// <summary>The present state of certain items as changes, for offering them again.</summary>
    Task<IReadOnlyList<ItemChange>> ChangesOfAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken);

    /// <summary>What certain items need and where they stand in the feed; tombstones too, unknown ids are absent.</summary>
    Task<IReadOnlyList<FeedEntry>> EntriesAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken);

    /// <summary>Live items as they are now, as upserts, whatever the feed tells of them; in no order, others are absent. Content as in <see cref="ChangesAsync"/>.</summary>
    Task<IReadOnlyList<ItemChange>> CopiesOfAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken);

    /// <summary>How much <see cref="ChangesAsync"/> would give: changes and content bytes.</summary>
    Task<(long Changes, long Bytes)> BacklogAsync(ComponentName component, Sequence after, Servers.CoreId? notFrom, CancellationToken cancellationToken);

    /// <summary>How many deletes <see cref="ChangesAsync"/> would give, and how many live items travel beside them.</summary>
    Task<(long Deletes, long Live)> DeletesAsync(ComponentName component, Sequence after, Servers.CoreId? notFrom, CancellationToken cancellationToken);

    /// <summary>What the last scan of a component could not take, by path.</summary>
    Task<IReadOnlyList<ScanProblem>> ScanProblemsAsync(ComponentName component, CancellationToken cancellationToken);

    /// <summary>Replaces the scan problems of a component.</summary>
    Task SetScanProblemsAsync(ComponentName component, IReadOnlyList<ScanProblem> problems, CancellationToken cancellationToken);
}

/// <summary>One change to write.</summary>
/// <param name="Item">The item as it is after the change; a tombstone has <see cref="Item.IsDeleted"/>.</param>
/// <param name="ContentChanged">The content differs from the revision before: moves the content sequence.</param>
/// <param name="Kind">What the feed tells.</param>
/// <param name="Document">The document of a document item; null keeps the stored one.</param>
/// <param name="Stamp">What the scanner saw; null for documents.</param>
public sealed record CatalogueWrite(Item Item, bool ContentChanged, ChangeKind Kind = ChangeKind.Upsert, ReadOnlyMemory<byte>? Document = null, FileStamp? Stamp = null);

/// <summary>What the file system said about a file when it was last looked at; decides whether it must be hashed again.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="ModifiedTicks">Last modification, UTC ticks of 100 ns.</param>
/// <param name="ScannedTicks">When it was looked at, UTC ticks.</param>
public readonly record struct FileStamp(long Size, long ModifiedTicks, long ScannedTicks);

/// <summary>A file item with its stamp.</summary>
public sealed record ScannedFile(Item Item, FileStamp Stamp);

/// <summary>Something that a scan could not take.</summary>
/// <param name="Path">The path as the file system gave it.</param>
/// <param name="Code">Error code.</param>
/// <param name="Message">English text.</param>
public sealed record ScanProblem(string Path, string Code, string Message);
