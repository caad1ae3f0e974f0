using CoreSync.Servers;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Jobs;

internal static partial class JobLog
{
    [LoggerMessage(CoreSyncEventId.JobStarted, LogLevel.Debug, "Sync job {JobId} {Way} {Fqdn} started ({Trigger})", EventName = nameof(CoreSyncEventId.JobStarted))]
    public static partial void JobStarted(ILogger logger, Guid jobId, string way, string fqdn, string trigger);

    [LoggerMessage(CoreSyncEventId.JobSucceeded, LogLevel.Information, "Sync job {JobId} {Way} {Fqdn} succeeded: applied {Applied}, skipped {Skipped}, {Bytes} bytes in {DurationMs} ms", EventName = nameof(CoreSyncEventId.JobSucceeded))]
    public static partial void JobSucceeded(ILogger logger, Guid jobId, string way, string fqdn, int applied, int skipped, long bytes, long durationMs);

    [LoggerMessage(CoreSyncEventId.JobPartlyFailed, LogLevel.Warning, "Sync job {JobId} {Way} {Fqdn} partly failed: applied {Applied}, rejected {Rejected}; see 'coresync job show {JobId}'", EventName = nameof(CoreSyncEventId.JobPartlyFailed))]
    public static partial void JobPartlyFailed(ILogger logger, Guid jobId, string way, string fqdn, int applied, int rejected);

    [LoggerMessage(CoreSyncEventId.JobFailed, LogLevel.Warning, "Sync job {JobId} {Way} {Fqdn} failed: {Code}: {Reason}", EventName = nameof(CoreSyncEventId.JobFailed))]
    public static partial void JobFailed(ILogger logger, Guid jobId, string way, string fqdn, string code, string reason);

    [LoggerMessage(CoreSyncEventId.JobBlocked, LogLevel.Warning, "Sync job {JobId} {Way} {Fqdn} is blocked: {Code}: {Reason}", EventName = nameof(CoreSyncEventId.JobBlocked))]
    public static partial void JobBlocked(ILogger logger, Guid jobId, string way, string fqdn, string code, string reason);

    [LoggerMessage(CoreSyncEventId.JobCancelled, LogLevel.Information, "Sync job {JobId} {Way} {Fqdn} was cancelled", EventName = nameof(CoreSyncEventId.JobCancelled))]
    public static partial void JobCancelled(ILogger logger, Guid jobId, string way, string fqdn);

    [LoggerMessage(CoreSyncEventId.JobInterrupted, LogLevel.Warning, "Sync job {JobId} {Way} {Fqdn} was interrupted by a stop of the service; the next job resumes at the checkpoint", EventName = nameof(CoreSyncEventId.JobInterrupted))]
    public static partial void JobInterrupted(ILogger logger, Guid jobId, string way, string fqdn);

    [LoggerMessage(CoreSyncEventId.EngineStarted, LogLevel.Information, "Engine of core {Fqdn} ({CoreId}) started with writer epoch {Epoch}", EventName = nameof(CoreSyncEventId.EngineStarted))]
    public static partial void EngineStarted(ILogger logger, string fqdn, string coreId, long epoch);

    [LoggerMessage(CoreSyncEventId.EngineStopped, LogLevel.Information, "Engine stopped", EventName = nameof(CoreSyncEventId.EngineStopped))]
    public static partial void EngineStopped(ILogger logger);

    [LoggerMessage(CoreSyncEventId.EngineFault, LogLevel.Error, "The engine met something unexpected and goes on", EventName = nameof(CoreSyncEventId.EngineFault))]
    public static partial void EngineFault(ILogger logger, Exception exception);

    [LoggerMessage(CoreSyncEventId.ScanFailed, LogLevel.Warning, "Scanning component {Component} failed: {Code}: {Reason}", EventName = nameof(CoreSyncEventId.ScanFailed))]
    public static partial void ScanFailed(ILogger logger, string component, string code, string reason);

    [LoggerMessage(CoreSyncEventId.DeletesBraked, LogLevel.Error, "{Deletes} of {Total} documents of {Component} were deleted at once; nothing of it is sent until a person confirms", EventName = nameof(CoreSyncEventId.DeletesBraked))]
    public static partial void DeletesBraked(ILogger logger, string component, long deletes, long total);

    [LoggerMessage(CoreSyncEventId.RetryPlanned, LogLevel.Information, "Attempt {Attempt} of {Attempts} to reach {Fqdn} failed with {Code}; the next is at {NextAt}", EventName = nameof(CoreSyncEventId.RetryPlanned))]
    private static partial void RetryPlanned(ILogger logger, int attempt, int attempts, string fqdn, string code, string nextAt);

    [LoggerMessage(CoreSyncEventId.QuarantineEntered, LogLevel.Warning, "{Fqdn} is quarantined after {Attempt} failed attempts: {Code}: {Reason}; it is tried at a slow cadence from now on, next at {NextAt}", EventName = nameof(CoreSyncEventId.QuarantineEntered))]
    private static partial void QuarantineEntered(ILogger logger, string fqdn, int attempt, string code, string reason, string nextAt);

    [LoggerMessage(CoreSyncEventId.QuarantineLeft, LogLevel.Information, "{Fqdn} works again after {Attempt} failed attempts and left its quarantine", EventName = nameof(CoreSyncEventId.QuarantineLeft))]
    public static partial void QuarantineLeft(ILogger logger, string fqdn, int attempt);

    [LoggerMessage(CoreSyncEventId.ScheduleMissed, LogLevel.Error, "The schedule of {Fqdn} did not fire at {Expected}; the watchdog fires in its place", EventName = nameof(CoreSyncEventId.ScheduleMissed))]
    public static partial void ScheduleMissed(ILogger logger, string fqdn, string expected);

    [LoggerMessage(CoreSyncEventId.ItemsQuarantined, LogLevel.Warning, "{Items} items {Way} {Fqdn} failed again and are offered at a slow cadence from now on; see 'coresync {Noun} show {Fqdn}'", EventName = nameof(CoreSyncEventId.ItemsQuarantined))]
    private static partial void ItemsQuarantined(ILogger logger, int items, string way, string fqdn, string noun);

    [LoggerMessage(CoreSyncEventId.JobStopped, LogLevel.Information, "Sync job {JobId} {Way} {Fqdn} stopped: {Code}; the next one goes on where it was", EventName = nameof(CoreSyncEventId.JobStopped))]
    public static partial void JobStopped(ILogger logger, Guid jobId, string way, string fqdn, string code);

    /// <summary>How a line names the way of a job: what this core sends goes to a target, what it collects comes from a source.</summary>
    public static string Way(SyncDirection direction) => direction == SyncDirection.Pull ? "from" : "to";

    public static void ItemsQuarantined(ILogger logger, int items, SyncDirection direction, string fqdn) =>
        ItemsQuarantined(logger, items, Way(direction), fqdn, direction == SyncDirection.Pull ? "rollup" : "target");

    public static void RetryPlanned(ILogger logger, string fqdn, int attempt, int attempts, DateTimeOffset nextAt, string code) =>
        RetryPlanned(logger, attempt, attempts, fqdn, code, Moments.Text(nextAt));

    public static void QuarantineEntered(ILogger logger, string fqdn, int attempt, string code, string reason, DateTimeOffset nextAt) =>
        QuarantineEntered(logger, fqdn, attempt, code, reason, Moments.Text(nextAt));
}
