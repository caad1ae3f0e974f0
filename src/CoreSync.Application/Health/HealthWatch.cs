using CoreSync.Application.Notifications;
using CoreSync.Application.Telemetry;
using CoreSync.Errors;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Health;

/// <summary>Looks at the health of a running core every few seconds: for metrics, and to tell people what began and what is over (O5).</summary>
internal sealed class HealthWatch(IHealthBoard board, HealthMeters meters, Herald herald, TimeProvider time, ILogger<HealthWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    // A core with thousands of targets takes a while to look at: a twentieth of its time at most.
    private const int Share = 20;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        _ = meters;
        while (!stoppingToken.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            try
            {
                var report = await board.LatestAsync(TimeSpan.Zero, stoppingToken).ConfigureAwait(false);
                await herald.TellAsync(report, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (CoreSyncException failure)
            {
                HealthLog.NotLookedAt(logger, failure.Error.Code, failure.Error.Message);
            }

            var pause = time.GetElapsedTime(started) * Share;
            await Task.Delay(pause < Pause ? Pause : pause > LongestPause ? LongestPause : pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
