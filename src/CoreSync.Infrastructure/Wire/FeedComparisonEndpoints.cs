using CoreSync.Application;
using CoreSync.Application.Rollup;
using CoreSync.Application.Verification;
using CoreSync.Items;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>How a rollup core compares what it holds with this core (docs/protocol.md, collecting).</summary>
internal sealed class FeedComparisonEndpoints(ILocalSources sources) : IDisposable
{
    // Questions that walk through items: few at a time, whoever asks.
    private readonly SemaphoreSlim heavy = new(2);

    public async Task TotalsAsync(PeerExchange exchange)
    {
        var totals = await HeavyAsync(exchange, holdings => holdings.TotalsAsync(exchange.Component!, exchange.Aborted)).ConfigureAwait(false);
        if (totals.IsFailed)
            await exchange.AnswerAsync(totals.FirstError()).ConfigureAwait(false);
        else
            await exchange.AnswerAsync(
                new FeedTotalsAnswer([.. totals.Value.Select(one => new DigestAnswer(one.Component.Value, one.Origin.Value, one.Digest.Items, one.Digest.SumText))]),
                WireJson.Strict.FeedTotalsAnswer).ConfigureAwait(false);
    }

    public async Task RangesAsync(PeerExchange exchange)
    {
        var asked = await exchange.ReadJsonAsync(WireJson.Strict.RangesRequest).ConfigureAwait(false);
        if (asked.IsFailed || !IdPrefix.TryParse(asked.Value.Within, out var within) || asked.Value.Digits <= within.Digits.Length || asked.Value.Digits > within.Digits.Length + 3)
        {
            await exchange.AnswerAsync((asked.IsFailed ? asked.ToResult() : BatchFrame.Malformed("a range is divided by one to three hexadecimal digits")).FirstError()).ConfigureAwait(false);
            return;
        }

        var ranges = await HeavyAsync(exchange, holdings => holdings.RangesAsync(
            exchange.Component!, new CoreId(asked.Value.Origin), within, asked.Value.Digits, exchange.Aborted)).ConfigureAwait(false);
        if (ranges.IsFailed)
            await exchange.AnswerAsync(ranges.FirstError()).ConfigureAwait(false);
        else
            await exchange.AnswerAsync(
                new RangesAnswer([.. ranges.Value.Select(range => new RangeAnswer(range.Prefix.Digits, range.Digest.Items, range.Digest.SumText))]), WireJson.Strict.RangesAnswer).ConfigureAwait(false);
    }

    public async Task EntriesAsync(PeerExchange exchange)
    {
        var asked = await exchange.ReadJsonAsync(WireJson.Strict.EntriesRequest).ConfigureAwait(false);
        if (asked.IsFailed || !IdPrefix.TryParse(asked.Value.Within, out var within))
        {
            await exchange.AnswerAsync((asked.IsFailed ? asked.ToResult() : BatchFrame.Malformed("the range is not made of hexadecimal digits")).FirstError()).ConfigureAwait(false);
            return;
        }

        var after = asked.Value.After is { } last ? new ItemId(last) : (ItemId?)null;
        var entries = await HeavyAsync(exchange, holdings => holdings.EntriesAsync(
            exchange.Component!, new CoreId(asked.Value.Origin), within, after, exchange.Aborted)).ConfigureAwait(false);
        if (entries.IsFailed)
            await exchange.AnswerAsync(entries.FirstError()).ConfigureAwait(false);
        else
            await exchange.AnswerAsync(
                new EntriesAnswer([.. entries.Value.Select(entry => new EntryAnswer(entry.Id.Value, entry.Revision.Value, new Digest(1, entry.Sum).SumText))]),
                WireJson.Strict.EntriesAnswer).ConfigureAwait(false);
    }

    public async Task RaiseAsync(PeerExchange exchange)
    {
        var asked = await exchange.ReadJsonAsync(WireJson.Strict.FeedRaiseRequest).ConfigureAwait(false);
        if (asked.IsFailed || asked.Value.Items.Count > InspectionLimits.Items || asked.Value.Items.Any(one => one.Above < 0))
        {
            await exchange.AnswerAsync((asked.IsFailed ? asked.ToResult() : BatchFrame.Malformed($"more than {InspectionLimits.Items} items, or a negative revision")).FirstError()).ConfigureAwait(false);
            return;
        }

        var raises = asked.Value.Items.Select(one => new RevisionRaise(new ItemId(one.Item), new Revision(one.Above), one.Content));
        await FeedEndpoints.DoneAsync(exchange, await Holdings(exchange).RaiseAsync([.. raises], exchange.Aborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    public void Dispose() => heavy.Dispose();

    private async Task<Result<T>> HeavyAsync<T>(PeerExchange exchange, Func<ISourceHoldings, Task<Result<T>>> ask)
    {
        await heavy.WaitAsync(exchange.Aborted).ConfigureAwait(false);
        try
        {
            return await ask(Holdings(exchange)).ConfigureAwait(false);
        }
        finally
        {
            heavy.Release();
        }
    }

    private ISourceHoldings Holdings(PeerExchange exchange) => sources.For(exchange.Caller.Account, exchange.Caller.Source, exchange.Reader).Holdings;
}
