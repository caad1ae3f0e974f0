using System.Text.Json;
using CoreSync.Application;
using CoreSync.Application.Verification;
using CoreSync.Items;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>What this core tells a source about what it holds (docs/protocol.md, comparing). Nothing is written.</summary>
internal sealed class InspectionEndpoints(ILocalInspections inspections) : IDisposable
{
    // Questions that walk through items or files: few at a time, whoever asks.
    private readonly SemaphoreSlim heavy = new(2);

    public async Task StateAsync(PeerExchange exchange)
    {
        var state = await Inspection(exchange).StateAsync(exchange.Aborted).ConfigureAwait(false);
        if (state.IsFailed)
        {
            await RefuseAsync(exchange, state).ConfigureAwait(false);
            return;
        }

        var components = state.Value.Components.Select(one => new CheckpointAnswer(one.Key.Value, one.Value.StoreId, one.Value.Sequence.Value, one.Value.Mark));
        var digests = state.Value.Digests.Select(one => new DigestAnswer(one.Component.Value, one.Origin.Value, one.Digest.Items, one.Digest.SumText));
        await exchange.AnswerAsync(
            new StateAnswer(state.Value.Core.Value, [.. components], [.. state.Value.Refused.Select(name => name.Value)], [.. digests]), WireJson.Strict.StateAnswer).ConfigureAwait(false);
    }

    public async Task RangesAsync(PeerExchange exchange)
    {
        var asked = await exchange.ReadJsonAsync(WireJson.Strict.RangesRequest).ConfigureAwait(false);
        if (asked.IsFailed || !IdPrefix.TryParse(asked.Value.Within, out var within))
        {
            await RefuseAsync(exchange, asked.IsFailed ? asked : BatchFrame.Malformed("the range is not made of hexadecimal digits")).ConfigureAwait(false);
            return;
        }

        var ranges = await HeavyAsync(exchange, inspection => inspection.RangesAsync(
            exchange.Component!, new CoreId(asked.Value.Origin), within, asked.Value.Digits, exchange.Aborted)).ConfigureAwait(false);
        if (ranges.IsFailed)
            await RefuseAsync(exchange, ranges).ConfigureAwait(false);
        else
            await exchange.AnswerAsync(
                new RangesAnswer([.. ranges.Value.Select(range => new RangeAnswer(range.Prefix.Digits, range.Digest.Items, range.Digest.SumText))]), WireJson.Strict.RangesAnswer).ConfigureAwait(false);
    }

    public async Task EntriesAsync(PeerExchange exchange)
    {
        var asked = await exchange.ReadJsonAsync(WireJson.Strict.EntriesRequest).ConfigureAwait(false);
        if (asked.IsFailed || !IdPrefix.TryParse(asked.Value.Within, out var within))
        {
            await RefuseAsync(exchange, asked.IsFailed ? asked : BatchFrame.Malformed("the range is not made of hexadecimal digits")).ConfigureAwait(false);
            return;
        }

        var after = asked.Value.After is { } last ? new ItemId(last) : (ItemId?)null;
        var entries = await HeavyAsync(exchange, inspection => inspection.EntriesAsync(
            exchange.Component!, new CoreId(asked.Value.Origin), within, after, exchange.Aborted)).ConfigureAwait(false);
        if (entries.IsFailed)
            await RefuseAsync(exchange, entries).ConfigureAwait(false);
        else
            await exchange.AnswerAsync(
                new EntriesAnswer([.. entries.Value.Select(entry => new EntryAnswer(entry.Id.Value, entry.Revision.Value, new Digest(1, entry.Sum).SumText))]),
                WireJson.Strict.EntriesAnswer).ConfigureAwait(false);
    }

