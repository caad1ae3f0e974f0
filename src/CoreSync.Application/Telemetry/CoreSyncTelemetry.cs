using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace CoreSync.Application.Telemetry;

/// <summary>Names of metrics and traces (O3); docs/telemetry.md describes each, and a test holds the two together.</summary>
/// <remarks>The only label whose values grow is <c>target</c>, the FQDN of a target core; no name of an item, path or account is ever a label.</remarks>
public static class CoreSyncTelemetry
{
    /// <summary>Name of the <see cref="Meter"/> and of the <see cref="ActivitySource"/>.</summary>
    public const string Name = "CoreSync";

    /// <summary>All metrics.</summary>
    public static IReadOnlyList<CoreSyncMetric> Metrics { get; } =
    [
        new("coresync.jobs", "{job}", ["target", "trigger", "state"]),
        new("coresync.job.duration", "s", ["target", "state"]),
        new("coresync.items", "{item}", ["target", "outcome"]),
        new("coresync.sent", "By", ["target"]),
        new("coresync.errors", "{error}", ["target", "code"]),
        new("coresync.batch.duration", "s", ["target"]),
        new("coresync.received.items", "{item}", ["outcome"]),
        new("coresync.target.backlog", "{change}", ["target"]),
        new("coresync.target.lag", "s", ["target"]),
        new("coresync.target.last_success.age", "s", ["target"]),
        new("coresync.target.failed", "{item}", ["target"]),
        new("coresync.target.quarantined.items", "{item}", ["target"]),
        new("coresync.target.quarantined", "1", ["target"]),
        new("coresync.target.trusted", "1", ["target"]),
        new("coresync.target.certificate.left", "d", ["target"]),
        new("coresync.trust.blocked", "{target}", []),
        new("coresync.certificate.left", "d", []),
        new("coresync.jobs.active", "{job}", []),
        new("coresync.conflicts", "{item}", ["target"]),
        new("coresync.findings", "{finding}", ["severity"]),
        new("coresync.ready", "1", []),
        new("coresync.store.size", "By", []),
        new("coresync.store.free", "By", []),
    ];

    /// <summary>Names of all spans.</summary>
    public static IReadOnlyList<string> Spans { get; } = ["coresync.job", "coresync.connect", "coresync.component", "coresync.batch", "coresync.receive"];

    /// <summary>Where the spans come from.</summary>
    internal static ActivitySource Source { get; } = new(Name);

    /// <summary>The unit of a metric.</summary>
    internal static string UnitOf(string metric) => Metrics.First(one => one.Name == metric).Unit;
}

/// <summary>A metric.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Unit">UCUM unit.</param>
/// <param name="Labels">Names of its labels.</param>
public sealed record CoreSyncMetric(string Name, string Unit, IReadOnlyList<string> Labels);
