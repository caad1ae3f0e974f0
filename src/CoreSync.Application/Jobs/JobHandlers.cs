using CoreSync.Application.Cores;
using CoreSync.Application.Replication;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Servers;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Jobs;

internal sealed class SyncNowHandler(TargetFinder finder, ITargetStore targets, JobDispatch dispatch, IRandomSource random, TimeProvider time)
    : IRequestHandler<SyncNow, Result<IReadOnlyList<SyncJob>>>
{
    public async Task<Result<IReadOnlyList<SyncJob>>> Handle(SyncNow request, CancellationToken cancellationToken)
    {
        var chosen = await ChooseAsync(request.Targets, request.Direction, cancellationToken).ConfigureAwait(false);
        if (chosen.IsFailed)
            return chosen.ToResult<IReadOnlyList<SyncJob>>();
        var queued = chosen.Value.Select(target => SyncJob.Queue(random.NewGuid(), target.Id, target.Address.Fqdn, JobTrigger.Manual, time.GetUtcNow()));
        return await dispatch.RunAsync([.. queued], request.Wait, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Result<IReadOnlyList<CoreServer>>> ChooseAsync(IReadOnlyList<string> names, SyncDirection direction, CancellationToken cancellationToken)
    {
        if (names.Count > 0)
            return await finder.FindAllAsync(names, direction, cancellationToken).ConfigureAwait(false);
        if (direction == SyncDirection.Pull && finder.MayCollect() is { IsFailed: true } standard)
            return standard;
        var enabled = (await targets.ListAsync(cancellationToken).ConfigureAwait(false)).Where(target => target.IsEnabled && target.Direction == direction).ToList();
        if (enabled.Count > 0)
            return enabled;
        return direction == SyncDirection.Pull ? Result.Fail(new NoRollupSourcesError()) : Result.Fail(new NoTargetsError());
    }
}

internal sealed class ListJobsHandler(ISyncJobStore jobs) : IRequestHandler<ListJobs, Result<IReadOnlyList<SyncJob>>>
{
    public async Task<Result<IReadOnlyList<SyncJob>>> Handle(ListJobs request, CancellationToken cancellationToken)
    {
        var fqdn = request.Target is null ? Result.Ok<Fqdn?>(null) : Fqdn.Parse(request.Target).Map(parsed => (Fqdn?)parsed);
        if (fqdn.IsFailed)
            return fqdn.ToResult<IReadOnlyList<SyncJob>>();
        return Result.Ok(await jobs.ListAsync(new JobFilter(fqdn.Value, request.State, request.Trigger, request.Limit), cancellationToken).ConfigureAwait(false));
    }
}

internal sealed class ShowJobHandler(ISyncJobStore jobs, ICheckpointStore checkpoints) : IRequestHandler<ShowJob, Result<JobView>>
{
    public async Task<Result<JobView>> Handle(ShowJob request, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(request.Id, out var id) || await jobs.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } job)
            return Result.Fail(new JobNotFoundError(request.Id));
        var open = await checkpoints.FailuresAsync(job.Target, cancellationToken).ConfigureAwait(false);
        return new JobView(job, await jobs.OutcomesAsync(id, cancellationToken).ConfigureAwait(false), open.ToDictionary(failure => failure.Item));
    }
}

