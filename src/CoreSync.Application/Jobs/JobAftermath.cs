using CoreSync.Application.Replication;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Jobs;
using CoreSync.Servers;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Jobs;

/// <summary>Draws the conclusions of an ended job for its target: back-off, quarantine, recovery (J7), and which earlier jobs are resolved by it (J5).</summary>
internal sealed class JobAftermath(
    IPaceStore paces, ISyncJobStore jobs, ICheckpointStore checkpoints, ITargetStore targets, ISettingStore settings, IRandomSource random, TimeProvider time, ILogger<JobAftermath> logger)
{
    /// <summary>How the attempts stand after this one; the job learns when the next is made.</summary>
    /// <param name="job">The job, not yet ended.</param>
    /// <param name="failure">What kept it from synchronising with the target at all; null when it did, whatever became of single items.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task CountAsync(SyncJob job, CoreSyncError? failure, CancellationToken cancellationToken)
    {
        var before = (await paces.FindAsync(job.Target, cancellationToken).ConfigureAwait(false)).Retries;
        var after = RetryState.None;
        if (failure is not null)
        {
            var policy = await settings.ReadRetryPolicyAsync(cancellationToken).ConfigureAwait(false);
            after = before.Fail(failure.PassesByItself, failure.Code, failure.Message, policy, time.GetUtcNow(), random.NextDouble());
            job.Expect(after.NextAt);
        }

        if (after == before)
            return;
        await paces.SaveRetriesAsync(job.Target, after, cancellationToken).ConfigureAwait(false);
        var fqdn = job.Fqdn.Ascii;
        if (after.IsQuarantined && !before.IsQuarantined)
            JobLog.QuarantineEntered(logger, fqdn, after.Failed, after.ErrorCode ?? "", after.ErrorMessage ?? "", after.NextAt!.Value);
        else if (before.IsQuarantined && !after.IsQuarantined)
            JobLog.QuarantineLeft(logger, fqdn, before.Failed);
        else if (after.Failed > 0)
            JobLog.RetryPlanned(logger, fqdn, after.Failed, job.Attempt.Of, after.NextAt!.Value, after.ErrorCode ?? "");
    }

    /// <summary>Forgets a job that looked at a source and found nothing, unless it tells that an earlier one is resolved; answers whether it did.</summary>
    public async Task<bool> ForgetAsync(SyncJob job, CancellationToken cancellationToken)
    {
        if (job.State != SyncJobState.Succeeded || job.ErrorCode is not null || job.Progress != JobProgress.Zero)
            return false;
        var earlier = (await jobs.ListAsync(new JobFilter(job.Fqdn, Limit: 2), cancellationToken).ConfigureAwait(false)).FirstOrDefault(other => other.Id != job.Id);
        if (earlier is { FinalState: SyncJobState.Failed or SyncJobState.PartlyFailed or SyncJobState.Blocked })
            return false;
        await jobs.RemoveAsync(job.Id, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>After a job that reached its target was saved: earlier failures may be resolved, and nothing left waiting is a success.</summary>
    public async Task SettleAsync(SyncJob job, CancellationToken cancellationToken)
    {
        if (job.State is SyncJobState.Succeeded or SyncJobState.PartlyFailed)
            await jobs.ResolveEarlierAsync(job, cancellationToken).ConfigureAwait(false);
        var target = await targets.FindAsync(job.Target, cancellationToken).ConfigureAwait(false);
        if (job.Progress.Rejected + job.Progress.Conflicts > 0)
        {
            var fresh = (await checkpoints.FailuresAsync(job.Target, cancellationToken).ConfigureAwait(false)).Count(failure => failure.QuarantinedSince >= job.StartedAt);
            if (fresh > 0)
                JobLog.ItemsQuarantined(logger, fresh, target?.Direction ?? SyncDirection.Push, job.Fqdn.Ascii);
        }

        if (job.State != SyncJobState.Succeeded || target is null)
            return;
        target.RecordSuccess(time.GetUtcNow());
        await targets.RecordContactAsync(target, cancellationToken).ConfigureAwait(false);
    }
}
