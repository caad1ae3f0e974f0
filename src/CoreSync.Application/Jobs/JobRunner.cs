using System.Diagnostics;
using CoreSync.Application.Replication;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Application.Telemetry;
using CoreSync.Application.Trust;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Settings;
using FluentResults;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Jobs;

/// <summary>Runs one sync job from start to end: trust, connect, scan, replicate each component, and compute the outcome from the items (J5).</summary>
internal sealed class JobRunner(
    ISyncJobStore jobs, ITargetStore targets, ITrustStore trust, TrustedCertificates certificates, SyncRoutes routes, IPaceStore paces, ISettingStore settings, CopyRun copies,
    JobTurns turns, JobAftermath aftermath, TargetPasts pasts, TransferLimits limits, IRandomSource random, TimeProvider time, ILogger<JobRunner> logger)
{
    /// <summary>Waits for a place among the running jobs, then runs the job. Stopping the service leaves it resumable; a person's cancel ends it.</summary>
    /// <returns>The job as it ended; as it was found when it was cancelled while it waited, or when the service stops before it began.</returns>
    public async Task<SyncJob> RunAsync(SyncJob queued, CancellationToken stopping)
    {
        var places = await settings.ReadNumberAsync(Setting.SyncConcurrency, stopping).ConfigureAwait(false);
        var length = TimeSpan.FromSeconds(await settings.ReadNumberAsync(Setting.SyncTurn, stopping).ConfigureAwait(false));
        using var turn = await turns.EnterAsync(places, length, stopping).ConfigureAwait(false);
        var job = await jobs.FindAsync(queued.Id, stopping).ConfigureAwait(false) ?? queued;
        if (job.State != SyncJobState.Queued)
            return job;

        using var lines = logger.BeginScope(new JobScope(job.Id));
        using var span = CoreSyncTelemetry.Source.StartActivity("coresync.job");
        span?.SetTag("coresync.target", job.Fqdn.Ascii).SetTag("coresync.job.id", job.Id).SetTag("coresync.job.trigger", job.Trigger.ToString());
        var policy = await settings.ReadRetryPolicyAsync(stopping).ConfigureAwait(false);
        job.Start(time.GetUtcNow(), (await paces.FindAsync(job.Target, stopping).ConfigureAwait(false)).Retries.Failed, policy.MaxAttempts);
        await jobs.SaveAsync(job, stopping).ConfigureAwait(false);
        // Whether a source has anything is known when it was asked: a look that found nothing is no news, and leaves no job behind.
        var direction = (await targets.FindAsync(job.Target, stopping).ConfigureAwait(false))?.Direction ?? SyncDirection.Push;
        var isLook = job.IsAutomatic && direction == SyncDirection.Pull;
        if (!isLook)
            JobLog.JobStarted(logger, job.Id, JobLog.Way(direction), job.Fqdn.Ascii, job.Trigger.ToString());

        try
        {
            await RunStartedAsync(job, turn, stopping).ConfigureAwait(false);
        }
        finally
        {
            // A bug must not leave a job that looks alive for ever and blocks its target.
            if (!job.HasEnded)
            {
                job.Complete(new UnexpectedError("the job ended without an outcome"), cancelled: false, time.GetUtcNow());
                await jobs.SaveAsync(job, CancellationToken.None).ConfigureAwait(false);
            }
        }

        if (!isLook || !await aftermath.ForgetAsync(job, CancellationToken.None).ConfigureAwait(false))
            Log(job, JobLog.Way(direction));
        SyncMeters.Ended(job);
        span?.SetTag("coresync.job.state", job.State.ToString());
        if (job.ErrorCode is { } code)
            span?.SetStatus(ActivityStatusCode.Error, code);
        return job;
    }

    private async Task RunStartedAsync(SyncJob job, JobTurn turn, CancellationToken stopping)
    {
        var reporter = new JobReporter(jobs, job, time);
        await using var _ = reporter.ConfigureAwait(false);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var watch = reporter.WatchAsync(cancel, token => RuleAsync(job, token));
        var end = default(JobEnd);
        try
        {
            end = await SynchroniseAsync(job, turn, reporter, cancel.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            end = stopping.IsCancellationRequested ? new JobEnd(new JobInterruptedError()) : default;
        }
        catch (CoreSyncException failure)
        {
            end = new JobEnd(failure.Error);
        }

        // A watch that failed, with the store for instance, ends with it; the job has its own error then.
        await cancel.CancelAsync().ConfigureAwait(false);
        await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await reporter.FlushAsync().ConfigureAwait(false);
        var isStopped = !stopping.IsCancellationRequested && (reporter.IsCancelRequested || reporter.Stopped is not null);
        if (!isStopped && !stopping.IsCancellationRequested)
            await aftermath.CountAsync(job, end.Failure, CancellationToken.None).ConfigureAwait(false);
        if (isStopped && reporter.Stopped is { } reason)
            job.Interrupt(reason, time.GetUtcNow());
        else
            job.Complete(end.Failure ?? end.Trouble, isStopped, time.GetUtcNow());
        await jobs.SaveAsync(job, CancellationToken.None).ConfigureAwait(false);
        await aftermath.SettleAsync(job, CancellationToken.None).ConfigureAwait(false);
    }

    // What holds at the start holds while it runs: a target that is switched off stops its job, and the rules of its schedule stop a job that nobody asked for.
    private async Task<CoreSyncError?> RuleAsync(SyncJob job, CancellationToken cancellationToken)
    {
        if (await targets.FindAsync(job.Target, cancellationToken).ConfigureAwait(false) is not { } target)
            return null;
        await limits.RefreshAsync(target, cancellationToken).ConfigureAwait(false);
        return !target.IsEnabled ? new TargetDisabledError(job.Fqdn.Ascii) : job.IsAutomatic ? AutomaticRule.Refusal(target, time) : null;
    }

    private async Task<JobEnd> SynchroniseAsync(SyncJob job, JobTurn turn, JobReporter reporter, CancellationToken cancellationToken)
    {
        var target = await targets.FindAsync(job.Target, cancellationToken).ConfigureAwait(false);
        if (target is null)
            return new JobEnd(new TargetNotFoundError(job.Fqdn.Ascii));
        if (!target.IsEnabled)
            return new JobEnd(new TargetDisabledError(job.Fqdn.Ascii));
        if (await RefusalAsync(target, cancellationToken).ConfigureAwait(false) is { } refusal)
            return new JobEnd(refusal);

        await limits.RefreshAsync(target, cancellationToken).ConfigureAwait(false);
        var connected = await ConnectAsync(target, turn, cancellationToken).ConfigureAwait(false);
        if (connected.IsFailed)
            return new JobEnd(connected.FirstError());
        var route = connected.Value;
        await using var _ = route.ConfigureAwait(false);
        var sending = await route.ComponentsAsync(cancellationToken).ConfigureAwait(false);
        // A person who asks wants what is there now; the engine has scanned already when it decided that something is due.
        var since = job.IsAutomatic ? DateTimeOffset.MinValue : job.QueuedAt;
        var trouble = job.Trigger == JobTrigger.Copy ? null : await route.ScanAsync(sending, reporter, since, cancellationToken).ConfigureAwait(false);

        var opened = await TargetPasts.OpenAsync(target, route, sending, cancellationToken).ConfigureAwait(false);
        if (opened.IsFailed)
            return new JobEnd(opened.FirstError());
        var end = await ReplicateAsync(job, target, route, opened.Value, sending, reporter, cancellationToken).ConfigureAwait(false);
        return end with { Trouble = end.Trouble ?? trouble };
    }

    private async Task<Result<ISyncRoute>> ConnectAsync(CoreServer target, JobTurn turn, CancellationToken cancellationToken)
    {
        using var span = CoreSyncTelemetry.Source.StartActivity("coresync.connect", ActivityKind.Client);
        var connected = await routes.ConnectAsync(target, turn, cancellationToken).ConfigureAwait(false);
        if (connected.IsFailed)
            span?.SetStatus(ActivityStatusCode.Error, connected.FirstError().Code);
        return connected;
    }

    private async Task<JobEnd> ReplicateAsync(
        SyncJob job, CoreServer target, ISyncRoute route, SinkState sink, IReadOnlyList<Component> sending, JobReporter reporter, CancellationToken cancellationToken)
    {
        CoreSyncError? trouble = null;
        var failures = await OpenFailuresAsync(target, route, cancellationToken).ConfigureAwait(false);
        var book = new FailureBook(failures, await settings.ReadRetryPolicyAsync(cancellationToken).ConfigureAwait(false), random, time);
        if (job.Trigger == JobTrigger.Copy)
            return new JobEnd(await copies.RunAsync(job, target, route.Sink, sink, sending, book, reporter, cancellationToken).ConfigureAwait(false));
        var due = new List<(Component Component, Sequence Agreed, Checkpoint Theirs, List<ItemFailure> Again)>();
        foreach (var component in sending)
        {
            var ours = await route.Memory.FindAsync(target.Id, component.Name, cancellationToken).ConfigureAwait(false);
            if (!sink.Components.TryGetValue(component.Name, out var theirs))
            {
                // Only worth a word when something would have gone there.
                var (changes, _) = await route.BacklogAsync(component.Name, Sequence.Zero, cancellationToken).ConfigureAwait(false);
                if (changes > 0)
                    trouble ??= ComponentRefusal.Of(component.Name, job.Fqdn, sink.Refused);
                continue;
            }

            var head = await route.Feed.HeadAsync(cancellationToken).ConfigureAwait(false);
            if (head.IsFailed)
                return new JobEnd(head.FirstError());
            var agreed = Checkpoint.Agree(ours, theirs, head.Value.Source.StoreId);
            if (await route.BrakeAsync(component, agreed, cancellationToken).ConfigureAwait(false) is { } braked)
            {
                trouble ??= braked;
                continue;
            }

            var backlog = await route.BacklogAsync(component.Name, agreed, cancellationToken).ConfigureAwait(false);
            var again = failures.Where(failure => failure.Component == component.Name && IsDue(job, failure)).ToList();
            again.AddRange((await route.DamagedAsync(sink, component.Name, cancellationToken).ConfigureAwait(false)).ExceptBy(again.Select(failure => failure.Item), copy => copy.Item));
            reporter.Due((int)Math.Min(int.MaxValue, backlog.Changes + again.Count), backlog.Bytes);
            due.Add((component, agreed, theirs, again));
        }

        var there = new TargetKnowledge(sink.Core, sending.Select(component => component.Name).ToHashSet(), failures.Select(failure => failure.Item));
        foreach (var (component, agreed, _, _) in due)
            there.Reached(component.Name, agreed);
        foreach (var (component, _, theirs, again) in due)
        {
            using var span = CoreSyncTelemetry.Source.StartActivity("coresync.component");
            span?.SetTag("coresync.component", component.Name.Value);
            var run = new ReplicationRun(target.Id, target.Address.Fqdn, sink.Core, component.Name, book);
            var done = await route.Replicator.RunAsync(run, route.Feed, route.Sink, theirs, there, reporter, again, cancellationToken).ConfigureAwait(false);
            if (done.IsSuccess)
                done = await pasts.ReconcileAsync(run, route, sending.Select(one => one.Name).ToHashSet(), reporter, cancellationToken).ConfigureAwait(false);
            await reporter.FlushAsync().ConfigureAwait(false);
            if (done.IsFailed)
                return new JobEnd(done.FirstError());
        }

        return new JobEnd(null, trouble);
    }

    // A person's wish goes before back-off and quarantine of items. What waited for another item may have it since: whether it has is known here, without asking the target.
    private bool IsDue(SyncJob job, ItemFailure failure) =>
        job.Trigger == JobTrigger.Manual || failure.Code == ItemReferenceMissingError.StableCode || failure.Retries.IsDue(time.GetUtcNow());

    // Items that the source does not hold any more can never be offered again: their refusals are history.
    private static async Task<IReadOnlyList<ItemFailure>> OpenFailuresAsync(CoreServer target, ISyncRoute route, CancellationToken cancellationToken)
    {
        var failures = await route.Memory.FailuresAsync(target.Id, cancellationToken).ConfigureAwait(false);
        if (failures.Count == 0)
            return failures;
        var read = await route.Feed.ReadItemsAsync([.. failures.Select(failure => failure.Item)], cancellationToken).ConfigureAwait(false);
        if (read.IsFailed)
            return failures;
        var held = read.Value.Select(change => change.Item.Id).ToHashSet();
        var gone = failures.Where(failure => !held.Contains(failure.Item)).Select(failure => failure.Item).ToList();
        await route.Memory.SaveFailuresAsync(target.Id, [], gone, cancellationToken).ConfigureAwait(false);
        return [.. failures.Where(failure => held.Contains(failure.Item))];
    }

    // What a person decided, or must decide, is known without contact; a core nobody reviewed yet is contacted, so that its certificate can be shown.
    private async Task<CoreSyncError?> RefusalAsync(CoreServer target, CancellationToken cancellationToken)
    {
        var record = await trust.FindAsync(target.Id, cancellationToken).ConfigureAwait(false);
        if (record is null)
            return new TargetNotFoundError(target.Address.Fqdn.Ascii);
        return record.MayBeContacted
            ? null
            : TrustErrorMap.Recorded(record, certificates.Holds(record), certificates.StoreName);
    }

    private void Log(SyncJob job, string way)
    {
        var fqdn = job.Fqdn.Ascii;
        switch (job.State)
        {
            case SyncJobState.Succeeded:
                var duration = (long)(job.EndedAt!.Value - job.StartedAt!.Value).TotalMilliseconds;
                JobLog.JobSucceeded(logger, job.Id, way, fqdn, job.Progress.Applied, job.Progress.Skipped, job.Progress.BytesSent, duration);
                break;
            case SyncJobState.PartlyFailed:
                JobLog.JobPartlyFailed(logger, job.Id, way, fqdn, job.Progress.Applied, job.Progress.Rejected);
                break;
            case SyncJobState.Failed:
                JobLog.JobFailed(logger, job.Id, way, fqdn, job.ErrorCode ?? "", job.ErrorMessage ?? "");
                break;
            case SyncJobState.Blocked:
                JobLog.JobBlocked(logger, job.Id, way, fqdn, job.ErrorCode ?? "", job.ErrorMessage ?? "");
                break;
            case SyncJobState.Cancelled when job.ErrorCode is { } reason:
                JobLog.JobStopped(logger, job.Id, way, fqdn, reason);
                break;
            case SyncJobState.Cancelled:
                JobLog.JobCancelled(logger, job.Id, way, fqdn);
                break;
        }
    }

    /// <summary>How a run ended.</summary>
    /// <param name="Failure">What kept it from synchronising with the target; null when it came to its end.</param>
    /// <param name="Trouble">What concerns a component as a whole, beside which the others went across; null when none.</param>
    private readonly record struct JobEnd(CoreSyncError? Failure, CoreSyncError? Trouble = null);
}

/// <summary>Whether jobs that nobody asked for may go to a target now (J8).</summary>
internal static class AutomaticRule
{
    /// <summary>Why not; null when they may.</summary>
    public static CoreSyncError? Refusal(CoreServer target, TimeProvider time)
    {
        var now = time.GetUtcNow();
        if (target.Rules.IsPaused(now))
            return new TargetPausedError(target.Address.Fqdn.Ascii, Moments.Text(target.Rules.PausedUntil));
        return target.Rules.Schedule.IsOpen(now, time.LocalTimeZone) ? null : new WindowClosedError(target.Address.Fqdn.Ascii);
    }
}

/// <summary>Moments in the texts of errors.</summary>
internal static class Moments
{
    /// <summary>UTC, the same in every language.</summary>
    public static string Text(DateTimeOffset? moment) => moment is null || moment == DateTimeOffset.MaxValue
        ? "–"
        : moment.Value.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
