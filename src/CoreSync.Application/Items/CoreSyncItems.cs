using System.Data.Common;
using CoreSync.Application.Cores;
using CoreSync.Application.Outbox;
using CoreSync.Errors;
using CoreSync.Items;
using FluentResults;

namespace CoreSync.Application.Items;

/// <inheritdoc cref="ICoreSyncItems"/>
internal sealed class CoreSyncItems(
    IEnumerable<IOutboxTable> tables, OutboxSignal signal, StoreGate gate, ICatalogue catalogue, IPayloadStore payloads, ILocalCore local, IRandomSource random) : ICoreSyncItems
{
    private IOutboxTable Table => tables.LastOrDefault() ?? throw new InvalidOperationException("There is no outbox: call UseOutbox(…) where CoreSync is added");

    public async Task<Result> PutAsync(DbTransaction transaction, ItemDraft draft, CancellationToken cancellationToken)
    {
        if (Applying.IsEcho(draft.Id))
            return Result.Ok();
        var before = await ChangeableAsync(draft.Id, cancellationToken).ConfigureAwait(false);
        if (before.IsFailed)
            return before.ToResult();
        var valid = RelayRules.Next(draft, before.Value, local.Current.Id).Validate();
        return valid.IsFailed ? valid : await AppendAsync(transaction, OutboxKind.Put, draft.Id, draft, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Result> DeleteAsync(DbTransaction transaction, ItemId id, CancellationToken cancellationToken)
    {
        if (Applying.IsEcho(id))
            return Result.Ok();
        var before = await ChangeableAsync(id, cancellationToken).ConfigureAwait(false);
        return before.IsFailed ? before.ToResult() : await AppendAsync(transaction, OutboxKind.Delete, id, null, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Result> SetAutoSyncAsync(DbTransaction transaction, ItemId id, bool on, CancellationToken cancellationToken)
    {
        var before = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (before is not null && before.Origin != local.Current.Id)
            return Result.Fail(new ItemReadOnlyError(before.Name, before.Origin.ToString()));
        return await AppendAsync(transaction, on ? OutboxKind.AutoSyncOn : OutboxKind.AutoSyncOff, id, null, cancellationToken).ConfigureAwait(false);
    }

    public void Wake() => signal.Wake();

    public async Task<Result<Payload>> AddPayloadAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        var relative = RelativePath.Parse(path);
        if (relative.IsFailed)
            return relative.ToResult<Payload>();
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        var stored = await payloads.PutAsync(content, cancellationToken).ConfigureAwait(false);
        return stored.IsFailed ? stored.ToResult<Payload>() : new Payload(relative.Value, stored.Value.Size, stored.Value.Hash);
    }

    public Result<Stream> OpenPayload(Payload payload) => payloads.Open(payload);

    public async Task<Result> MayEditAsync(ItemId id, CancellationToken cancellationToken) => (await ChangeableAsync(id, cancellationToken).ConfigureAwait(false)).ToResult();

    public async Task<Item?> FindAsync(ItemId id, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await catalogue.FindAsync(id, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<Item>> ReferrersAsync(ItemId id, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await catalogue.ReferrersAsync([id], cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<RefusedWrite>> RefusedAsync(CancellationToken cancellationToken) => Table.RefusedAsync(cancellationToken);

    public Task ForgetRefusedAsync(Guid entry, CancellationToken cancellationToken) => Table.RemoveAsync([entry], cancellationToken);

    private async Task<Result<Item?>> ChangeableAsync(ItemId id, CancellationToken cancellationToken)
    {
        var item = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        return item is { IsDeleted: false } && item.IsReadOnlyOn(local.Current.Id)
            ? Result.Fail(new ItemReadOnlyError(item.Name, item.Origin.ToString()))
            : Result.Ok(item);
    }

    private async Task<Result> AppendAsync(DbTransaction transaction, OutboxKind kind, ItemId item, ItemDraft? draft, CancellationToken cancellationToken)
    {
        await Table.AppendAsync(transaction, new OutboxEntry(random.NewGuid(), kind, item, draft), cancellationToken).ConfigureAwait(false);
        return Result.Ok();
    }

    // The product's process may use CoreSync before its host has started the engine.
    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (await gate.OpenAsync(cancellationToken).ConfigureAwait(false) is { IsFailed: true } closed)
            throw new CoreSyncException(closed.FirstError());
    }
}
