using CoreSync.Items;

namespace CoreSync.Verification;

/// <summary>What a target would do with a change.</summary>
public enum PlanVerb
{
    /// <summary>The item would be new there.</summary>
    Create = 1,

    /// <summary>The target's copy would be updated.</summary>
    Update = 2,

    /// <summary>The target has it already.</summary>
    Skip = 3,

    /// <summary>The target's copy would stay and become editable.</summary>
    Release = 4,

    /// <summary>The target's copy would be deleted.</summary>
    Delete = 5,

    /// <summary>A person would have to decide there.</summary>
    Conflict = 6,

    /// <summary>The target would refuse it.</summary>
    Reject = 7,
}

/// <summary>The target's answer about one change; nothing was written for it.</summary>
/// <param name="Id">The item.</param>
/// <param name="Verb">What would happen.</param>
/// <param name="Bytes">Content that would travel.</param>
/// <param name="Code">Why, for conflicts and refusals; else empty.</param>
/// <param name="Message">English text of it.</param>
public sealed record PlannedItem(ItemId Id, PlanVerb Verb, long Bytes, string Code = "", string Message = "")
{
    /// <summary>The name that it would get there when its own is taken (A3); empty for its own.</summary>
    public string Name { get; init; } = "";

    /// <summary>The item there that would give way to it (A3); null for none.</summary>
    public ItemId? Replaces { get; init; }
}

/// <summary>One line of a plan.</summary>
/// <param name="Change">What the target would do.</param>
/// <param name="Item">As it is at the source.</param>
/// <param name="Because">Items that it comes along for; empty when it goes for its own sake.</param>
public sealed record PlanLine(PlannedItem Change, Item Item, IReadOnlyList<ItemId> Because);
