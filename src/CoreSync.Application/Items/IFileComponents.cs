using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Application.Items;

/// <summary>Finds out what changed below the directory that a files component sends, and reads its files.</summary>
public interface IFileScanner
{
    /// <summary>Compares the directory with the catalogue and writes what changed: deletes first, then renames, then the rest; memory does not grow with the tree.</summary>
    /// <returns>
    /// Fails with <c>ComponentDirectoryMissingError</c> (nothing inferred), or with <c>MassDeleteError</c>: more vanished than the brake allows and nobody
    /// confirmed; then nothing is deleted in the catalogue (A6). Single files that cannot be taken become scan problems, not failures.
    /// </returns>
    Task<Result<ScanSummary>> ScanAsync(Component component, CancellationToken cancellationToken);

    /// <summary>Opens the content of a file item for sending.</summary>
    /// <returns>Fails with <c>ContentMissingError</c> or <c>ContentUnreadableError</c>. The reader checks the hash: the file may change while it is read.</returns>
    Result<Stream> OpenContent(Component component, Item item);

    /// <summary>Checks the directories of a component before it is added or changed.</summary>
    /// <returns>Fails with <c>ComponentDirectoryError</c>.</returns>
    Result Check(Component component);
}

/// <summary>What a scan found.</summary>
public sealed record ScanSummary(int Files, int Added, int Changed, int Renamed, int Deleted, int Problems, TimeSpan Duration);

/// <summary>Watches the directories of files components. A hint to scan sooner, never the truth (I6).</summary>
public interface IFileWatcher : IDisposable
{
    /// <summary>Watches exactly these components from now on; failures to watch are logged and left to the periodic scan.</summary>
    void Watch(IReadOnlyCollection<Component> components);

    /// <summary>Raised, on any thread, when something below a component's directory changed or events were lost.</summary>
    event Action<ComponentName>? Changed;
}

/// <summary>Puts received changes of one kind of component into effect on this core.</summary>
/// <remarks>
/// Called in this order for each batch: <see cref="StageAsync"/>, the inbox is committed, <see cref="ApplyAsync"/>, the result is committed. After a crash
/// <see cref="ApplyAsync"/> is called again with what the inbox holds: it must be idempotent (A1).
/// </remarks>
public interface IItemApplier
{
    /// <summary>The kind that it serves.</summary>
    ComponentKind Kind { get; }

    /// <summary>Makes content that came inside the batch durable outside the store. Documents need nothing: the inbox row holds them.</summary>
    /// <returns>Outcomes of the changes that cannot be taken (rejected, content missing); the others go on.</returns>
    Task<IReadOnlyList<ItemOutcome>> StageAsync(Component component, IReadOnlyList<IncomingChange> changes, CancellationToken cancellationToken);

    /// <summary>Puts the changes into effect, in their order, durably. The order is the source's: deletes come before what takes their place.</summary>
    /// <returns>Outcomes of the changes that did not succeed; the others are applied.</returns>
    Task<IReadOnlyList<ItemOutcome>> ApplyAsync(Component component, IReadOnlyList<IncomingChange> changes, CancellationToken cancellationToken);

    /// <summary>Called when a component has no staged change left: removes leftovers of staging.</summary>
    Task TidyAsync(Component component, CancellationToken cancellationToken);
}

/// <summary>A change on its way into this core.</summary>
/// <param name="Change">The change; <see cref="ItemChange.Content"/> is verified against the hash when present.</param>
/// <param name="Existing">The item as this core holds it; null when new here.</param>
/// <param name="Received">The complete content that was sent apart; null when it came inside the batch or is there already.</param>
/// <param name="Displaced">The item of this core that gives way to it: the policy replaces, or a person linked the two (A3); null for none.</param>
public sealed record IncomingChange(ItemChange Change, Item? Existing, ReceivedContent? Received, Item? Displaced = null);

/// <summary>Content that was sent apart and is complete, verified and durable.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="File">The file that holds it, on the volume where the component needs it; the applier may move it away.</param>
public sealed record ReceivedContent(ContentHash Hash, long Size, string File);

/// <summary>Receives content that is too large for a batch; resumable in the middle (P4).</summary>
public interface IContentInbox
{
    /// <summary>How many bytes of this content are durable here; the whole size when complete.</summary>
    Task<long> ReceivedAsync(Component component, ContentHash hash, CancellationToken cancellationToken);

    /// <summary>Appends bytes at <paramref name="offset"/>; durable when it returns. The last byte completes and verifies the content.</summary>
    /// <returns>
    /// The bytes now durable. Fails with <c>ContentMismatchError</c> (the partial content is discarded), <c>BatchMalformedError</c> (offset beyond what is there,
    /// more bytes than <paramref name="size"/>), <c>StoreFullError</c>.
    /// </returns>
    Task<Result<long>> AppendAsync(Component component, ContentHash hash, long size, long offset, Stream content, CancellationToken cancellationToken);

    /// <summary>The complete content; null when it is not complete.</summary>
    ReceivedContent? Find(Component component, ContentHash hash);

    /// <summary>Reads complete content into memory; only for documents, whose size is bounded.</summary>
    Task<ReadOnlyMemory<byte>> ReadAsync(ReceivedContent content, CancellationToken cancellationToken);

    /// <summary>Removes content that is no longer needed, and partial content older than <paramref name="olderThan"/>.</summary>
    void Purge(Component component, DateTimeOffset olderThan);
}
