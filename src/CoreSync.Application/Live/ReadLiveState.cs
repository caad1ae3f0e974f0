using CoreSync.Application.Conflicts;
using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Conflicts;
using CoreSync.Jobs;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Live;

/// <summary>What a person who watches must see change: recent jobs with their progress, target cores with their trust, and what waits for a decision. Few reads, whatever the catalogue holds.</summary>
public sealed record ReadLiveState : IRequest<Result<LiveState>>;

/// <summary>The answer of <see cref="ReadLiveState"/>.</summary>
/// <param name="Jobs">Active jobs and the newest ended ones.</param>
/// <param name="Targets">All target cores, by id, each with its trust; whether the certificate store agrees is not asked.</param>
/// <param name="Conflicts">Conflicts that wait.</param>
/// <param name="Approvals">Changes that wait for an approval.</param>
public sealed record LiveState(IReadOnlyList<SyncJob> Jobs, IReadOnlyList<(CoreServer Target, TrustRecord Trust)> Targets, int Conflicts, int Approvals);

internal sealed class ReadLiveStateHandler(ISyncJobStore jobs, ITargetStore targets, ITrustStore trust, IConflictStore conflicts) : IRequestHandler<ReadLiveState, Result<LiveState>>
{
    private const int RecentJobs = 50;

    public async Task<Result<LiveState>> Handle(ReadLiveState request, CancellationToken cancellationToken)
    {
        var recent = await jobs.ListAsync(new JobFilter(Limit: RecentJobs), cancellationToken).ConfigureAwait(false);
        var active = await jobs.ActiveAsync(cancellationToken).ConfigureAwait(false);
        var records = (await trust.ListAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(record => record.Target);
        var list = await targets.ListAsync(cancellationToken).ConfigureAwait(false);
        var waiting = await conflicts.ListAsync(decided: false, cancellationToken).ConfigureAwait(false);
        var approvals = waiting.Count(conflict => conflict.Reason == ConflictReason.Approval);
        return new LiveState(
            [.. active.Concat(recent).DistinctBy(job => job.Id)],
            [.. list.Select(target => (target, records.GetValueOrDefault(target.Id) ?? TrustRecord.New(target.Id, target.Address.Fqdn)))], waiting.Count - approvals, approvals);
    }
}
