using CoreSync.Application.Cores;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Jobs;
using CoreSync.Servers;
using CoreSync.Settings;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Jobs;

internal sealed class SyncNowHandler(
    TargetFinder finder, ITargetStore targets, ISyncJobStore jobs, EngineLease lease, SyncEngine engine, JobRunner runner, IStoreMonitor monitor, ISettingStore settings,
    IRandomSource random, TimeProvider time) : IRequestHandler<SyncNow, Result<IReadOnlyList<SyncJob>>>
{
    public async Task<Result<IReadOnlyList<SyncJob>>> Handle(SyncNow request, CancellationToken cancellationToken)
    {
        var chosen = await ChooseAsync(request.Targets, cancellationToken).ConfigureAwait(false);
        if (chosen.IsFailed)
            return chosen.ToResult<IReadOnlyList<SyncJob>>();

        // The engine runs in one process: in the service when there is one, else here and now.
        var wasHeld = lease.IsHeld;
        var taken = await lease.AcquireAsync(cancellationToken).ConfigureAwait(false);
        var runsHere = taken.IsSuccess && !wasHeld;
        if (taken.IsFailed && !taken.HasError<StoreLockedError>())
            return taken.ToResult<IReadOnlyList<SyncJob>>();
        try
        {
            if (runsHere)
                await engine.RecoverAsync(cancellationToken).ConfigureAwait(false);
            var queued = new List<SyncJob>();
            foreach (var target in chosen.Value)
            {
                var job = SyncJob.Queue(random.NewGuid(), target.Id, target.Address.Fqdn, JobTrigger.Manual, time.GetUtcNow());
                queued.Add(await jobs.EnqueueAsync(job, cancellationToken).ConfigureAwait(false));
            }

            if (runsHere)
                return Result.Ok<IReadOnlyList<SyncJob>>(await RunAsync(queued, cancellationToken).ConfigureAwait(false));
            return request.Wait ? await WaitAsync(queued, cancellationToken).ConfigureAwait(false) : Result.Ok<IReadOnlyList<SyncJob>>(queued);
        }
        finally
        {
            if (runsHere)
                lease.Dispose();
        }
    }

    private async Task<Result<IReadOnlyList<CoreServer>>> ChooseAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var chosen = new List<CoreServer>();
        foreach (var name in names)
        {
            var target = await finder.FindAsync(name, cancellationToken).ConfigureAwait(false);
            if (target.IsFailed)
                return target.ToResult<IReadOnlyList<CoreServer>>();
            if (chosen.All(other => other.Id != target.Value.Id))
                chosen.Add(target.Value);
        }

        if (names.Count == 0)
            chosen.AddRange((await targets.ListAsync(cancellationToken).ConfigureAwait(false)).Where(target => target.IsEnabled));
        return chosen.Count == 0 ? Result.Fail(new NoTargetsError()) : Result.Ok<IReadOnlyList<CoreServer>>(chosen);
    }

    private async Task<IReadOnlyList<SyncJob>> RunAsync(IReadOnlyList<SyncJob> queued, CancellationToken cancellationToken)
    {
        var ended = new System.Collections.Concurrent.ConcurrentDictionary<Guid, SyncJob>();
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = await settings.ReadNumberAsync(Setting.SyncConcurrency, cancellationToken).ConfigureAwait(false),
        };
        await Parallel.ForEachAsync(queued, parallel, async (job, _) => ended[job.Id] = await runner.RunAsync(job, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        return [.. queued.Select(job => ended[job.Id])];
    }

    private async Task<Result<IReadOnlyList<SyncJob>>> WaitAsync(IReadOnlyList<SyncJob> queued, CancellationToken cancellationToken)
    {
        while (true)
        {
            var seen = monitor.Version;
            var now = new List<SyncJob>();
            foreach (var job in queued)
                now.Add(await jobs.FindAsync(job.Id, cancellationToken).ConfigureAwait(false) ?? job);
            if (now.All(job => job.HasEnded))
                return now;
            await monitor.WaitForChangeAsync(seen, cancellationToken).ConfigureAwait(false);
        }
    }
}

internal sealed class ListJobsHandler(ISyncJobStore jobs) : IRequestHandler<ListJobs, Result<IReadOnlyList<SyncJob>>>
{
    public async Task<Result<IReadOnlyList<SyncJob>>> Handle(ListJobs request, CancellationToken cancellationToken)
    {
        if (request.Target is null)
            return Result.Ok(await jobs.ListAsync(null, request.Limit, cancellationToken).ConfigureAwait(false));
        var fqdn = Fqdn.Parse(request.Target);
        return fqdn.IsFailed ? fqdn.ToResult<IReadOnlyList<SyncJob>>() : Result.Ok(await jobs.ListAsync(fqdn.Value, request.Limit, cancellationToken).ConfigureAwait(false));
    }
}

internal sealed class ShowJobHandler(ISyncJobStore jobs) : IRequestHandler<ShowJob, Result<JobView>>
{
    public async Task<Result<JobView>> Handle(ShowJob request, CancellationToken cancellationToken) =>
        Guid.TryParse(request.Id, out var id) && await jobs.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } job
            ? new JobView(job, await jobs.OutcomesAsync(id, cancellationToken).ConfigureAwait(false))
            : Result.Fail(new JobNotFoundError(request.Id));
}

internal sealed class CancelJobHandler(ISyncJobStore jobs) : IRequestHandler<CancelJob, Result<SyncJob>>
{
    public async Task<Result<SyncJob>> Handle(CancelJob request, CancellationToken cancellationToken) =>
        Guid.TryParse(request.Id, out var id)
            ? await jobs.RequestCancelAsync(id, cancellationToken).ConfigureAwait(false)
            : Result.Fail(new JobNotFoundError(request.Id));
}
