using CoreSync.Application.Cores;
using CoreSync.Errors;

namespace CoreSync.Application.Health;

/// <summary>The last report, for those who ask often: pages, health endpoints and metrics. Never more than one look at a time.</summary>
internal sealed class HealthBoard(HealthCheck check, IStoreMonitor monitor, TimeProvider time) : IHealthBoard, IDisposable
{
    // What is not in the store, such as disks, certificates in files and the clock, may have changed meanwhile.
    private static readonly TimeSpan Current = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim looking = new(1, 1);
    private Entry? last;

    public HealthReport? Last => last?.Report;

    public Task<HealthReport> CurrentAsync(CancellationToken cancellationToken) => ReadAsync(entry => IsYounger(entry, Current) && Version() is { } now && now == entry.Version, cancellationToken);

    public Task<HealthReport> LatestAsync(TimeSpan age, CancellationToken cancellationToken) => ReadAsync(entry => IsYounger(entry, age), cancellationToken);

    private async Task<HealthReport> ReadAsync(Func<Entry, bool> isGood, CancellationToken cancellationToken)
    {
        if (last is { } ready && isGood(ready))
            return ready.Report;
        await looking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (last is { } meanwhile && isGood(meanwhile))
                return meanwhile.Report;
            // The version of before the look: what is committed meanwhile is looked at again.
            var version = Version();
            var report = await check.LookAsync(deep: false, cancellationToken).ConfigureAwait(false);
            last = new Entry(report, version, time.GetTimestamp());
            return report;
        }
        finally
        {
            looking.Release();
        }
    }

    public void Dispose() => looking.Dispose();

    private bool IsYounger(Entry entry, TimeSpan age) => time.GetElapsedTime(entry.Stamp) < age;

    // A store that cannot be asked is no reason to tell what was.
    private long? Version()
    {
        try
        {
            return monitor.Version;
        }
        catch (CoreSyncException)
        {
            return null;
        }
    }

    private sealed record Entry(HealthReport Report, long? Version, long Stamp);
}

/// <summary>The last report on the health of this core.</summary>
public interface IHealthBoard
{
    /// <summary>The last report; null before the first look.</summary>
    HealthReport? Last { get; }

    /// <summary>The health as it is: the last report when nothing was committed to the store since, by whomever, and it is two seconds old at most; else looks.</summary>
    Task<HealthReport> CurrentAsync(CancellationToken cancellationToken);

    /// <summary>A report that is younger than <paramref name="age"/>; looks when there is none, however many ask at the same time.</summary>
    Task<HealthReport> LatestAsync(TimeSpan age, CancellationToken cancellationToken);
}
