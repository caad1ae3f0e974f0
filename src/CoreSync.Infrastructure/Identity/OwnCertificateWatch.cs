using Microsoft.Extensions.Hosting;

namespace CoreSync.Infrastructure.Identity;

/// <summary>Looks at the own certificate every few seconds, so that a changed file is taken, or its faults are logged, although nobody connects (T12).</summary>
internal sealed class OwnCertificateWatch(OwnCertificate own, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            // What is wrong is logged there, once.
            _ = own.ForListener();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }
}
