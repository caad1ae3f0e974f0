using CoreSync.Application.Jobs;
using CoreSync.Application.Replication;
using CoreSync.Application.Rollup;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Verification;
using FluentResults;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Verification;

/// <summary>
/// Makes a target what its source says when checkpoints cannot be believed (P6), or when a person asks for it (J11). Runs after the feed is drained: what is left then
/// is what the feed does not tell.
/// <code>
///   1  compare      what differs, item by item
///   2  decide       offer again, raise above the target's revision, or release; each by DriftRules
///   3  raise        new revisions in the source's catalogue: they go to every target
///   4  offer        in batches that move no checkpoint
///   5  settle       the checkpoint passes what was compared, the doubt is over
/// </code>
/// </summary>
internal sealed class Reconciler(IDoubtStore doubts, ILogger<Reconciler> logger)
{
    private const int MaxOffered = 200;
    private const long MaxOfferedBytes = ItemLimits.MaxBatchContentBytes / 4;

    /// <summary>Compares and sends one component.</summary>
    public async Task<Result> RunAsync(
        ReplicationRun run, Doubt doubt, ISyncRoute route, TargetKnowledge knowledge, IReplicationObserver observer, CancellationToken cancellationToken)
    {
        // Step 1: compare. What changes from here on lies behind this position in the feed.
        var head = await route.Feed.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head.IsFailed)
            return head.ToResult();
        var state = await route.Inspection.StateAsync(cancellationToken).ConfigureAwait(false);
        if (state.IsFailed)
            return state.ToResult();
        var drifts = await DriftsAsync(run, doubt, route, state.Value, cancellationToken).ConfigureAwait(false);
        if (drifts.IsFailed)
            return drifts.ToResult();

        // Step 2: decide.
        var cures = drifts.Value.ToLookup(drift => DriftRules.CureOf(drift, route.Holdings.Core));

        // Step 3: raise.
        var raised = await RaiseAsync(route, [.. cures[DriftCure.Raise]], cancellationToken).ConfigureAwait(false);
        if (raised.IsFailed)
            return raised;

        // Step 4: offer.
        var ours = await route.Memory.FindAsync(run.TargetEntry, run.Component, cancellationToken).ConfigureAwait(false);
        var at = Checkpoint.Agree(ours, state.Value.Components.GetValueOrDefault(run.Component, Checkpoint.None), head.Value.Source.StoreId);
        var sending = new Sending(run, route, at, knowledge, observer);
        var offered = await OfferAsync(sending, [.. cures[DriftCure.Offer], .. cures[DriftCure.Raise]], cancellationToken).ConfigureAwait(false);
        if (offered.IsFailed)
            return offered;
        var detached = await DetachedAsync(run, route.Inspection, cancellationToken).ConfigureAwait(false);
        if (detached.IsFailed)
            return detached.ToResult();
        var released = await ReleaseAsync(sending, [.. cures[DriftCure.Release].Select(drift => drift.There!), .. detached.Value], cancellationToken).ConfigureAwait(false);
        if (released.IsFailed)
            return released;

        // Step 5: settle. A comparison of a few items says nothing about the rest.
        if (doubt.Items.Count == 0)
        {
            var advanced = await route.Replicator.AdvanceAsync(run, route.Feed, route.Sink, at, head.Value.Sequence, knowledge, observer, cancellationToken).ConfigureAwait(false);
            if (advanced.IsFailed)
                return advanced;
        }

