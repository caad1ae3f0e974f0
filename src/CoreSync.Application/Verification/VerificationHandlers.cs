using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Replication;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Verification;

/// <summary>Chooses what of a target is looked at.</summary>
internal sealed class ComponentChoice(TargetFinder finder, IComponentStore components)
{
    /// <returns>The target and the components that this core sends there. Fails as <see cref="TargetFinder.FindAsync(string, SyncDirection, CancellationToken)"/>, or with <see cref="ComponentNotFoundError"/>.</returns>
    public async Task<Result<(CoreServer Target, IReadOnlyList<Component> Components)>> ChooseAsync(string fqdn, string? component, CancellationToken cancellationToken)
    {
        var target = await finder.FindAsync(fqdn, SyncDirection.Push, cancellationToken).ConfigureAwait(false);
        if (target.IsFailed)
            return target.ToResult();
        if (component is null)
            return (target.Value, [.. (await components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(one => one.SendsTo(target.Value))]);
        var chosen = await components.FindAsync(component, cancellationToken).ConfigureAwait(false);
        return chosen.IsFailed ? chosen.ToResult() : (target.Value, [chosen.Value]);
    }
}

internal sealed class PlanTargetHandler(ComponentChoice choice, TargetPlanner planner) : IRequestHandler<PlanTarget, Result<TargetPlan>>
{
    public async Task<Result<TargetPlan>> Handle(PlanTarget request, CancellationToken cancellationToken)
    {
        var chosen = await choice.ChooseAsync(request.Fqdn, request.Component, cancellationToken).ConfigureAwait(false);
        return chosen.IsFailed ? chosen.ToResult() : await planner.OfFeedAsync(chosen.Value.Target, chosen.Value.Components, cancellationToken).ConfigureAwait(false);
    }
}

internal sealed class VerifyTargetHandler(
    ComponentChoice choice, ITargetConnector connector, Rollup.LocalHoldings holdings, DriftDetails details, ICheckpointStore checkpoints, ICatalogue catalogue, IDigestStore digests,
    IDoubtStore doubts, ILocalCore local) : IRequestHandler<VerifyTarget, Result<TargetDrift>>
{
    public async Task<Result<TargetDrift>> Handle(VerifyTarget request, CancellationToken cancellationToken)
    {
        var chosen = await choice.ChooseAsync(request.Fqdn, request.Component, cancellationToken).ConfigureAwait(false);
        if (chosen.IsFailed)
            return chosen.ToResult();
        var (target, components) = chosen.Value;
        var connected = await connector.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
        if (connected.IsFailed)
            return connected.ToResult();
        await using var connection = connected.Value.ConfigureAwait(false);
        var there = connected.Value.Inspection;
        var state = await there.StateAsync(cancellationToken).ConfigureAwait(false);
        if (state.IsFailed)
            return state.ToResult();

        var compared = 0L;
        var drifts = new List<Drift>();
        foreach (var component in components.Where(component => state.Value.Components.ContainsKey(component.Name)))
        {
            var totals = await digests.TotalsAsync(component.Name, cancellationToken).ConfigureAwait(false);
            compared += totals.Where(total => total.Origin != state.Value.Core).Sum(total => total.Digest.Items);
            var found = await DriftFinder.FindAsync(component.Name, state.Value.Core, holdings, there, state.Value.Digests, cancellationToken).ConfigureAwait(false);
            if (found.IsFailed)
                return found.ToResult();
            drifts.AddRange(found.Value);
            var damaged = await DamagedAsync(component, there, cancellationToken).ConfigureAwait(false);
            if (damaged.IsFailed)
                return damaged.ToResult();
            drifts.AddRange(damaged.Value.Where(damage => drifts.All(drift => drift.Id != damage.Id)));
        }

        var detached = await doubts.DetachedAsync(target.Id, cancellationToken).ConfigureAwait(false);
        var waiting = await WaitingAsync(target, state.Value, drifts, cancellationToken).ConfigureAwait(false);
        var real = drifts.Where(drift => !detached.Contains(drift.Id) && !waiting.Contains(drift.Id)).OrderBy(drift => drift.Component.Value, StringComparer.Ordinal)
            .ThenBy(drift => drift.Name, StringComparer.Ordinal).ToList();
        var detailed = await details.OfAsync(there, real, cancellationToken).ConfigureAwait(false);
        return detailed.IsFailed ? detailed.ToResult() : new TargetDrift(target.Address.Fqdn.Ascii, compared, detailed.Value, waiting.Count, detached.Count);
    }

    private async Task<Result<IReadOnlyList<Drift>>> DamagedAsync(Component component, IReplicaInspection there, CancellationToken cancellationToken)
    {
        var damaged = await there.DamagedAsync(component.Name, local.Current.Id, cancellationToken).ConfigureAwait(false);
        if (damaged.IsFailed)
            return damaged.ToResult();
        var known = await catalogue.FindAsync([.. damaged.Value.Select(one => one.Id)], cancellationToken).ConfigureAwait(false);
        return Result.Ok<IReadOnlyList<Drift>>(
            [.. damaged.Value.Select(one => new Drift(DriftKind.DamagedThere, component.Name, one.Id, known.GetValueOrDefault(one.Id), null, one.Damage))]);
    }

    // What is on its way is not drift: the next job brings it.
    private async Task<HashSet<ItemId>> WaitingAsync(CoreServer target, ReplicaState state, IReadOnlyList<Drift> drifts, CancellationToken cancellationToken)
    {
        var agreed = new Dictionary<ComponentName, Sequence>();
        foreach (var (component, theirs) in state.Components)
        {
            var ours = await checkpoints.FindAsync(target.Id, component, cancellationToken).ConfigureAwait(false);
            agreed[component] = Checkpoint.Agree(ours, theirs, local.Current.StoreId);
        }

        var changes = await catalogue.ChangesOfAsync([.. drifts.Select(drift => drift.Id)], cancellationToken).ConfigureAwait(false);
        return [.. changes.Where(change => change.Sequence > agreed.GetValueOrDefault(change.Item.Component)).Select(change => change.Item.Id)];
    }
}

/// <summary>Adds to each difference what differs, field by field and in the documents.</summary>
internal sealed class DriftDetails(ICatalogue catalogue)
{
    private const int Portion = 20;

