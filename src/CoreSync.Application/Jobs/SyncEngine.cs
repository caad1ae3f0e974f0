using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Jobs;

/// <summary>
/// The engine of a running core: applies what was left in the inbox, scans directories, decides what is due, and runs the jobs, never two to one target (J1, J6).
/// Wakes on every change of the store, by any process, on hints of the file watcher, and when something is due.
/// </summary>
internal sealed class SyncEngine(
    EngineLease lease, ILocalCore local, IStoreMonitor monitor, ISyncJobStore jobs, IComponentStore components, ISettingStore settings, IFileWatcher watcher,
    FileScans scans, DueTargets due, TargetSchedules schedules, JobRunner runner, ITargetStore targets, InboxRecovery inbox, TrustedCertificates certificates, EngineHeart heart, TimeProvider time, ILogger<SyncEngine> logger)
    : BackgroundService
{
    private static readonly TimeSpan MaxSleep = TimeSpan.FromSeconds(5);

    private readonly Dictionary<Servers.TargetId, Task> running = [];
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly HashSet<ComponentName> dirty = [];
    private readonly HashSet<(ComponentName Component, string Directory)> scanned = [];
    private readonly Lock dirtyGate = new();
    private DateTimeOffset nextScan = DateTimeOffset.MinValue;
    private DateTimeOffset nextPurge = DateTimeOffset.MinValue;
    private DateTimeOffset? dirtySince;
    private Task scan = Task.CompletedTask;

    /// <summary>Takes the lease before the host says that it started: a second service on one store fails within a second.</summary>
    /// <exception cref="CoreSyncException">With <c>StoreLockedError</c> or what opening the store failed with.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var acquired = await lease.AcquireAsync(cancellationToken).ConfigureAwait(false);
        if (acquired.IsFailed)
            throw new CoreSyncException(acquired.FirstError());
        await RecoverAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Repairs what the last stop left: inbox, interrupted jobs, certificates without a state.</summary>
    internal async Task RecoverAsync(CancellationToken cancellationToken)
    {
        await inbox.RunAsync(cancellationToken).ConfigureAwait(false);
        await certificates.ReconcileAsync(cancellationToken).ConfigureAwait(false);
        foreach (var job in (await jobs.ActiveAsync(cancellationToken).ConfigureAwait(false)).Where(job => job.State == SyncJobState.Running))
        {
            job.Complete(new JobInterruptedError(), cancelled: false, time.GetUtcNow());
            await jobs.SaveAsync(job, cancellationToken).ConfigureAwait(false);
            var direction = (await targets.FindAsync(job.Target, cancellationToken).ConfigureAwait(false))?.Direction ?? Servers.SyncDirection.Push;
            JobLog.JobInterrupted(logger, job.Id, JobLog.Way(direction), job.Fqdn.Ascii);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        JobLog.EngineStarted(logger, local.Current.Name.Ascii, local.Current.Id.ShortText, lease.Epoch);
        watcher.Changed += OnFilesChanged;
        schedules.Woken += Wake;
        schedules.Start();
        try
        {
            var seen = -1L;
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    heart.Beat();
                    seen = monitor.Version;
                    var sleep = await StepAsync(stoppingToken).ConfigureAwait(false);
                    await SleepAsync(seen, sleep, stoppingToken).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
                {
                    break;
                }
                catch (Exception exception)
                {
                    // The one place that catches everything: a service must survive a full disk, a locked store and a bug in one step.
                    JobLog.EngineFault(logger, exception);
                    await Task.Delay(MaxSleep, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
        finally
        {
            heart.Stop();
            watcher.Changed -= OnFilesChanged;
            schedules.Woken -= Wake;
            await schedules.StopAsync().ConfigureAwait(false);
            await Task.WhenAll([scan, .. running.Values]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            JobLog.EngineStopped(logger);
        }
    }

    // One look at everything; answers how long nothing can become due.
    private async Task<TimeSpan> StepAsync(CancellationToken stopping)
    {
        foreach (var (target, task) in running.Where(entry => entry.Value.IsCompleted).ToList())
        {
            running.Remove(target);
            await task.ConfigureAwait(false);
        }

        var now = time.GetUtcNow();
        // Between two scans as well: a tree that never rests must not keep its targets waiting. Before the first one nothing is known.
        var isBetween = scan.IsCompleted && nextScan > DateTimeOffset.MinValue;
        if (isBetween)
            await due.EnqueueAsync(stopping).ConfigureAwait(false);
        await ScanAsync(now, stopping).ConfigureAwait(false);
        if (!isBetween && scan.IsCompleted)
            await due.EnqueueAsync(stopping).ConfigureAwait(false);
        await StartJobsAsync(stopping).ConfigureAwait(false);
        if (now >= nextPurge)
        {
            nextPurge = now + TimeSpan.FromHours(1);
            var days = await settings.ReadNumberAsync(Setting.JobRetention, stopping).ConfigureAwait(false);
            await jobs.PurgeAsync(now - TimeSpan.FromDays(days), stopping).ConfigureAwait(false);
        }

        var soonest = nextScan < due.NextAt ? nextScan : due.NextAt;
        if (dirtySince is not null)
            soonest = now + TimeSpan.FromMilliseconds(200);
        var sleep = soonest - now;
        return sleep < TimeSpan.Zero ? TimeSpan.Zero : sleep < MaxSleep ? sleep : MaxSleep;
    }

    private async Task ScanAsync(DateTimeOffset now, CancellationToken stopping)
    {
        if (!scan.IsCompleted)
            return;
        await scan.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var debounce = TimeSpan.FromMilliseconds(await settings.ReadNumberAsync(Setting.SyncDebounce, stopping).ConfigureAwait(false));
        var sending = (await components.ListAsync(stopping).ConfigureAwait(false)).Where(component => component.IsEnabled && scans.Covers(component)).ToList();
        watcher.Watch([.. sending.Where(component => component.Files is not null)]);
        foreach (var component in sending)
        {
            // New here, or a person confirmed deletes: look at once.
            if (scanned.Add((component.Name, component.Files?.SendFrom ?? "")) || await components.ConfirmedDeletesAsync(component.Name, stopping).ConfigureAwait(false) > 0)
                MarkDirty(component.Name, now - debounce);
        }

        HashSet<ComponentName> chosen;
        lock (dirtyGate)
        {
            if (now >= nextScan)
                chosen = [.. sending.Select(component => component.Name)];
            else if (dirtySince is { } since && now >= since + debounce)
                chosen = [.. dirty];
            else
                return;
            dirty.Clear();
            dirtySince = null;
        }

        if (now >= nextScan)
            nextScan = now + TimeSpan.FromSeconds(await settings.ReadNumberAsync(Setting.ScanInterval, stopping).ConfigureAwait(false));
        scan = WakingAsync(() => scans.ScanAsync([.. sending.Where(component => chosen.Contains(component.Name))], null, now, stopping));
    }

    // All that may run are started; they take their turns among themselves (J9).
    private async Task StartJobsAsync(CancellationToken stopping)
    {
        foreach (var job in (await jobs.ActiveAsync(stopping).ConfigureAwait(false)).Where(job => job.State == SyncJobState.Queued && !running.ContainsKey(job.Target)))
        {
            if (job.IsAutomatic && await targets.FindAsync(job.Target, stopping).ConfigureAwait(false) is { } target && AutomaticRule.Refusal(target, time) is not null)
                continue;
            running[job.Target] = WakingAsync(async () =>
                await due.EndedAsync(await runner.RunAsync(job, stopping).ConfigureAwait(false), stopping).ConfigureAwait(false));
        }
    }

    private async Task WakingAsync(Func<Task> work)
    {
        try
        {
            await Task.Run(work).ConfigureAwait(false);
        }
        finally
        {
            Wake();
        }
    }

    private async Task SleepAsync(long seen, TimeSpan sleep, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var changed = monitor.WaitForChangeAsync(seen, over.Token);
        var woken = wake.WaitAsync(over.Token);
        var timer = Task.Delay(sleep, time, over.Token);
        await Task.WhenAny(changed, woken, timer).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(changed, woken, timer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void OnFilesChanged(ComponentName component)
    {
        MarkDirty(component, time.GetUtcNow());
        Wake();
    }

    private void MarkDirty(ComponentName component, DateTimeOffset since)
    {
        lock (dirtyGate)
        {
            dirty.Add(component);
            dirtySince = dirtySince < since ? dirtySince : since;
        }
    }

    private void Wake()
    {
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Awake already.
        }
    }

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }
}
