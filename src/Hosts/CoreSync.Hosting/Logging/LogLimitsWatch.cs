using CoreSync.Application.Cores;
using Microsoft.Extensions.Hosting;

namespace CoreSync.Hosting.Logging;

/// <summary>Takes changed limits of the log over while a service runs.</summary>
internal sealed class LogLimitsWatch(LogLimits limits, IStoreMonitor monitor, TimeProvider time) : BackgroundService
{
    // The store is written to all the time; limits of a log are not urgent.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var seen = monitor.Version;
            // A store that fails is reported by the engine, which meets it too; the limits stay as they are then.
            _ = await limits.RunAsync(stoppingToken);
            await monitor.WaitForChangeAsync(seen, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
