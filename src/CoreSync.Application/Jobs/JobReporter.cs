using CoreSync.Application.Replication;
using CoreSync.Application.Telemetry;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;

namespace CoreSync.Application.Jobs;

/// <summary>Counts what a running job does, saves it twice a second, and notices a request to cancel (J6: within two seconds).</summary>
internal sealed class JobReporter(ISyncJobStore jobs, SyncJob job, TimeProvider time) : IReplicationObserver, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private readonly List<(ItemOutcome Outcome, string Name, ComponentName Component)> pending = [];
    private readonly SemaphoreSlim saving = new(1, 1);
    private JobProgress progress = JobProgress.Zero;
    private long? sentStamp;

    /// <summary>Somebody asked the job to end.</summary>
    public bool IsCancelRequested { get; private set; }

    /// <summary>Why a rule of its target ended it; null when none did.</summary>
    public CoreSyncError? Stopped { get; private set; }

    /// <summary>Announces work that is due.</summary>
    public void Due(int items, long bytes)
    {
        lock (gate)
            progress = progress with { ItemsTotal = progress.ItemsTotal + items, BytesTotal = progress.BytesTotal + bytes };
    }

    public void Sending(ChangeBatch batch)
    {
        var bytes = batch.Changes.Sum(change => (long)(change.Content?.Length ?? 0));
        lock (gate)
        {
            progress = progress with { BytesSent = progress.BytesSent + bytes };
            sentStamp = time.GetTimestamp();
        }
    }

    public void ContentSent(int bytes)
    {
        lock (gate)
            progress = progress with { BytesSent = progress.BytesSent + bytes };
    }

    public void ContentPresent(long bytes)
    {
        lock (gate)
            progress = progress with { BytesTotal = Math.Max(progress.BytesSent, progress.BytesTotal - bytes) };
    }

    public void Received(int applied, int skipped, IReadOnlyList<(ItemOutcome Outcome, Item Item)> refused)
    {
        lock (gate)
        {
            if (sentStamp is { } stamp)
                SyncMeters.Answered(job.Fqdn.Ascii, time.GetElapsedTime(stamp));
            sentStamp = null;
            var conflicts = refused.Count(entry => entry.Outcome.Kind == ItemOutcomeKind.Conflict);
            var declined = refused.Count(entry => entry.Outcome.Kind == ItemOutcomeKind.Skipped);
            progress = progress with
            {
                Applied = progress.Applied + applied,
                Skipped = progress.Skipped + skipped + declined,
                Rejected = progress.Rejected + refused.Count - conflicts - declined,
                Conflicts = progress.Conflicts + conflicts,
            };
            // What came along with others was not known to be due.
            progress = progress with { ItemsTotal = Math.Max(progress.ItemsTotal, progress.ItemsDone) };
            pending.AddRange(refused.Select(entry => (entry.Outcome, entry.Item.Name, entry.Item.Component)));
        }
    }

    /// <summary>Adds something that never reached the target because the source could not read it.</summary>
    public void SourceProblem(ComponentName component, string path, string code, string message)
    {
        lock (gate)
        {
            progress = progress with { ItemsTotal = progress.ItemsTotal + 1, Rejected = progress.Rejected + 1 };
            pending.Add((new ItemOutcome(default, Sequence.Zero, ItemOutcomeKind.Rejected, code, message), path, component));
        }
    }

    /// <summary>Saves progress until <paramref name="cancel"/> is cancelled, and cancels it when somebody asks for that or a rule says so.</summary>
    /// <param name="cancel">Ends the job.</param>
    /// <param name="rule">Says why the job may not go on; null while it may.</param>
    public async Task WatchAsync(CancellationTokenSource cancel, Func<CancellationToken, Task<CoreSyncError?>> rule)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancel.Token).ConfigureAwait(false))
        {
            // First the wish of a person: whatever is slow comes after it.
            IsCancelRequested = await jobs.IsCancelRequestedAsync(job.Id, cancel.Token).ConfigureAwait(false);
            Stopped = IsCancelRequested ? null : await rule(cancel.Token).ConfigureAwait(false);
            if (IsCancelRequested || Stopped is not null)
            {
                await cancel.CancelAsync().ConfigureAwait(false);
                return;
            }

            await FlushAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Saves counters and outcomes.</summary>
    public async Task FlushAsync()
    {
        await saving.WaitAsync().ConfigureAwait(false);
        try
        {
            JobProgress now;
            List<(ItemOutcome, string, ComponentName)> outcomes;
            lock (gate)
            {
                now = progress;
                outcomes = [.. pending];
                pending.Clear();
            }

            if (outcomes.Count > 0)
                await jobs.AddOutcomesAsync(job.Id, outcomes, CancellationToken.None).ConfigureAwait(false);
            if (now == job.Progress)
                return;
            SyncMeters.Progressed(job, job.Progress, now);
            job.Report(now);
            await jobs.SaveAsync(job, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            saving.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        saving.Dispose();
        return ValueTask.CompletedTask;
    }
}