internal sealed class RetryJobHandler(
    ISyncJobStore jobs, ITargetStore targets, ICheckpointStore checkpoints, IPaceStore paces, JobDispatch dispatch, IRandomSource random, TimeProvider time)
    : IRequestHandler<RetryJob, Result<SyncJob>>
{
    public async Task<Result<SyncJob>> Handle(RetryJob request, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(request.Id, out var id) || await jobs.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } job)
            return Result.Fail(new JobNotFoundError(request.Id));
        if (!job.HasEnded)
            return Result.Fail(new JobActiveError(request.Id));
        if (await targets.FindAsync(job.Target, cancellationToken).ConfigureAwait(false) is not { } target)
            return Result.Fail(new TargetNotFoundError(job.Fqdn.Ascii));
        if (job.Trigger == JobTrigger.Copy)
            return await CopyAgainAsync(job, target, request, cancellationToken).ConfigureAwait(false);
        var again = await ChooseAsync(job, request.Item, cancellationToken).ConfigureAwait(false);
        if (again.IsFailed)
            return again.ToResult<SyncJob>();

        var now = time.GetUtcNow();
        await checkpoints.SaveFailuresAsync(target.Id, [.. again.Value.Select(failure => failure.Release(now))], [], cancellationToken).ConfigureAwait(false);
        await paces.ReleaseAsync(target.Id, now, cancellationToken).ConfigureAwait(false);
        var retry = SyncJob.Queue(random.NewGuid(), target.Id, target.Address.Fqdn, JobTrigger.Retry, now);
        retry.Repeats(job.Id);
        var ran = await dispatch.RunAsync([retry], request.Wait, cancellationToken).ConfigureAwait(false);
        return ran.Map(list => list[0]);
    }

    // What arrived is skipped by the target.
    private async Task<Result<SyncJob>> CopyAgainAsync(SyncJob job, CoreServer target, RetryJob request, CancellationToken cancellationToken)
    {
        var items = await jobs.ItemsAsync(job.Id, cancellationToken).ConfigureAwait(false);
        if (request.Item is { } text)
        {
            var one = ItemId.Parse(text);
            if (one.IsFailed || !items.Contains(one.Value))
                return Result.Fail(new ItemNotFoundError(text));
            items = [one.Value];
        }

        var retry = SyncJob.Copy(random.NewGuid(), target.Id, target.Address.Fqdn, items, time.GetUtcNow());
        retry.Repeats(job.Id);
        var ran = await dispatch.RunAsync([retry], request.Wait, cancellationToken).ConfigureAwait(false);
        return ran.Map(list => list[0]);
    }

    // The items of the job that are still refused. A job that failed as a whole is worth a retry without any.
    private async Task<Result<IReadOnlyList<ItemFailure>>> ChooseAsync(SyncJob job, string? item, CancellationToken cancellationToken)
    {
        var outcomes = (await jobs.OutcomesAsync(job.Id, cancellationToken).ConfigureAwait(false)).Select(entry => entry.Outcome.Item).ToHashSet();
        if (item is not null)
        {
            var parsed = ItemId.Parse(item);
            if (parsed.IsFailed)
                return parsed.ToResult();
            if (!outcomes.Contains(parsed.Value))
                return Result.Fail(new ItemNotFoundError(item));
            outcomes = [parsed.Value];
        }

        var open = (await checkpoints.FailuresAsync(job.Target, cancellationToken).ConfigureAwait(false)).Where(failure => outcomes.Contains(failure.Item)).ToList();
        var isDone = item is not null || job.State == SyncJobState.Succeeded || job.Attempt.ResolvedBy is not null;
        return open.Count == 0 && isDone ? Result.Fail(new NothingToRetryError(job.Id.ToString())) : Result.Ok<IReadOnlyList<ItemFailure>>(open);
    }
}

internal sealed class CancelJobHandler(ISyncJobStore jobs, IStoreMonitor monitor, TimeProvider time) : IRequestHandler<CancelJob, Result<SyncJob>>
{
    // J6: what runs acknowledges within two seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<Result<SyncJob>> Handle(CancelJob request, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(request.Id, out var id))
            return Result.Fail(new JobNotFoundError(request.Id));
        var asked = await jobs.RequestCancelAsync(id, cancellationToken).ConfigureAwait(false);
        if (asked.IsFailed)
            return asked;
        using var timer = new CancellationTokenSource(Patience, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        while (true)
        {
            var seen = monitor.Version;
            var job = await jobs.FindAsync(id, cancellationToken).ConfigureAwait(false) ?? asked.Value;
            if (job.HasEnded)
                return job;
            try
            {
                await monitor.WaitForChangeAsync(seen, patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return job;
            }
        }
    }
}
