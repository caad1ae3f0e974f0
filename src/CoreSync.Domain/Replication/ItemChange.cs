using System.Diagnostics.CodeAnalysis;
using CoreSync.Items;

namespace CoreSync.Replication;

/// <summary>One create, update, delete or release in a change feed.</summary>
/// <param name="Sequence">Its position in the feed.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Item">The item as it is now; of a tombstone only identity, name and revision count.</param>
/// <param name="ContentSequence">The position at which its content last changed: a target that passed it has the content already.</param>
public sealed record ItemChange(Sequence Sequence, ChangeKind Kind, Item Item, Sequence ContentSequence)
{
    /// <summary>The content itself when it travels inside the batch; null when the target has it or it is sent apart.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>
    /// It comes along since something in the batch refers to it (J4): of another component than the batch's, or outside its window. It never moves a checkpoint.
    /// </summary>
    public bool IsCompanion { get; init; }

    /// <summary>
    /// Whether it tells something new to a core that holds the item as <paramref name="here"/> (A2): a newer revision, or that an untouched copy of this revision, which came
    /// without its flag, is kept in sync from now on.
    /// </summary>
    public bool IsNewTo([NotNullWhen(false)] Item? here) =>
        here is null || here.Revision < Item.Revision
        || (Kind == ChangeKind.Upsert && here.Revision == Item.Revision && Item.AutoSync && here is { AutoSync: false, IsEdited: false, IsDeleted: false } && here.HasContentOf(Item));
}

/// <summary>What happened to an item.</summary>
public enum ChangeKind
{
    /// <summary>Created or updated.</summary>
    Upsert = 1,

    /// <summary>Deleted at its origin; the target's delete policy decides.</summary>
    Delete = 2,

    /// <summary>Auto sync was turned off: the copy stays and becomes editable (A5).</summary>
    Release = 3,
}

/// <summary>Changes that travel together, in the order in which they are applied: what is needed before what needs it.</summary>
/// <param name="Source">Who sends, with its epoch.</param>
/// <param name="After">The position before the first change: the receiver's checkpoint must have reached it.</param>
/// <param name="Last">The position to record once all is applied; may lie beyond the last change when the rest was not for this target.</param>
/// <param name="Changes">
/// At most <see cref="ItemLimits.MaxBatchItems"/>; may be empty to move the checkpoint alone. Companions may belong to other components, all others to the batch's.
/// </param>
public sealed record ChangeBatch(SourceIdentity Source, Sequence After, Sequence Last, IReadOnlyList<ItemChange> Changes);

/// <summary>Limits of the wire that both sides enforce.</summary>
public static class ItemLimits
{
    /// <summary>Most changes in a batch.</summary>
    public const int MaxBatchItems = 2000;

    /// <summary>Most content bytes inside a batch.</summary>
    public const int MaxBatchContentBytes = 8 * 1024 * 1024;

    /// <summary>Content up to this size travels inside the batch, larger content apart and resumable.</summary>
    public const int MaxInlineBytes = 256 * 1024;
}

/// <summary>How one change ended at the target.</summary>
public enum ItemOutcomeKind
{
    /// <summary>Applied and durable.</summary>
    Applied = 1,

    /// <summary>The target has this revision or a newer one.</summary>
    Skipped = 2,

    /// <summary>Refused with a reason.</summary>
    Rejected = 3,

    /// <summary>The content did not come along and is not there: send it.</summary>
    ContentMissing = 4,

    /// <summary>A person must decide.</summary>
    Conflict = 5,
}

/// <summary>How one change ended, when it is neither applied nor skipped.</summary>
/// <param name="Item">The item.</param>
/// <param name="Sequence">The change.</param>
/// <param name="Kind">How it ended.</param>
/// <param name="Code">Error code; empty for <see cref="ItemOutcomeKind.ContentMissing"/>.</param>
/// <param name="Message">English text of the error.</param>
public sealed record ItemOutcome(ItemId Item, Sequence Sequence, ItemOutcomeKind Kind, string Code, string Message);

/// <summary>The target's word that a batch is durable.</summary>
/// <param name="Checkpoint">Where the target stands now. Below <see cref="ChangeBatch.Last"/> while content is missing.</param>
/// <param name="Applied">Changes applied.</param>
/// <param name="Skipped">Changes that the target had already.</param>
/// <param name="Exceptions">Every change that was neither.</param>
public sealed record BatchReceipt(Sequence Checkpoint, int Applied, int Skipped, IReadOnlyList<ItemOutcome> Exceptions)
{
    /// <summary>What the stream looks like now: the source keeps it and finds out by it that a store went back (P6).</summary>
    public Guid Mark { get; init; }
}
