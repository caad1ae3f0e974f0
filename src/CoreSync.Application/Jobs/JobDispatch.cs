using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Jobs;
using FluentResults;

namespace CoreSync.Application.Jobs;

/// <summary>Brings jobs to where they run: the engine of the service when there is one, else this process, here and now.</summary>
internal sealed class JobDispatch(EngineLease lease, SyncEngine engine, JobRunner runner, ISyncJobStore jobs, IStoreMonitor monitor, TimeProvider time)
{
    // A lease that is given back is no write to the store.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Queues jobs and has them run.</summary>
    /// <param name="queued">The jobs; one to a target that has a queued job already joins it.</param>
    /// <param name="wait">Wait for a service to end them; without one it is always so.</param>
    /// <param name="cancellationToken">Ends the wait, or the jobs where they run here.</param>
    public async Task<Result<IReadOnlyList<SyncJob>>> RunAsync(IReadOnlyList<SyncJob> queued, bool wait, CancellationToken cancellationToken)
    {
        List<SyncJob>? entered = null;
        while (true)
        {
            var seen = monitor.Version;
            var taken = await lease.TakeAsync(cancellationToken).ConfigureAwait(false);
            if (taken.IsFailed && !taken.HasError<StoreLockedError>())
                return taken.ToResult<IReadOnlyList<SyncJob>>();
            var runsHere = taken.ValueOrDefault;
            try
            {
                if (runsHere)
                    await engine.RecoverAsync(cancellationToken).ConfigureAwait(false);
                entered ??= await EnterAsync(queued, cancellationToken).ConfigureAwait(false);
                if (runsHere)
                    return await Task.WhenAll(entered.Select(job => Task.Run(() => runner.RunAsync(job, cancellationToken), CancellationToken.None))).ConfigureAwait(false);
            }
            finally
            {
                if (runsHere)
                    lease.Dispose();
            }

            if (!wait)
                return entered;
            var now = await LookAsync(entered, cancellationToken).ConfigureAwait(false);
            if (now.All(job => job.HasEnded))
                return Result.Ok(now);
            // Whoever has the lease may be no service, but a command that ends with its own jobs: then these are run here after all.
            await WaitAsync(seen, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<List<SyncJob>> EnterAsync(IReadOnlyList<SyncJob> queued, CancellationToken cancellationToken)
    {
        var entered = new List<SyncJob>();
        foreach (var job in queued)
            entered.Add(await jobs.EnqueueAsync(job, cancellationToken).ConfigureAwait(false));
        return entered;
    }

    private async Task<IReadOnlyList<SyncJob>> LookAsync(IReadOnlyList<SyncJob> entered, CancellationToken cancellationToken)
    {
        var now = new List<SyncJob>();
        foreach (var job in entered)
            now.Add(await jobs.FindAsync(job.Id, cancellationToken).ConfigureAwait(false) ?? job);
        return now;
    }

    private async Task WaitAsync(long seen, CancellationToken cancellationToken)
    {
        using var end = new CancellationTokenSource(LookAgain, time);
        using var turn = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, end.Token);
        await monitor.WaitForChangeAsync(seen, turn.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
