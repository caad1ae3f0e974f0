using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Jobs;
using FluentResults;

namespace CoreSync.Application.Jobs;

/// <summary>Brings jobs to where they run: the engine of the service when there is one, else this process, here and now.</summary>
internal sealed class JobDispatch(EngineLease lease, SyncEngine engine, JobRunner runner, ISyncJobStore jobs, IStoreMonitor monitor)
{
    /// <summary>Queues jobs and has them run.</summary>
    /// <param name="queued">The jobs; one to a target that has a queued job already joins it.</param>
    /// <param name="wait">Wait for a service to end them; without one it is always so.</param>
    /// <param name="cancellationToken">Ends the wait, or the jobs where they run here.</param>
    public async Task<Result<IReadOnlyList<SyncJob>>> RunAsync(IReadOnlyList<SyncJob> queued, bool wait, CancellationToken cancellationToken)
    {
        var wasHeld = lease.IsHeld;
        var taken = await lease.AcquireAsync(cancellationToken).ConfigureAwait(false);
        var runsHere = taken.IsSuccess && !wasHeld;
        if (taken.IsFailed && !taken.HasError<StoreLockedError>())
            return taken.ToResult<IReadOnlyList<SyncJob>>();
        try
        {
            if (runsHere)
                await engine.RecoverAsync(cancellationToken).ConfigureAwait(false);
            var entered = new List<SyncJob>();
            foreach (var job in queued)
                entered.Add(await jobs.EnqueueAsync(job, cancellationToken).ConfigureAwait(false));

            if (runsHere)
                return await Task.WhenAll(entered.Select(job => Task.Run(() => runner.RunAsync(job, cancellationToken), CancellationToken.None))).ConfigureAwait(false);
            return wait ? await WaitAsync(entered, cancellationToken).ConfigureAwait(false) : Result.Ok<IReadOnlyList<SyncJob>>(entered);
        }
        finally
        {
            if (runsHere)
                lease.Dispose();
        }
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
