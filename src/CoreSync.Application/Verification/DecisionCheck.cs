using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Replication;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Trust;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Application.Verification;

/// <summary>
/// Asks targets how what waits there for a person stands (A3, A10). A question is a plan (J10): it sends no content, writes nothing and makes no job. What was decided
/// becomes due, and the job that follows learns the decision.
/// </summary>
internal sealed class DecisionCheck(
    ITargetStore targets, ITrustStore trust, TrustedCertificates certificates, ISyncJobStore jobs, ITargetConnector connector, ICheckpointStore checkpoints, IChangeFeed feed,
    ICatalogue catalogue, ILocalCore local, TimeProvider time)
{
    private const int MaxAsked = 200;

    /// <summary>Asks each target once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var active = (await jobs.ActiveAsync(cancellationToken).ConfigureAwait(false)).Select(job => job.Target).ToHashSet();
        foreach (var target in (await targets.ListAsync(cancellationToken).ConfigureAwait(false)).Where(target => target.IsEnabled && !active.Contains(target.Id)))
        {
            var now = time.GetUtcNow();
            var waiting = (await checkpoints.FailuresAsync(target.Id, cancellationToken).ConfigureAwait(false))
                .Where(failure => failure.Kind == ItemOutcomeKind.Conflict && !failure.Retries.IsDue(now)).OrderBy(failure => failure.LastAt).ToList();
            if (waiting.Count > 0 && await MayAskAsync(target, cancellationToken).ConfigureAwait(false))
                await AskAsync(target, waiting, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> MayAskAsync(CoreServer target, CancellationToken cancellationToken)
    {
        if (AutomaticRule.Refusal(target, time) is not null)
            return false;
        var record = await trust.FindAsync(target.Id, cancellationToken).ConfigureAwait(false);
        return record is not null && (record.Mode == TrustMode.Chain ? record.MayBeContacted : record.State == TrustState.Trusted && certificates.Holds(record));
    }

    private async Task AskAsync(CoreServer target, IReadOnlyList<ItemFailure> waiting, CancellationToken cancellationToken)
    {
        // What keeps a target from being reached is told by the jobs to it.
        var connected = await connector.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
        if (connected.IsFailed)
            return;
        await using var connection = connected.Value.ConfigureAwait(false);
        foreach (var part in waiting.GroupBy(failure => failure.Component).SelectMany(group => group.Chunk(MaxAsked)))
        {
            var decided = await DecidedAsync(part[0].Component, part, connected.Value.Inspection, cancellationToken).ConfigureAwait(false);
            if (decided.IsFailed)
                return;
            await checkpoints.SaveFailuresAsync(target.Id, [.. decided.Value.Select(failure => failure.Release(time.GetUtcNow()))], [], cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Result<IReadOnlyList<ItemFailure>>> DecidedAsync(
        ComponentName component, IReadOnlyList<ItemFailure> asked, IReplicaInspection there, CancellationToken cancellationToken)
    {
        var reading = new ReadingFeed(feed, catalogue, local);
        var head = await reading.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head.IsFailed)
            return head.ToResult();
        var present = await reading.ReadPresentAsync([.. asked.Select(failure => failure.Item)], new HashSet<ItemId>(), asCopies: false, cancellationToken).ConfigureAwait(false);
        if (present.IsFailed)
            return present.ToResult();
        var changes = present.Value.Where(change => change.Item.Component == component).Select(change => change with { Content = null }).ToList();
        if (changes.Count == 0)
            return Result.Ok<IReadOnlyList<ItemFailure>>([]);
        var planned = await there.PlanAsync(component, new ChangeBatch(head.Value.Source, Sequence.Zero, Sequence.Zero, changes), cancellationToken).ConfigureAwait(false);
        if (planned.IsFailed)
            return planned.ToResult();
        // What is refused for lack of something else says nothing about the decision.
        var decided = planned.Value.Where(one => one.Verb is not (PlanVerb.Conflict or PlanVerb.Reject)).Select(one => one.Id).ToHashSet();
        return Result.Ok<IReadOnlyList<ItemFailure>>([.. asked.Where(failure => decided.Contains(failure.Item))]);
    }
}
