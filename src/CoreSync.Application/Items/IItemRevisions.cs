using CoreSync.Conflicts;
using CoreSync.Items;

namespace CoreSync.Application.Items;

/// <summary>Previous versions of documents (A9). The catalogue keeps them by itself with every change, as many of each item as <c>apply.keep-revisions</c> says.</summary>
public interface IItemRevisions
{
    /// <summary>The versions of an item that are kept, newest first; the present one is not among them.</summary>
    Task<IReadOnlyList<ItemRevision>> ListAsync(ItemId item, CancellationToken cancellationToken);

    /// <summary>The document of a kept version; null when it is no longer kept.</summary>
    Task<ReadOnlyMemory<byte>?> ReadDocumentAsync(ItemRevision revision, CancellationToken cancellationToken);
}
