using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Application.Items;

/// <summary>
/// A kind of item that an embedding product keeps in its own database (I1). CoreSync keeps a copy of every item in its catalogue and calls the component for each change
/// that arrives from another core (I3). Register it with <c>AddComponent</c>; it is created in a scope of its own for each call.
/// </summary>
public interface ISyncComponent
{
    /// <summary>The name of the component, the same on all cores: lower-case letters, digits and hyphens. One of the presets, or a name of the product's own.</summary>
    string Name { get; }

    /// <summary>Puts one group of changes into effect in the product's database, durably: one item, or the members of a cycle of references.</summary>
    /// <param name="group">
    /// At least one change. What the items refer to was applied before, or is in the group. Apply the group in one transaction: all or nothing.
    /// </param>
    /// <param name="cancellationToken">Cancelled when the call takes longer than <see cref="CoreSyncOptions.ComponentTimeLimit"/>.</param>
    /// <returns>One answer for each item; an item without an answer counts as rejected. One rejection rejects the whole group.</returns>
    /// <remarks>
    /// Must be idempotent: the same change comes again after a crash between this call and the receipt (A1). An exception means <i>not now</i>: the change is logged,
    /// counts as unavailable, and is sent again later; the stream goes on.
    /// </remarks>
    Task<IReadOnlyList<ItemAnswer>> ApplyAsync(IReadOnlyList<IncomingItem> group, CancellationToken cancellationToken);
}

/// <summary>
/// A component of a product that cannot tell what changes, but can list what it has (I3). The list is compared with the catalogue at the interval <c>scan.interval</c>, at the
/// start and before a sync by hand: new and changed items are read, vanished ones are deleted, under the same brake as files (A6).
/// </summary>
public interface IListedComponent : ISyncComponent
{
    /// <summary>Everything that the product has of this component, own and received, each item once, in any order.</summary>
    /// <remarks>An exception means that the list is not known: nothing is inferred from what came before it.</remarks>
    IAsyncEnumerable<ListedItem> ListAsync(CancellationToken cancellationToken);

    /// <summary>Reads one item whose version is new; null when it vanished meanwhile.</summary>
    Task<ItemDraft?> ReadAsync(ItemId id, CancellationToken cancellationToken);
}

/// <summary>An item in the list of a product.</summary>
/// <param name="Id">The product's id of it.</param>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Version">Any text that differs whenever the item differs: a row version, a time of change, a hash.</param>
public sealed record ListedItem(ItemId Id, string Name, string Version);

/// <summary>The answer of a component for one item.</summary>
/// <param name="Item">The item.</param>
/// <param name="Rejection">Why the product does not take it, for the administrators of both cores; null when it is applied. At most 500 characters of it are kept.</param>
public sealed record ItemAnswer(ItemId Item, string? Rejection)
{
    /// <summary>The item is in the product's database, durably.</summary>
    public static ItemAnswer Applied(IncomingItem item) => new(item.Item.Id, null);

    /// <summary>The product does not take the item; it is offered again at later jobs.</summary>
    public static ItemAnswer Rejected(IncomingItem item, string reason) => new(item.Item.Id, reason);

    /// <summary>All of a group are in the product's database, durably.</summary>
    public static IReadOnlyList<ItemAnswer> AllApplied(IReadOnlyList<IncomingItem> group) => [.. group.Select(Applied)];
}

/// <summary>A change on its way into the product's database.</summary>
/// <param name="Kind">
/// What happens on this core, after its policies: a delete at the source is a <see cref="ChangeKind.Release"/> here while the component keeps or retires (A6).
/// </param>
/// <param name="Item">The item as it will be on this core: name, group, references, payloads, flags. Of a delete only identity and name count.</param>
/// <param name="Document">The document; empty for a delete.</param>
/// <param name="Existing">The item as this core holds it now; null when it is new here.</param>
/// <param name="IsReadOnly">From now on nobody may edit or delete it on this core (A4).</param>
public sealed record IncomingItem(ChangeKind Kind, Item Item, ReadOnlyMemory<byte> Document, Item? Existing, bool IsReadOnly);
