namespace CoreSync.Application.Health;

/// <summary>The last report, for those who ask often: health endpoints and metrics. Never more than one look at a time.</summary>
internal sealed class HealthBoard(HealthCheck check, TimeProvider time) : IHealthBoard, IDisposable
{
    private readonly SemaphoreSlim looking = new(1, 1);
    private HealthReport? last;
    private long lastStamp;

    public HealthReport? Last => last;

    public async Task<HealthReport> LatestAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        if (Fresh(age) is { } ready)
            return ready;
        await looking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Fresh(age) is { } meanwhile)
                return meanwhile;
            var report = await check.LookAsync(deep: false, cancellationToken).ConfigureAwait(false);
            lastStamp = time.GetTimestamp();
            return last = report;
        }
        finally
        {
            looking.Release();
        }
    }

    public void Dispose() => looking.Dispose();

    private HealthReport? Fresh(TimeSpan age) => last is { } report && time.GetElapsedTime(lastStamp) < age ? report : null;
}

/// <summary>The last report on the health of this core.</summary>
public interface IHealthBoard
{
    /// <summary>The last report; null before the first look.</summary>
    HealthReport? Last { get; }

    /// <summary>A report that is younger than <paramref name="age"/>; looks when there is none, however many ask at the same time.</summary>
    Task<HealthReport> LatestAsync(TimeSpan age, CancellationToken cancellationToken);
}
