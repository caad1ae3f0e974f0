using CoreSync.Application.Items;
using CoreSync.Items;

namespace CoreSync.Application.Outbox;

/// <summary>What a product wrote about one item.</summary>
public enum OutboxKind
{
    /// <summary>Created or changed; the draft says how it is now.</summary>
    Put,

    /// <summary>Deleted.</summary>
    Delete,

    /// <summary>Flagged for auto sync.</summary>
    AutoSyncOn,

    /// <summary>Released.</summary>
    AutoSyncOff,
}

/// <summary>One row of the outbox.</summary>
/// <param name="Id">Made when it was written; says whether it was taken over already.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Item">To which item.</param>
/// <param name="Draft">The item as it is now; null unless <see cref="OutboxKind.Put"/>.</param>
public sealed record OutboxEntry(Guid Id, OutboxKind Kind, ItemId Item, ItemDraft? Draft);
