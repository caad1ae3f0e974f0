using System.Globalization;
using System.Runtime.InteropServices;
using CoreSync.Application.Cores;
using CoreSync.Application.Health;
using CoreSync.Application.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace CoreSync.Service;

/// <summary>
/// Speaks with systemd (sd_notify): ready, status, reload, stopping, and the watchdog, which is fed only while the engine moves. Silent where no one listens.
/// </summary>
internal sealed class SystemdLink(
    EngineHeart heart, IHealthBoard board, ILocalCore core, ServiceReload reload, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<SystemdLink> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly SystemdNotifier systemd = new();
    private readonly SemaphoreSlim hangUps = new(0);
    private bool isWithheld;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A terminal that closes sends the same signal; a service has none.
        using var registration = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnHangUp);
        using var ready = lifetime.ApplicationStarted.Register(() => Notify("READY=1"));
        using var stopping = lifetime.ApplicationStopping.Register(() => Notify("STOPPING=1"));
        while (!stoppingToken.IsCancellationRequested)
        {
            Feed();
            Notify("STATUS=" + Status());
            try
            {
                if (await hangUps.WaitAsync(WatchdogPause, stoppingToken))
                    await ReloadAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    public override void Dispose()
    {
        hangUps.Dispose();
        base.Dispose();
    }

    private static TimeSpan WatchdogPause =>
        long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && TimeSpan.FromMicroseconds(limit / 3.0) is var third && third < Pause
            ? third
            : Pause;

    private void OnHangUp(PosixSignalContext context)
    {
        context.Cancel = true;
        hangUps.Release();
    }

    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        var moment = (long)(time.GetTimestamp() / (double)time.TimestampFrequency * 1_000_000);
        Notify(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={moment}"));
        await reload.RunAsync(cancellationToken);
        Notify("READY=1");
    }

    // An engine that stands still starves the watchdog: systemd restarts the service.
    private void Feed()
    {
        if (heart.StandsFor is not { } still)
        {
            isWithheld = false;
            Notify("WATCHDOG=1");
        }
        else if (!isWithheld)
        {
            isWithheld = true;
            ServiceLog.WatchdogWithheld(logger, (int)still.TotalSeconds);
        }
    }

    private string Status()
    {
        if (board.Last is not { Core: not null } report)
            return "starting";
        var needs = report.Findings.Count(finding => finding.Severity != HealthSeverity.Notice);
        return string.Create(
            CultureInfo.InvariantCulture, $"{core.Current.Name.Ascii}: {report.Targets.Count} targets, {report.Targets.Sum(view => view.Waiting)} changes waiting, {needs} findings need somebody");
    }

    private void Notify(string state) => systemd.Notify(new ServiceState(state));
}