    public async Task<Result<IReadOnlyList<Drift>>> OfAsync(IReplicaInspection there, IReadOnlyList<Drift> drifts, CancellationToken cancellationToken)
    {
        var detailed = new List<Drift>(drifts.Count);
        foreach (var chunk in drifts.GroupBy(drift => drift.Component).SelectMany(group => group.Chunk(Portion)))
        {
            var both = chunk.Where(drift => drift is { Here: not null, There: not null }).Select(drift => drift.Id).ToList();
            var held = both.Count == 0 ? Result.Ok<IReadOnlyList<HeldItem>>([]) : await there.HeldAsync(chunk[0].Component, both, documents: true, cancellationToken).ConfigureAwait(false);
            if (held.IsFailed)
                return held.ToResult();
            var theirs = held.Value.ToDictionary(item => item.Item.Id);
            foreach (var drift in chunk)
            {
                if (drift.Here is null || !theirs.TryGetValue(drift.Id, out var other))
                {
                    detailed.Add(drift);
                    continue;
                }

                var document = drift.Here.Kind == ItemKind.Document ? await catalogue.ReadDocumentAsync(drift.Id, cancellationToken).ConfigureAwait(false) : null;
                detailed.Add(drift with { There = other.Item, Differences = ItemComparison.Of(drift.Here, other.Item, document, other.Document) });
            }
        }

        return detailed;
    }
}

internal sealed class OverrideTargetHandler(ComponentChoice choice, ICatalogue catalogue, IDoubtStore doubts) : IRequestHandler<OverrideTarget, Result>
{
    public async Task<Result> Handle(OverrideTarget request, CancellationToken cancellationToken)
    {
        var chosen = await choice.ChooseAsync(request.Fqdn, request.Component, cancellationToken).ConfigureAwait(false);
        if (chosen.IsFailed)
            return chosen.ToResult();
        var items = new List<Item>();
        foreach (var text in request.Items)
        {
            var found = await catalogue.FindItemAsync(text, cancellationToken).ConfigureAwait(false);
            if (found.IsFailed)
                return found.ToResult();
            items.Add(found.Value);
        }

        var components = items.Count > 0 ? items.Select(item => item.Component).Distinct() : chosen.Value.Components.Select(component => component.Name);
        foreach (var component in components)
        {
            var only = items.Where(item => item.Component == component).Select(item => item.Id);
            await doubts.RaiseAsync(chosen.Value.Target.Id, [component], new Doubt(DoubtReason.Override, [.. only]), cancellationToken).ConfigureAwait(false);
        }

        return Result.Ok();
    }
}

internal sealed class DetachItemsHandler(TargetFinder finder, ICatalogue catalogue, IDoubtStore doubts, ILocalCore local) : IRequestHandler<DetachItems, Result<IReadOnlyList<Item>>>
{
    public async Task<Result<IReadOnlyList<Item>>> Handle(DetachItems request, CancellationToken cancellationToken)
    {
        var target = await finder.FindAsync(request.Fqdn, SyncDirection.Push, cancellationToken).ConfigureAwait(false);
        if (target.IsFailed)
            return target.ToResult();
        var items = new List<Item>();
        foreach (var text in request.Items)
        {
            var found = await catalogue.FindItemAsync(text, cancellationToken).ConfigureAwait(false);
            if (found.IsFailed)
                return found.ToResult();
            // Only the core that made an item decides about its copies.
            if (found.Value.Origin != local.Current.Id)
                return Result.Fail(new ItemReadOnlyError(found.Value.Name, found.Value.Origin.ToString()));
            items.Add(found.Value);
        }

        await doubts.SetDetachedAsync(target.Value.Id, [.. items.Select(item => item.Id)], request.Detach, cancellationToken).ConfigureAwait(false);
        // The next job releases the copies there, or brings them up to date again.
        foreach (var group in items.GroupBy(item => item.Component))
            await doubts.RaiseAsync(target.Value.Id, [group.Key], new Doubt(DoubtReason.Override, [.. group.Select(item => item.Id)]), cancellationToken).ConfigureAwait(false);
        return items;
    }
}

internal sealed class ListDetachedItemsHandler(TargetFinder finder, ICatalogue catalogue, IDoubtStore doubts) : IRequestHandler<ListDetachedItems, Result<IReadOnlyList<Item>>>
{
    public async Task<Result<IReadOnlyList<Item>>> Handle(ListDetachedItems request, CancellationToken cancellationToken)
    {
        var target = await finder.FindAsync(request.Fqdn, SyncDirection.Push, cancellationToken).ConfigureAwait(false);
        if (target.IsFailed)
            return target.ToResult();
        var detached = await doubts.DetachedAsync(target.Value.Id, cancellationToken).ConfigureAwait(false);
        var items = await catalogue.FindAsync([.. detached], cancellationToken).ConfigureAwait(false);
        return Result.Ok<IReadOnlyList<Item>>([.. items.Values.OrderBy(item => item.Component.Value, StringComparer.Ordinal).ThenBy(item => item.Name, StringComparer.Ordinal)]);
    }
}