        await doubts.SettleAsync(run.TargetEntry, run.Component, cancellationToken).ConfigureAwait(false);
        VerificationLog.Reconciled(
            logger, run.Component.Value, run.Fqdn.Ascii, doubt.Reason.ToString(), cures[DriftCure.Offer].Count(), cures[DriftCure.Raise].Count(), cures[DriftCure.Release].Count(),
            cures[DriftCure.Leave].Count());
        return Result.Ok();
    }

    private async Task<Result<IReadOnlyList<Drift>>> DriftsAsync(
        ReplicationRun run, Doubt doubt, ISyncRoute route, ReplicaState state, CancellationToken cancellationToken)
    {
        var found = await DriftFinder.FindAsync(run.Component, run.Target, route.Holdings, route.Inspection, state.Digests, cancellationToken).ConfigureAwait(false);
        if (found.IsFailed)
            return found;
        var damaged = await route.Inspection.DamagedAsync(run.Component, route.Holdings.Core, cancellationToken).ConfigureAwait(false);
        if (damaged.IsFailed)
            return damaged.ToResult();
        var detached = await doubts.DetachedAsync(run.TargetEntry, cancellationToken).ConfigureAwait(false);
        // What the target refused is offered again in its own time (J7).
        var refused = (await route.Memory.FailuresAsync(run.TargetEntry, cancellationToken).ConfigureAwait(false)).Select(failure => failure.Item).ToHashSet();
        // A local edit is overwritten at the next change or when a person asks (A4); what went back or vanished is put right by itself.
        var wrong = damaged.Value.Where(damage => doubt.Reason == DoubtReason.Override || damage.Damage != FileDamage.Changed).ToDictionary(damage => damage.Id, damage => damage.Damage);
        var known = await route.Holdings.FindAsync(wrong.Keys, cancellationToken).ConfigureAwait(false);
        if (known.IsFailed)
            return known.ToResult();
        var drifts = found.Value.Where(drift => !wrong.ContainsKey(drift.Id))
            .Concat(known.Value.Values.Where(item => item is { AutoSync: true, IsDeleted: false })
                .Select(item => new Drift(DriftKind.DamagedThere, run.Component, item.Id, item, null, wrong[item.Id])))
            .Where(drift => !detached.Contains(drift.Id) && !refused.Contains(drift.Id) && (doubt.Items.Count == 0 || doubt.Items.Contains(drift.Id)));
        return Result.Ok<IReadOnlyList<Drift>>([.. drifts]);
    }

    private static Task<Result> RaiseAsync(ISyncRoute route, IReadOnlyList<Drift> drifts, CancellationToken cancellationToken) => drifts.Count == 0
        ? Task.FromResult(Result.Ok())
        : route.Holdings.RaiseAsync(
            [.. drifts.Select(drift => new RevisionRaise(drift.Id, drift.There?.Revision ?? drift.Here!.Revision, drift.Kind != DriftKind.DamagedThere))], cancellationToken);

    private static async Task<Result> OfferAsync(Sending sending, IReadOnlyList<Drift> drifts, CancellationToken cancellationToken)
    {
        foreach (var ids in Portions(drifts))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var sent = await sending.Route.Replicator.OfferAsync(sending.Run, sending.Route.Feed, sending.Route.Sink, sending.At, sending.There, sending.Observer, ids, cancellationToken).ConfigureAwait(false);
            if (sent.IsFailed)
                return sent;
        }

        return Result.Ok();
    }

    // What a person detached from this target and it still keeps in sync.
    private async Task<Result<IReadOnlyList<Item>>> DetachedAsync(ReplicationRun run, IReplicaInspection there, CancellationToken cancellationToken)
    {
        var detached = await doubts.DetachedAsync(run.TargetEntry, cancellationToken).ConfigureAwait(false);
        var kept = new List<Item>();
        foreach (var ids in detached.Chunk(InspectionLimits.Items))
        {
            var held = await there.HeldAsync(run.Component, ids, documents: false, cancellationToken).ConfigureAwait(false);
            if (held.IsFailed)
                return held.ToResult();
            kept.AddRange(held.Value.Select(item => item.Item).Where(item => item is { AutoSync: true, IsDeleted: false }));
        }

        return kept;
    }

    // What this core does not know at all any more: the copies stay and become editable (never deleted).
    private static async Task<Result> ReleaseAsync(Sending sending, IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        foreach (var chunk in items.Chunk(MaxOffered))
        {
            var changes = chunk.Select((item, i) => ReleaseOf(item, new Sequence(i + 1))).ToList();
            var sent = await sending.Route.Replicator.SendOnceAsync(sending.Run, sending.Route.Feed, sending.Route.Sink, sending.At, sending.There, sending.Observer, changes, cancellationToken).ConfigureAwait(false);
            if (sent.IsFailed)
                return sent;
        }

        return Result.Ok();
    }

    private static ItemChange ReleaseOf(Item there, Sequence sequence) =>
        new(sequence, ChangeKind.Release, there with { AutoSync = false, Revision = there.Revision.Next(), Payloads = [], References = [], IsEdited = false }, sequence);

    private static IEnumerable<IReadOnlyList<ItemId>> Portions(IReadOnlyList<Drift> drifts)
    {
        var portion = new List<ItemId>();
        var bytes = 0L;
        // Tombstones first: what is gone makes room for names and paths of what comes.
        foreach (var drift in drifts.OrderByDescending(drift => drift.Here!.IsDeleted))
        {
            var size = drift.Here!.Size <= ItemLimits.MaxInlineBytes ? drift.Here.Size : 0;
            if (portion.Count == MaxOffered || (portion.Count > 0 && bytes + size > MaxOfferedBytes))
            {
                yield return portion;
                portion = [];
                bytes = 0;
            }

            portion.Add(drift.Id);
            bytes += size;
        }

        if (portion.Count > 0)
            yield return portion;
    }

    /// <summary>What goes where.</summary>
    private sealed record Sending(ReplicationRun Run, ISyncRoute Route, Sequence At, TargetKnowledge There, IReplicationObserver Observer);
}