    public async Task HeldAsync(PeerExchange exchange)
    {
        var asked = await exchange.ReadJsonAsync(WireJson.Strict.HeldRequest).ConfigureAwait(false);
        if (asked.IsFailed)
        {
            await RefuseAsync(exchange, asked).ConfigureAwait(false);
            return;
        }

        var held = await Inspection(exchange).HeldAsync(
            exchange.Component!, [.. asked.Value.Items.Select(id => new ItemId(id))], asked.Value.Documents, exchange.Aborted).ConfigureAwait(false);
        if (held.IsFailed)
            await RefuseAsync(exchange, held).ConfigureAwait(false);
        else
            await exchange.AnswerAsync(new HeldAnswer([.. held.Value.Select(Answer)]), WireJson.Strict.HeldAnswer).ConfigureAwait(false);
    }

    public async Task PlanAsync(PeerExchange exchange)
    {
        if (exchange.Request.ContentType != Protocol.BatchType)
        {
            await RefuseAsync(exchange, BatchFrame.Malformed($"the request is not {Protocol.BatchType}")).ConfigureAwait(false);
            return;
        }

        var batch = await ReplicationEndpoints.ReadBatchAsync(exchange).ConfigureAwait(false);
        var planned = batch.IsFailed
            ? batch.ToResult<IReadOnlyList<PlannedItem>>()
            : await HeavyAsync(exchange, inspection => inspection.PlanAsync(exchange.Component!, batch.Value, exchange.Aborted)).ConfigureAwait(false);
        if (planned.IsFailed)
            await RefuseAsync(exchange, planned).ConfigureAwait(false);
        else
            await exchange.AnswerAsync(
                new PlanAnswer([.. planned.Value.Select(one => new PlannedAnswer(one.Id.Value, Name(one.Verb), one.Bytes, one.Code, Short(one.Message), one.Name, one.Replaces?.Value))]), WireJson.Strict.PlanAnswer).ConfigureAwait(false);
    }

    public async Task DamagedAsync(PeerExchange exchange)
    {
        var asked = await exchange.ReadJsonAsync(WireJson.Strict.DamageRequest).ConfigureAwait(false);
        if (asked.IsFailed)
        {
            await RefuseAsync(exchange, asked).ConfigureAwait(false);
            return;
        }

        var damaged = await HeavyAsync(exchange, inspection => inspection.DamagedAsync(exchange.Component!, new CoreId(asked.Value.Origin), exchange.Aborted)).ConfigureAwait(false);
        if (damaged.IsFailed)
            await RefuseAsync(exchange, damaged).ConfigureAwait(false);
        else
            await exchange.AnswerAsync(new DamageAnswer([.. damaged.Value.Select(one => new DamagedFileAnswer(one.Id.Value, Name(one.Damage)))]), WireJson.Strict.DamageAnswer).ConfigureAwait(false);
    }

    public void Dispose() => heavy.Dispose();

    private static HeldItemAnswer Answer(HeldItem held)
    {
        var item = held.Item;
        return new HeldItemAnswer(
            item.Id.Value, Name(item.Kind), item.Name, item.Group, item.Owner, item.Origin.Value, item.Revision.Value, item.MediaType, item.Hash.ToString(), item.Size, item.ModifiedTicks,
            item.IsExecutable, item.LinkTarget, item.AutoSync, item.IsDeleted, item.IsEdited, [.. item.References.Select(reference => reference.Value)],
            [.. item.Payloads.Select(payload => new HeldPayloadAnswer(payload.Path.Value, payload.Size, payload.Hash.ToString()))], item.StartAt, held.Document?.ToArray());
    }

    private async Task<Result<T>> HeavyAsync<T>(PeerExchange exchange, Func<IReplicaInspection, Task<Result<T>>> ask)
    {
        await heavy.WaitAsync(exchange.Aborted).ConfigureAwait(false);
        try
        {
            return await ask(Inspection(exchange)).ConfigureAwait(false);
        }
        finally
        {
            heavy.Release();
        }
    }

    private IReplicaInspection Inspection(PeerExchange exchange) => inspections.For(exchange.Caller.Account, exchange.Caller.Source);

    private static string Name(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string Short(string text) => text.Length <= Protocol.MaxOutcomeText ? text : text[..Protocol.MaxOutcomeText];

    private static Task RefuseAsync(PeerExchange exchange, ResultBase failed) => exchange.AnswerAsync(failed.FirstError());
}
