using CoreSync.Items;

namespace CoreSync.Application.Items;

/// <summary>An item as the product has it: everything about it, not only what changed. Revision, origin and sequence are CoreSync's business.</summary>
/// <param name="Component">The component, such as one that the product registered.</param>
/// <param name="Id">The product's id of it: made once where the item was made, the same on every core.</param>
/// <param name="Name">Its name.</param>
/// <param name="Document">What the component on the other core needs to make the same item; JSON by preference.</param>
public sealed record ItemDraft(ComponentName Component, ItemId Id, string Name, ReadOnlyMemory<byte> Document)
{
    /// <summary>Media type of the document.</summary>
    public string MediaType { get; init; } = "application/json";

    /// <summary>Group path with <c>/</c>; empty for none.</summary>
    public string Group { get; init; } = "";

    /// <summary>Owner; empty for the public one.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Items that this one needs; they travel with it (J4).</summary>
    public IReadOnlyList<ItemId> References { get; init; } = [];

    /// <summary>Files that travel with it, as <see cref="ICoreSyncItems.AddPayloadAsync"/> answered them (I5).</summary>
    public IReadOnlyList<Payload> Payloads { get; init; } = [];

    /// <summary>When a task starts, UTC; null for none.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>Flag for auto sync; null keeps it as it is, off for a new item.</summary>
    public bool? AutoSync { get; init; }
}
