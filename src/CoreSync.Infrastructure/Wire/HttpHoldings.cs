using CoreSync.Application.Rollup;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>What a source core tells about what it holds, over HTTPS. What does not fit the question is no answer of a core.</summary>
internal sealed class HttpHoldings(PeerClient peer, CoreAnswer core, string fqdn) : ISourceHoldings
{
    public CoreId Core => new(core.Id);

    public async Task<Result<IReadOnlyList<OriginDigest>>> TotalsAsync(ComponentName component, CancellationToken cancellationToken)
    {
        var answer = await peer.GetAsync(Path(component, "totals"), WireJson.Tolerant.FeedTotalsAnswer, cancellationToken).ConfigureAwait(false);
        if (answer.IsFailed)
            return answer.ToResult();
        var totals = new List<OriginDigest>();
        foreach (var one in answer.Value.Digests)
        {
            if (one.Component != component.Value || one.Items < 0 || !Digest.TryParseSum(one.Sum, out var sum))
                return Wrong("a digest that was not asked for");
            totals.Add(new OriginDigest(component, new CoreId(one.Origin), new Digest(one.Items, sum)));
        }

        return totals;
    }

    public async Task<Result<IReadOnlyList<RangeDigest>>> RangesAsync(ComponentName component, CoreId origin, IdPrefix within, int digits, CancellationToken cancellationToken)
    {
        var answer = await peer.PostAsync(
            Path(component, "digests"), new RangesRequest(origin.Value, within.Digits, digits), WireJson.Strict.RangesRequest, WireJson.Tolerant.RangesAnswer, cancellationToken).ConfigureAwait(false);
        return answer.IsFailed ? answer.ToResult() : InspectionAnswers.Ranges(answer.Value, within, digits) is { } ranges ? Result.Ok(ranges) : Wrong("a range that was not asked for");
    }

    public async Task<Result<IReadOnlyList<DigestEntry>>> EntriesAsync(
        ComponentName component, CoreId origin, IdPrefix within, ItemId? after, CancellationToken cancellationToken)
    {
        var answer = await peer.PostAsync(
            Path(component, "entries"), new EntriesRequest(origin.Value, within.Digits, after?.Value), WireJson.Strict.EntriesRequest, WireJson.Tolerant.EntriesAnswer,
            cancellationToken).ConfigureAwait(false);
        return answer.IsFailed ? answer.ToResult() : InspectionAnswers.Entries(answer.Value, within) is { } entries ? Result.Ok(entries) : Wrong("an entry that was not asked for");
    }

    public async Task<Result<IReadOnlyDictionary<ItemId, Item>>> FindAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken)
    {
        var read = await new HttpChangeFeed(peer, core, fqdn).ItemsAsync(items, content: false, cancellationToken).ConfigureAwait(false);
        return read.IsFailed ? read.ToResult() : Result.Ok<IReadOnlyDictionary<ItemId, Item>>(read.Value.ToDictionary(change => change.Item.Id, change => change.Item));
    }

    public async Task<Result> RaiseAsync(IReadOnlyList<RevisionRaise> raises, CancellationToken cancellationToken)
    {
        foreach (var part in raises.Chunk(InspectionLimits.Items))
        {
            var asked = new FeedRaiseRequest([.. part.Select(raise => new RaisedItem(raise.Item.Value, raise.Above.Value, raise.ContentChanged))]);
            var done = await peer.PostAsync("feed/raise", asked, WireJson.Strict.FeedRaiseRequest, WireJson.Tolerant.EmptyAnswer, cancellationToken).ConfigureAwait(false);
            if (done.IsFailed)
                return done.ToResult();
        }

        return Result.Ok();
    }

    private static string Path(ComponentName component, string what) => $"feed/components/{component}/{what}";

    private Result Wrong(string what) => Result.Fail(new TargetNotACoreError(fqdn, "it answers with " + what));
}
