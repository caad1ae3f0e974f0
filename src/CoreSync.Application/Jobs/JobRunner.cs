using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using CoreSync.Servers;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Jobs;

/// <summary>Runs one sync job from start to end: scan, trust, connect, replicate each component, and compute the outcome from the items (J5).</summary>
internal sealed class JobRunner(
    ISyncJobStore jobs, ITargetStore targets, ITrustStore trust, TrustedCertificates certificates, ITargetConnector connector, IComponentStore components,
    ICatalogue catalogue, ICheckpointStore checkpoints, FileScans scans, IChangeFeed feed, Replicator replicator, DamagedCopies damaged, TimeProvider time, ILogger<JobRunner> logger)
{
    /// <summary>Runs the job. Stopping the service leaves it resumable; a person's cancel ends it.</summary>
    public async Task<SyncJob> RunAsync(SyncJob job, CancellationToken stopping)
    {
        job.Start(time.GetUtcNow());
        await jobs.SaveAsync(job, stopping).ConfigureAwait(false);
        JobLog.JobStarted(logger, job.Id, job.Fqdn.Ascii, job.Trigger.ToString());

        try
        {
            await RunStartedAsync(job, stopping).ConfigureAwait(false);
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

        Log(job);
        return job;
    }

    private async Task RunStartedAsync(SyncJob job, CancellationToken stopping)
    {
        var reporter = new JobReporter(jobs, job, time);
        await using var _ = reporter.ConfigureAwait(false);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var watch = reporter.WatchAsync(cancel);
        CoreSyncError? error;
        try
        {
            error = await SynchroniseAsync(job, reporter, cancel.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            error = stopping.IsCancellationRequested ? new JobInterruptedError() : null;
        }
        catch (CoreSyncException failure)
        {
            error = failure.Error;
        }

        var cancelled = reporter.IsCancelRequested && !stopping.IsCancellationRequested;
        await cancel.CancelAsync().ConfigureAwait(false);
        await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await reporter.FlushAsync().ConfigureAwait(false);
        job.Complete(error, cancelled, time.GetUtcNow());
        await jobs.SaveAsync(job, CancellationToken.None).ConfigureAwait(false);
        if (job.State == SyncJobState.Succeeded)
            await RecordSuccessAsync(job).ConfigureAwait(false);
    }

    private async Task<CoreSyncError?> SynchroniseAsync(SyncJob job, JobReporter reporter, CancellationToken cancellationToken)
    {
        var target = await targets.FindAsync(job.Target, cancellationToken).ConfigureAwait(false);
        if (target is null)
            return new TargetNotFoundError(job.Fqdn.Ascii);
        if (!target.IsEnabled)
            return new TargetDisabledError(job.Fqdn.Ascii);
        if (await RefusalAsync(target, cancellationToken).ConfigureAwait(false) is { } refusal)
            return refusal;

        var connected = await connector.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
        if (connected.IsFailed)
            return connected.FirstError();
        await using var connection = connected.Value.ConfigureAwait(false);
        var sending = (await components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(component => component.Sends()).ToList();
        // A person who asks wants what is there now; the engine has scanned already when it decided that something is due.
        var since = job.Trigger == JobTrigger.Manual ? job.QueuedAt : DateTimeOffset.MinValue;
        var trouble = await scans.ScanAsync(sending, reporter, since, cancellationToken).ConfigureAwait(false);

        var head = await feed.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head.IsFailed)
            return head.FirstError();
        var opened = await connected.Value.OpenAsync(head.Value.Source, cancellationToken).ConfigureAwait(false);
        if (opened.IsFailed)
            return opened.FirstError();
        return await ReplicateAsync(job, target, connected.Value, opened.Value, sending, reporter, cancellationToken).ConfigureAwait(false) ?? trouble;
    }

    private async Task<CoreSyncError?> ReplicateAsync(
        SyncJob job, CoreServer target, ITargetConnection connection, SinkState sink, List<Component> sending, JobReporter reporter, CancellationToken cancellationToken)
    {
        CoreSyncError? trouble = null;
        var failures = await checkpoints.FailuresAsync(target.Id, cancellationToken).ConfigureAwait(false);
        var due = new List<(Component Component, Sequence Agreed, Checkpoint Theirs, List<ItemFailure> Again)>();
        // Files first: a document may refer to a file, and a file to nothing.
        foreach (var component in sending.OrderBy(component => component.Kind == ComponentKind.Documents))
        {
            var ours = await checkpoints.FindAsync(target.Id, component.Name, cancellationToken).ConfigureAwait(false);
            if (!sink.Components.TryGetValue(component.Name, out var theirs))
            {
                // Only worth a word when something would have gone there.
                var (changes, _) = await catalogue.BacklogAsync(component.Name, Sequence.Zero, sink.Core, cancellationToken).ConfigureAwait(false);
                if (changes > 0)
                    trouble ??= sink.Refused.Contains(component.Name)
                        ? new RightsMissingError("of the sync service", nameof(CoreSync.Accounts.Rights.Edit), $"{component.Name} of {job.Fqdn}")
                        : new ComponentNotReceivedError(component.Name.Value, job.Fqdn.Ascii);
                continue;
            }

            var head = await feed.HeadAsync(cancellationToken).ConfigureAwait(false);
            var agreed = Checkpoint.Agree(ours, theirs, head.Value.Source.StoreId);
            var backlog = await catalogue.BacklogAsync(component.Name, agreed, sink.Core, cancellationToken).ConfigureAwait(false);
            var again = failures.Where(failure => failure.Component == component.Name).ToList();
            again.AddRange((await damaged.OfferAsync(sink, component.Name, cancellationToken).ConfigureAwait(false)).ExceptBy(again.Select(failure => failure.Item), copy => copy.Item));
            reporter.Due((int)Math.Min(int.MaxValue, backlog.Changes + again.Count), backlog.Bytes);
            due.Add((component, agreed, theirs, again));
        }

        var there = new TargetKnowledge(sink.Core, sending.Select(component => component.Name).ToHashSet(), failures.Select(failure => failure.Item));
        foreach (var (component, agreed, _, _) in due)
            there.Reached(component.Name, agreed);
        foreach (var (component, _, theirs, again) in due)
        {
            var run = new ReplicationRun(target.Id, target.Address.Fqdn, sink.Core, component.Name);
            var done = await replicator.RunAsync(run, feed, connection, theirs, there, reporter, again, cancellationToken).ConfigureAwait(false);
            await reporter.FlushAsync().ConfigureAwait(false);
            if (done.IsFailed)
                return done.FirstError();
        }

        return trouble;
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

    private async Task RecordSuccessAsync(SyncJob job)
    {
        if (await targets.FindAsync(job.Target, CancellationToken.None).ConfigureAwait(false) is not { } target)
            return;
        target.RecordSuccess(time.GetUtcNow());
        await targets.RecordContactAsync(target, CancellationToken.None).ConfigureAwait(false);
    }

    private void Log(SyncJob job)
    {
        var fqdn = job.Fqdn.Ascii;
        switch (job.State)
        {
            case SyncJobState.Succeeded:
                var duration = (long)(job.EndedAt!.Value - job.StartedAt!.Value).TotalMilliseconds;
                JobLog.JobSucceeded(logger, job.Id, fqdn, job.Progress.Applied, job.Progress.Skipped, job.Progress.BytesSent, duration);
                break;
            case SyncJobState.PartlyFailed:
                JobLog.JobPartlyFailed(logger, job.Id, fqdn, job.Progress.Applied, job.Progress.Rejected);
                break;
            case SyncJobState.Failed:
                JobLog.JobFailed(logger, job.Id, fqdn, job.ErrorCode ?? "", job.ErrorMessage ?? "");
                break;
            case SyncJobState.Blocked:
                JobLog.JobBlocked(logger, job.Id, fqdn, job.ErrorCode ?? "", job.ErrorMessage ?? "");
                break;
            case SyncJobState.Cancelled:
                JobLog.JobCancelled(logger, job.Id, fqdn);
                break;
        }
    }
}
