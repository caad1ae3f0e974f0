using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Conflicts;
using CoreSync.Items;
using FluentResults;

namespace CoreSync.Application.Conflicts;

/// <summary>The conflict inbox: changes that wait for a person, what was decided, and which items of this core gave way to which of others.</summary>
/// <remarks>Changes enter it with the batch that brought them: see <see cref="ReplicaCommit.Held"/>.</remarks>
public interface IConflictStore
{
    /// <summary>All that this core knows about items that arrive.</summary>
    /// <param name="incoming">At most one per id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<Arrivals> AboutAsync(IReadOnlyCollection<Item> incoming, CancellationToken cancellationToken);

    /// <summary>The names of live documents of a component and group that begin with a name and <see cref="NameSuffix.Mark"/>.</summary>
    Task<IReadOnlySet<string>> SuffixedAsync(ComponentName component, string group, string name, CancellationToken cancellationToken);

    /// <summary>Those of certain items that wait for a person.</summary>
    Task<IReadOnlySet<ItemId>> WaitingAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken);

    /// <summary>What waits, oldest first; with <paramref name="decided"/> also what was decided.</summary>
    /// <remarks>Without the contents: they come with <see cref="FindAsync"/>.</remarks>
    Task<IReadOnlyList<Conflict>> ListAsync(bool decided, CancellationToken cancellationToken);

    /// <summary>One conflict, decided ones too; null when there never was one.</summary>
    Task<Conflict?> FindAsync(ItemId item, CancellationToken cancellationToken);

    /// <summary>Records decisions and what takes effect with them, in one durable transaction.</summary>
    /// <returns>Fails with <c>ConflictNotFoundError</c> when something newer arrived meanwhile; nothing was written then.</returns>
    Task<Result> SettleAsync(ConflictSettlement settlement, CancellationToken cancellationToken);

    /// <summary>The item that took the place of one of this core; null when none did.</summary>
    Task<ItemId?> SuccessorAsync(ItemId mine, CancellationToken cancellationToken);
}

/// <summary>What this core knows about the items of a batch.</summary>
/// <param name="Conflicts">What waits or was decided about them.</param>
/// <param name="Linked">By incoming item: the live item of this core that gives way to it since a person linked the two.</param>
/// <param name="Namesakes">Live documents, by component, group and name.</param>
public sealed record Arrivals(
    IReadOnlyDictionary<ItemId, Conflict> Conflicts, IReadOnlyDictionary<ItemId, Item> Linked, ILookup<(ComponentName Component, string Group, string Name), Item> Namesakes);

/// <summary>What <see cref="IConflictStore.SettleAsync"/> records.</summary>
/// <param name="Decided">Conflicts as they are after the decision; each must still hold the same revision.</param>
/// <param name="Applied">Changes that take effect now, in their order.</param>
/// <param name="Made">Items of this core that are made beside.</param>
/// <param name="Links">Items of this core and what takes their place.</param>
public sealed record ConflictSettlement(
    IReadOnlyList<Conflict> Decided, IReadOnlyList<AppliedItem> Applied, IReadOnlyList<CatalogueWrite> Made, IReadOnlyList<(ItemId Mine, ItemId Theirs)> Links);
