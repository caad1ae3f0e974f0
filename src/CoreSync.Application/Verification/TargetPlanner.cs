using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Replication;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Application.Verification;

/// <summary>Asks a target what it would do with what a job would send; nothing is written anywhere (J10).</summary>
internal sealed class TargetPlanner(
    ITargetConnector connector, ICheckpointStore checkpoints, ICatalogue catalogue, IDoubtStore doubts, IChangeFeed feed, ILocalCore local, ISettingStore settings, IRandomSource random,
    TimeProvider time)
{
    // No content is needed for a plan: everything counts as known.
    private static readonly Sequence AllKnown = new(long.MaxValue);

    /// <summary>What is due of some components.</summary>
    public Task<Result<TargetPlan>> OfFeedAsync(CoreServer target, IReadOnlyList<Component> components, CancellationToken cancellationToken) =>
        AskAsync(target, components, planning => FeedAsync(planning, components, cancellationToken), cancellationToken);

    /// <summary>Chosen items with what they need, as a copy would send them (J2).</summary>
    /// <param name="target">The target.</param>
    /// <param name="components">The components that this core sends there.</param>
    /// <param name="items">Live items.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<Result<TargetPlan>> OfCopiesAsync(CoreServer target, IReadOnlyList<Component> components, IReadOnlyList<Item> items, CancellationToken cancellationToken) =>
        AskAsync(target, components, planning => CopiesAsync(planning, components, items, cancellationToken), cancellationToken);

    private async Task<Result<TargetPlan>> AskAsync(
        CoreServer target, IReadOnlyList<Component> components, Func<Planning, Task<Result>> plan, CancellationToken cancellationToken)
    {
        var connected = await connector.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
        if (connected.IsFailed)
            return connected.ToResult();
        await using var connection = connected.Value.ConfigureAwait(false);
        var inspection = connected.Value.Inspection;
        var state = await inspection.StateAsync(cancellationToken).ConfigureAwait(false);
        if (state.IsFailed)
            return state.ToResult();
        var book = new FailureBook([], await settings.ReadRetryPolicyAsync(cancellationToken).ConfigureAwait(false), random, time);
        var there = new TargetKnowledge(state.Value.Core, components.Select(component => component.Name).ToHashSet(), []);
        var planning = new Planning(target, state.Value, there, book, new PlanAssembly((component, batch) => inspection.PlanAsync(component, batch, cancellationToken)));
        var done = await plan(planning).ConfigureAwait(false);
        return done.IsFailed ? done : new TargetPlan(target.Address.Fqdn.Ascii, planning.Assembly.Lines);
    }

    private async Task<Result> FeedAsync(Planning planning, IReadOnlyList<Component> components, CancellationToken cancellationToken)
    {
        var detached = await doubts.DetachedAsync(planning.Target.Id, cancellationToken).ConfigureAwait(false);
        var reading = new DetachingFeed(new ReadingFeed(feed, catalogue, local), detached);
        foreach (var component in components)
        {
            if (!planning.State.Components.TryGetValue(component.Name, out var theirs))
                continue;
            var ours = await checkpoints.FindAsync(planning.Target.Id, component.Name, cancellationToken).ConfigureAwait(false);
            var after = Checkpoint.Agree(ours, theirs, local.Current.StoreId);
            planning.There.Reached(component.Name, after);
            var composer = new BatchComposer(reading, planning.Run(component.Name), planning.There);
            while (true)
            {
                var prepared = await composer.NextAsync(after, AllKnown, cancellationToken).ConfigureAwait(false);
                if (prepared.IsFailed)
                    return prepared.ToResult();
                if (prepared.Value is not { } next)
                    break;
                var planned = await planning.AddAsync(component.Name, next).ConfigureAwait(false);
                if (planned.IsFailed)
                    return planned;
                after = next.Batch.Last;
            }
        }

        return Result.Ok();
    }

    private async Task<Result> CopiesAsync(Planning planning, IReadOnlyList<Component> components, IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        var reading = new ReadingFeed(feed, catalogue, local);
        var head = await reading.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head.IsFailed)
            return head.ToResult();
        foreach (var part in items.GroupBy(item => item.Component))
        {
            if (CopyRun.RefusalOf(part.Key, planning.Target.Address.Fqdn, components, planning.State.Components.Keys, planning.State.Refused) is { } refusal)
            {
                foreach (var item in part)
                    planning.Assembly.Refuse(item, refusal);
                continue;
            }

            var composer = new BatchComposer(reading, planning.Run(part.Key) with { AsCopies = true }, planning.There);
            foreach (var chunk in part.Select(item => item.Id).Chunk(ItemLimits.MaxBatchItems / 2))
            {
                var copies = await reading.ReadCopiesAsync(chunk, asCopies: true, cancellationToken).ConfigureAwait(false);
                if (copies.IsFailed)
                    return copies.ToResult();
                await foreach (var prepared in composer.OfferAsync(head.Value.Source, Sequence.Zero, AllKnown, copies.Value, cancellationToken).ConfigureAwait(false))
                {
                    var planned = prepared.IsFailed ? prepared.ToResult() : await planning.AddAsync(part.Key, prepared.Value).ConfigureAwait(false);
                    if (planned.IsFailed)
                        return planned;
                }
            }
        }

        return Result.Ok();
    }

    private sealed record Planning(CoreServer Target, ReplicaState State, TargetKnowledge There, FailureBook Book, PlanAssembly Assembly)
    {
        public ReplicationRun Run(ComponentName component) => new(Target.Id, Target.Address.Fqdn, State.Core, component, Book);

        public async Task<Result> AddAsync(ComponentName component, PreparedBatch prepared)
        {
            var planned = await Assembly.AddAsync(component, prepared.Batch).ConfigureAwait(false);
            foreach (var (change, error) in prepared.Withheld)
                Assembly.Refuse(change.Item, error);
            return planned;
        }
    }
}

