using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using CoreSync.Application.Health;
using CoreSync.Application.Targets;
using CoreSync.Trust;

namespace CoreSync.Application.Telemetry;

/// <summary>Shows the last report on the health of this core as gauges. Reading them asks nothing of the store.</summary>
internal sealed class HealthMeters : IDisposable
{
    private readonly Meter meter = new(CoreSyncTelemetry.Name);
    private readonly IHealthBoard board;
    private readonly TimeProvider time;

    public HealthMeters(IHealthBoard board, TimeProvider time)
    {
        this.board = board;
        this.time = time;
        OfTargets("coresync.target.backlog", view => view.Waiting);
        OfTargets("coresync.target.lag", view => view.Waiting == 0 ? 0 : Age(view));
        OfTargets("coresync.target.last_success.age", view => view.Target.LastSuccess is null ? null : Age(view));
        OfTargets("coresync.target.failed", view => view.Failed);
        OfTargets("coresync.target.quarantined.items", view => view.QuarantinedItems);
        OfTargets("coresync.target.quarantined", view => view.Attempts.IsQuarantined ? 1 : 0);
        OfTargets("coresync.target.trusted", view => view.IsTrusted ? 1 : 0);
        OfTargets("coresync.target.certificate.left", view => view.Trust.Authorised is { } authorised ? Days(authorised.Certificate.NotAfter) : null);
        OfTargets("coresync.conflicts", view => view.Conflicts);
        OfCore("coresync.trust.blocked", report => report.Targets.Count(view => view.Target.IsEnabled && !view.IsTrusted));
        OfCore("coresync.jobs.active", report => report.Targets.Count(view => view.RunningJob is not null));
        OfCore("coresync.certificate.left", report => Fact(report, "certificate-not-after") is { } end ? Days(DateTimeOffset.Parse(end, CultureInfo.InvariantCulture)) : null);
        OfCore("coresync.ready", report => report.IsReady ? 1 : 0);
        OfCore("coresync.store.size", report => Number(report, "store-size"));
        OfCore("coresync.store.free", report => Number(report, "free-space"));
        meter.CreateObservableGauge("coresync.findings", Findings, CoreSyncTelemetry.UnitOf("coresync.findings"));
    }

    public void Dispose() => meter.Dispose();

    private void OfTargets(string name, Func<TargetView, double?> value) => meter.CreateObservableGauge(
        name,
        () => (board.Last?.Targets ?? []).Where(view => view.Target.IsEnabled).Select(view => (view, Value: value(view))).Where(entry => entry.Value is not null)
            .Select(entry => new Measurement<double>(entry.Value!.Value, new KeyValuePair<string, object?>("target", entry.view.Target.Address.Fqdn.Ascii))),
        CoreSyncTelemetry.UnitOf(name));

    private void OfCore(string name, Func<HealthReport, double?> value) => meter.CreateObservableGauge(
        name, () => board.Last is { } report && value(report) is { } number ? [new Measurement<double>(number)] : Array.Empty<Measurement<double>>(), CoreSyncTelemetry.UnitOf(name));

    private IEnumerable<Measurement<long>> Findings() => board.Last is not { } report ? [] : Enum.GetValues<HealthSeverity>().Select(severity => new Measurement<long>(
        report.Findings.Count(finding => finding.Severity == severity), new KeyValuePair<string, object?>("severity", JsonNamingPolicy.CamelCase.ConvertName(severity.ToString()))));

    private double Age(TargetView view) => Math.Max(0, (time.GetUtcNow() - (view.Target.LastSuccess ?? view.Target.AddedAt)).TotalSeconds);

    private double Days(DateTimeOffset end) => CertificateExpiry.DaysLeft(end, time.GetUtcNow());

    private static string? Fact(HealthReport report, string name) => report.Facts.FirstOrDefault(fact => fact.Name == name)?.Value;

    private static double? Number(HealthReport report, string name) => Fact(report, name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;
}
