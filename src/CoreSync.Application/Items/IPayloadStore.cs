using CoreSync.Errors;
using CoreSync.Items;
using FluentResults;

namespace CoreSync.Application.Items;

/// <summary>Keeps the content of payloads, once per content however many items of whichever component and source carry it (I5). Its name is its SHA-256; it never changes.</summary>
/// <remarks>
/// What no row names is collected after a grace time (<c>content.grace-hours</c>). Whoever writes a row that names content puts the content first, or asks
/// <see cref="Keep"/>: both begin the grace time anew. Content of no bytes is always here and never stored. Failures of the disk throw <see cref="CoreSyncException"/>.
/// </remarks>
public interface IPayloadStore
{
    /// <summary>Whether content is here, complete; a look at its name and size, nothing is read.</summary>
    bool Has(ContentHash hash, long size);

    /// <summary>As <see cref="Has"/>, for content that a row is about to name: it is not collected before the grace time has passed again.</summary>
    bool Keep(ContentHash hash, long size);

    /// <summary>How many bytes the content has that is here; null when it is not.</summary>
    long? SizeOf(ContentHash hash);

    /// <summary>Opens the content of a payload, positioned at its beginning; it can be sought.</summary>
    /// <returns>
    /// Fails with <see cref="PayloadDamagedError"/>, also when it is missing, or <see cref="ContentUnreadableError"/>. Reading from beginning to end compares
    /// the hash: in place of the last bytes of damaged content comes a <see cref="CoreSyncException"/> with <see cref="PayloadDamagedError"/>.
    /// </returns>
    Result<Stream> Open(Payload payload);

    /// <summary>Reads a stream to its end into the store, whatever its length; durable when it returns. Replaces damaged content of the same hash.</summary>
    /// <returns>Fails with <see cref="StoreFullError"/>, or <see cref="ContentUnreadableError"/> when the stream fails.</returns>
    Task<Result<StoredContent>> PutAsync(Stream content, CancellationToken cancellationToken);

    /// <summary>As <see cref="PutAsync(Stream, CancellationToken)"/> with a file of this machine; one that changes while it is read is read again, three times at most.</summary>
    /// <returns>Fails also with <see cref="ContentUnstableError"/>; <see cref="ContentUnreadableError"/> names a file that is missing or may not be read.</returns>
    Task<Result<StoredContent>> PutFileAsync(string file, CancellationToken cancellationToken);

    /// <summary>Stores many small contents at the price of few flushes; all are durable when it returns.</summary>
    /// <returns>Fails with <see cref="ContentMismatchError"/> (nothing was stored then) or <see cref="StoreFullError"/>.</returns>
    Task<Result> PutAsync(IReadOnlyList<SmallContent> contents, CancellationToken cancellationToken);

    /// <summary>Takes over content that came apart, complete and verified; durable when it returns. What is gone from the inbox meanwhile is left out.</summary>
    /// <returns>Fails with <see cref="StoreFullError"/>.</returns>
    Task<Result> TakeAsync(IReadOnlyList<ReceivedContent> received, CancellationToken cancellationToken);
}

/// <summary>Content in the store.</summary>
/// <param name="Hash">Its SHA-256.</param>
/// <param name="Size">Bytes.</param>
public readonly record struct StoredContent(ContentHash Hash, long Size);

/// <summary>Content small enough to be held in memory: at most <see cref="CoreSync.Replication.ItemLimits.MaxInlineBytes"/>.</summary>
/// <param name="Hash">What its SHA-256 shall be.</param>
/// <param name="Bytes">The content.</param>
public readonly record struct SmallContent(ContentHash Hash, ReadOnlyMemory<byte> Bytes);
