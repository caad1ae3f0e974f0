using System.Data.Common;
using CoreSync.Items;
using FluentResults;

namespace CoreSync.Application.Items;

/// <summary>
/// What a product says to CoreSync about its items, and asks (I3). Writes go into the outbox inside the product's own transaction, so that its change and the change in
/// the catalogue become durable together or not at all; the engine takes them from there, in order and exactly once.
/// </summary>
/// <remarks>
/// Needs <c>UseOutbox</c> for the writes. Call <see cref="Wake"/> after the commit; without it the engine looks once a second. A write about an item that the present
/// call of <see cref="ISyncComponent.ApplyAsync"/> applies is the echo of what came from elsewhere: it succeeds and writes nothing.
/// </remarks>
public interface ICoreSyncItems
{
    /// <summary>Tells that an item was created or changed.</summary>
    /// <param name="transaction">The product's transaction that changes it; write the product's own rows first.</param>
    /// <param name="draft">The whole item as it is now.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Fails with <c>ItemReadOnlyError</c> (A4), <c>ItemInvalidError</c>, <c>ItemTooLargeError</c>; nothing was written then.</returns>
    Task<Result> PutAsync(DbTransaction transaction, ItemDraft draft, CancellationToken cancellationToken = default);

    /// <summary>Tells that an item was deleted; one that CoreSync does not know is no error.</summary>
    /// <returns>Fails with <c>ItemReadOnlyError</c> (A4); nothing was written then.</returns>
    Task<Result> DeleteAsync(DbTransaction transaction, ItemId id, CancellationToken cancellationToken = default);

    /// <summary>Flags an item of this core for auto sync, or releases its copies (J1, A5).</summary>
    /// <returns>Fails with <c>ItemReadOnlyError</c> for the item of another core; nothing was written then.</returns>
    Task<Result> SetAutoSyncAsync(DbTransaction transaction, ItemId id, bool on, CancellationToken cancellationToken = default);

    /// <summary>Says that a transaction with a write was committed: the engine of this process takes it at once.</summary>
    void Wake();

    /// <summary>Keeps a file for an item and answers what to put into <see cref="ItemDraft.Payloads"/>; durable when it returns. Content that no item names in the end is collected later.</summary>
    /// <param name="path">Where it belongs below the item, with <c>/</c>.</param>
    /// <param name="content">Read to its end.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Fails with <c>PathInvalidError</c>, <c>StoreFullError</c>, <c>ContentUnreadableError</c>.</returns>
    Task<Result<Payload>> AddPayloadAsync(string path, Stream content, CancellationToken cancellationToken = default);

    /// <summary>Opens a file of an item; the caller disposes it.</summary>
    /// <returns>Fails with <c>PayloadDamagedError</c> or <c>ContentUnreadableError</c>.</returns>
    Result<Stream> OpenPayload(Payload payload);

    /// <summary>Asks before somebody may edit or delete an item in the product (A4). One that CoreSync does not know may be.</summary>
    /// <returns>Fails with <c>ItemReadOnlyError</c>, whose text names the core where it may be changed.</returns>
    Task<Result> MayEditAsync(ItemId id, CancellationToken cancellationToken = default);

    /// <summary>An item as CoreSync knows it, tombstones included; null when it does not.</summary>
    Task<Item?> FindAsync(ItemId id, CancellationToken cancellationToken = default);

    /// <summary>The live items that refer to this one: ask before a delete.</summary>
    Task<IReadOnlyList<Item>> ReferrersAsync(ItemId id, CancellationToken cancellationToken = default);

    /// <summary>Writes that the engine could not take over, oldest first: somebody else's item was changed meanwhile, or content is gone. They stay until <see cref="ForgetRefusedAsync"/>.</summary>
    Task<IReadOnlyList<RefusedWrite>> RefusedAsync(CancellationToken cancellationToken = default);

    /// <summary>Drops a refused write, once the product has dealt with it.</summary>
    Task ForgetRefusedAsync(Guid entry, CancellationToken cancellationToken = default);
}

/// <summary>A write of the product that the catalogue did not take.</summary>
/// <param name="Entry">Identifies it.</param>
/// <param name="Item">The item.</param>
/// <param name="Code">Error code.</param>
/// <param name="Message">English text.</param>
public sealed record RefusedWrite(Guid Entry, ItemId Item, string Code, string Message);
