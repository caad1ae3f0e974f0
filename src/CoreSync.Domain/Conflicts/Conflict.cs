using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Conflicts;

/// <summary>Why a change waits for a person.</summary>
public enum ConflictReason
{
    /// <summary>Another item has its name here, and the component asks (A3).</summary>
    NameClash,

    /// <summary>The copy was edited here, and the component asks.</summary>
    ChangedHere,

    /// <summary>The component holds what arrives until a person accepts it (A10); or an item that it needs is held.</summary>
    Approval,
}

/// <summary>What a person decided about a change that waited.</summary>
public enum ConflictDecision
{
    /// <summary>What is here stays; the change is declined.</summary>
    Mine,

    /// <summary>The change is applied; what is here gives way and is kept as a previous revision.</summary>
    Theirs,

    /// <summary>Both stay: one of them gets a suffix.</summary>
    Both,

    /// <summary>The two are the same: from now on the incoming item takes the place of the one here.</summary>
    Linked,
}

/// <summary>A received change that was not applied since a person decides about it.</summary>
/// <param name="Change">The change, content of documents included until it was applied; of each item the newest.</param>
/// <param name="Source">The core that sent it.</param>
/// <param name="Reason">Why it waits.</param>
/// <param name="Other">The item of this core that has its name, or the held item that it needs; null for none.</param>
/// <param name="FirstAt">When it began to wait.</param>
/// <param name="LastAt">When it arrived last.</param>
/// <param name="Decision">What a person decided; null while it waits.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="DecidedBy">Who.</param>
public sealed record Conflict(
    ItemChange Change, CoreId Source, ConflictReason Reason, ItemId? Other, DateTimeOffset FirstAt, DateTimeOffset LastAt, ConflictDecision? Decision = null,
    DateTimeOffset? DecidedAt = null, string? DecidedBy = null)
{
    /// <summary>The incoming item: what identifies the conflict.</summary>
    public ItemId Id => Change.Item.Id;

    /// <summary>Nobody decided yet.</summary>
    public bool IsWaiting => Decision is null;

    /// <summary>It was decided so that the change takes effect.</summary>
    public bool IsAccepted => Decision is ConflictDecision.Theirs or ConflictDecision.Both or ConflictDecision.Linked;

    /// <summary>What it tells the source while it waits.</summary>
    public static CoreSyncError ErrorOf(ConflictReason reason, string name) => reason switch
    {
        ConflictReason.NameClash => new ItemNameClashError(name),
        ConflictReason.ChangedHere => new ItemChangedHereError(name),
        _ => new ItemAwaitingApprovalError(name),
    };
}
