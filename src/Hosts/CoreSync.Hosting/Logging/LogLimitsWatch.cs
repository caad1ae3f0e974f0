using CoreSync.Application.Cores;
using CoreSync.Errors;
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
            try
            {
                await limits.RunAsync(stoppingToken);
            }
            catch (CoreSyncException)
            {
                // The engine meets the same store and reports it; the limits stay as they are.
                _ = seen;
            }

            await monitor.WaitForChangeAsync(seen, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
