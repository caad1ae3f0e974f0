using CoreSync.Application.Replication;
using CoreSync.Application.Rollup;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>A source core over HTTPS: each call is one request of docs/protocol.md, collecting.</summary>
internal sealed class HttpSource(PeerClient peer, CoreAnswer core, string fqdn) : ISourceConnection
{
    private readonly HttpChangeFeed feed = new(peer, core, fqdn);

    public CoreId Core => new(core.Id);

    public IChangeFeed Feed => feed;

    public ISourceHoldings Holdings { get; } = new HttpHoldings(peer, core, fqdn);

    public async Task<Result<SourceState>> OpenAsync(IReadOnlyDictionary<ComponentName, Checkpoint> here, CancellationToken cancellationToken)
    {
        var asked = new FeedOpenRequest([.. here.Select(one => new CheckpointAnswer(one.Key.Value, one.Value.StoreId, one.Value.Sequence.Value, one.Value.Mark))]);
        var answer = await peer.PostAsync("feed/open", asked, WireJson.Strict.FeedOpenRequest, WireJson.Tolerant.FeedOpenAnswer, cancellationToken).ConfigureAwait(false);
        if (answer.IsFailed)
            return answer.ToResult();
        if (HttpChangeFeed.Head(answer.Value.Head) is not { } head)
            return Wrong("negative positions");

        // Names that this version does not know as names belong to components that it does not collect.
        var components = new Dictionary<ComponentName, SourceComponent>();
        foreach (var one in answer.Value.Components)
        {
            if (ComponentName.Parse(one.Component) is not { IsSuccess: true, Value: var name })
                continue;
            if (one.Sequence < 0 || one.Horizon < 0 || one.Changes < 0 || one.Bytes < 0)
                return Wrong("negative positions");
            var braked = one.Braked is { } deletes ? new MassDeleteError(name.Value, deletes.Deletes, deletes.Total, Math.Clamp(deletes.Percent, 0, 100)) : null;
            components[name] = new SourceComponent(
                new Checkpoint(one.StoreId, new Sequence(one.Sequence)) { Mark = one.Mark }, new Sequence(one.Horizon), one.Changes, one.Bytes, braked);
        }

        return new SourceState(head, components, answer.Value.Refused.Select(ComponentName.Parse).Where(name => name.IsSuccess).Select(name => name.Value).ToHashSet());

        Result Wrong(string what) => Result.Fail(new TargetNotACoreError(fqdn, "it tells of " + what));
    }

    public async Task<Result> AcknowledgeAsync(ComponentName component, Checkpoint position, CancellationToken cancellationToken) =>
        (await peer.PostAsync(
            $"feed/components/{component}/position", new FeedPositionRequest(position.StoreId, position.Sequence.Value, position.Mark), WireJson.Strict.FeedPositionRequest,
            WireJson.Tolerant.EmptyAnswer, cancellationToken).ConfigureAwait(false)).ToResult();

    public async Task<Result> RiseAboveAsync(long highest, CancellationToken cancellationToken) =>
        (await peer.PostAsync("feed/rise", new FeedRiseRequest(highest), WireJson.Strict.FeedRiseRequest, WireJson.Tolerant.EmptyAnswer, cancellationToken).ConfigureAwait(false)).ToResult();

    public ValueTask DisposeAsync() => peer.DisposeAsync();
}
