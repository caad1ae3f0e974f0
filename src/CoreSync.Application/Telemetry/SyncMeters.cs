using System.Diagnostics.Metrics;
using System.Text.Json;
using CoreSync.Jobs;

namespace CoreSync.Application.Telemetry;

/// <summary>Counts what jobs do and what this core receives. One for the process, as meters are.</summary>
internal static class SyncMeters
{
    private static readonly Meter Meter = new(CoreSyncTelemetry.Name);
    private static readonly Counter<long> Jobs = Counter("coresync.jobs");
    private static readonly Histogram<double> JobDuration = Histogram("coresync.job.duration");
    private static readonly Counter<long> Items = Counter("coresync.items");
    private static readonly Counter<long> Sent = Counter("coresync.sent");
    private static readonly Counter<long> Errors = Counter("coresync.errors");
    private static readonly Histogram<double> BatchDuration = Histogram("coresync.batch.duration");
    private static readonly Counter<long> ReceivedItems = Counter("coresync.received.items");

    /// <summary>A job ended.</summary>
    public static void Ended(SyncJob job)
    {
        var state = Word(job.State);
        Jobs.Add(1, Target(job), new("trigger", Word(job.Trigger)), new("state", state));
        if (job is { StartedAt: { } start, EndedAt: { } end })
            JobDuration.Record((end - start).TotalSeconds, Target(job), new("state", state));
        if (job.ErrorCode is { } code)
            Errors.Add(1, Target(job), new("code", code));
    }

    /// <summary>A job made progress.</summary>
    public static void Progressed(SyncJob job, JobProgress before, JobProgress now)
    {
        Add(job, "applied", now.Applied - before.Applied);
        Add(job, "skipped", now.Skipped - before.Skipped);
        Add(job, "rejected", now.Rejected - before.Rejected);
        Add(job, "conflict", now.Conflicts - before.Conflicts);
        if (now.BytesSent > before.BytesSent)
            Sent.Add(now.BytesSent - before.BytesSent, Target(job));
    }

    /// <summary>A target answered a batch.</summary>
    public static void Answered(string fqdn, TimeSpan took) => BatchDuration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("target", fqdn));

    /// <summary>This core received a batch.</summary>
    public static void Received(int applied, int skipped, int exceptions)
    {
        ReceivedItems.Add(applied, new KeyValuePair<string, object?>("outcome", "applied"));
        ReceivedItems.Add(skipped, new KeyValuePair<string, object?>("outcome", "skipped"));
        ReceivedItems.Add(exceptions, new KeyValuePair<string, object?>("outcome", "refused"));
    }

    private static void Add(SyncJob job, string outcome, int count)
    {
        if (count > 0)
            Items.Add(count, Target(job), new("outcome", outcome));
    }

    private static KeyValuePair<string, object?> Target(SyncJob job) => new("target", job.Fqdn.Ascii);

    private static string Word(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static Counter<long> Counter(string name) => Meter.CreateCounter<long>(name, CoreSyncTelemetry.UnitOf(name));

    private static Histogram<double> Histogram(string name) => Meter.CreateHistogram<double>(name, CoreSyncTelemetry.UnitOf(name));
}