/// <summary>The feed for who only reads it: nobody becomes a writer by that.</summary>
internal sealed class ReadingFeed(IChangeFeed inner, ICatalogue catalogue, ILocalCore local) : IChangeFeed
{
    public async Task<Result<FeedHead>> HeadAsync(CancellationToken cancellationToken) => new FeedHead(
        new SourceIdentity(local.Current.Id, local.Current.StoreId, 0), await catalogue.HeadAsync(cancellationToken).ConfigureAwait(false));

    public Task<Result<IReadOnlyList<ItemChange>>> ReadAsync(ComponentName component, Sequence after, CoreId? notFrom, int limit, CancellationToken cancellationToken) =>
        inner.ReadAsync(component, after, notFrom, limit, cancellationToken);

    public Task<Result<IReadOnlyList<ItemChange>>> ReadItemsAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) => inner.ReadItemsAsync(items, cancellationToken);

    public Task<Result<IReadOnlyList<FeedEntry>>> EntriesAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) => inner.EntriesAsync(items, cancellationToken);

    public Task<Result<IReadOnlyList<ItemChange>>> ReadCopiesAsync(IReadOnlyCollection<ItemId> items, bool asCopies, CancellationToken cancellationToken) =>
        inner.ReadCopiesAsync(items, asCopies, cancellationToken);

    public Task<Result<Stream>> OpenContentAsync(ItemChange change, long offset, CancellationToken cancellationToken) => inner.OpenContentAsync(change, offset, cancellationToken);

    public Task<Result<Stream>> OpenPayloadAsync(Payload payload, long offset, CancellationToken cancellationToken) => inner.OpenPayloadAsync(payload, offset, cancellationToken);

    public Task<Result<bool>> ReadChunksAsync(Payload payload, ChunkSizes sizes, Action<ContentChunk> found, CancellationToken cancellationToken) =>
        inner.ReadChunksAsync(payload, sizes, found, cancellationToken);

    public Task<Result> ReadPayloadAsync(Payload payload, long offset, Memory<byte> part, CancellationToken cancellationToken) =>
        inner.ReadPayloadAsync(payload, offset, part, cancellationToken);
}
