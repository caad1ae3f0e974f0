using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Items;

namespace CoreSync.Application.Outbox;

/// <summary>The catalogue's side of the outbox: takes entries over exactly once.</summary>
public interface IRelayStore
{
    /// <summary>Writes entries into the catalogue and remembers their ids, in one durable transaction and in their order; those remembered already are passed over.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="decide">What to write, given the item as it is in that transaction; called in order, no I/O.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The entries refused, each with the reason; nothing is remembered of those.</returns>
    Task<IReadOnlyList<(OutboxEntry Entry, CoreSyncError Error)>> TakeAsync(
        IReadOnlyList<OutboxEntry> entries, Func<OutboxEntry, Item?, RelayDecision> decide, CancellationToken cancellationToken);

    /// <summary>Forgets entries that are no longer in the outbox.</summary>
    Task ForgetAsync(IReadOnlyCollection<Guid> entries, CancellationToken cancellationToken);

    /// <summary>Forgets all entries but those that are still in the outbox: what a crash left.</summary>
    Task ForgetOthersAsync(IReadOnlySet<Guid> present, CancellationToken cancellationToken);
}

/// <summary>What an entry means for the catalogue: a write, a refusal, or nothing when both are null.</summary>
public sealed record RelayDecision(CatalogueWrite? Write, CoreSyncError? Refusal)
{
    /// <summary>The catalogue says so already.</summary>
    public static RelayDecision Nothing { get; } = new(null, null);
}
