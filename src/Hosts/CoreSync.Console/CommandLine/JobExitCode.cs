using CoreSync.Hosting;
using CoreSync.Jobs;
using static CoreSync.Hosting.HostExitCode;

namespace CoreSync.Console.CommandLine;

/// <summary>The exit codes of jobs: a job stores the code of its error, not the error. Errors themselves: <see cref="HostExitCode"/>.</summary>
internal static class JobExitCode
{
    /// <summary>The code of a job, from its state and the stored code of its error. A job that goes on is no failure.</summary>
    public static int Of(SyncJob job) => Of(job.State, job.ErrorCode);

    /// <summary>The same for a job that another process told of.</summary>
    public static int Of(SyncJobState state, string? errorCode) => state switch
    {
        SyncJobState.Queued or SyncJobState.Running or SyncJobState.Succeeded => Done,
        SyncJobState.PartlyFailed => PartlyDone,
        _ => errorCode is null ? Failed : OfJobError(errorCode),
    };

    /// <summary>
    /// The code of several jobs. A certificate that needs a person shows whatever else happened; otherwise failures beside successes are partly done.
    /// </summary>
    public static int Of(IReadOnlyCollection<SyncJob> jobs) => Of(jobs.Select(Of));

    /// <summary>The code of several jobs, from the code of each.</summary>
    public static int Of(IEnumerable<int> each)
    {
        var codes = each.Distinct().Order().ToList();
        return codes switch
        {
            [] => Done,
            [var only] => only,
            _ when codes.Contains(CertificateChanged) => CertificateChanged,
            _ when codes.Contains(NotTrusted) => NotTrusted,
            _ => PartlyDone,
        };
    }

    // A test holds this table and the errors themselves together.
    internal static int OfJobError(string code) => code switch
    {
        "target.quarantined" => Unreachable,
        "target.paused" or "job.active" or "job.nothing-to-retry" => Conflict,
        "schedule.invalid" => Invalid,
        "trust.certificate-changed" => CertificateChanged,
        "trust.concurrent-change" or "trust.nothing-announced" => Conflict,
        "trust.anchor-invalid" or "trust.fingerprint-malformed" or "trust.fingerprint-sha1" or "trust.certificate-unreadable" => Invalid,
        "trust.history-broken" or "trust.certificate-store-unavailable" => Failed,
        _ when code.StartsWith("trust.", StringComparison.Ordinal) => NotTrusted,
        "credentials.unreadable" => Failed,
        "account.directory-unavailable" or "account.provider-unavailable" => Unreachable,
        "account.directory-untrusted" => NotTrusted,
        "credentials.invalid" or "account.name-invalid" or "account.password-invalid" or "account.directory-invalid" or "account.group-invalid" => Invalid,
        "account.not-found" or "account.directory-user-unknown" or "account.group-not-found" => NotFound,
        "account.duplicate" or "account.group-duplicate" => Conflict,
        _ when code.StartsWith("credentials.", StringComparison.Ordinal) || code.StartsWith("account.", StringComparison.Ordinal) => Forbidden,
        "target.name-not-resolved" or "target.unreachable" or "target.timeout" or "target.not-tls" or "target.tls-failed" or "target.not-a-core" or "target.peer-failed"
            => Unreachable,
        "target.core-replaced" or "target.disabled" or "target.busy" or "target.duplicate" or "target.is-source" or "rollup.source-is-target" => Conflict,
        "target.not-found" or "item.not-found" or "item.payload-not-found" or "component.not-found" or "item.revision-not-found" or "conflict.not-found" or "job.not-found" or "sync.no-targets" or "store.not-initialised" or "settings.unknown-key" => NotFound,
        "target.protocol-mismatch" or "target.redirected" => Failed,
        _ when code.StartsWith("target.", StringComparison.Ordinal) => Invalid,
        "sync.mass-delete" or "sync.stale-epoch" or "sync.batch-out-of-order" or "sync.core-duplicated" or "store.locked" or "store.already-initialised" => Conflict,
        "item.read-only" or "item.read-only-attempted" or "item.name-clash" or "item.changed-here" or "item.awaiting-approval" or "conflict.settled" or "conflict.waiting"
            or "sync.items-waiting" or "component.duplicate" or "component.disabled" or "component.product" or "path.collision" or "job.ended" or "host.listen-failed" => Conflict,
        "conflict.decision-invalid" or "conflict.link-invalid" or "item.invalid" or "item.too-large" or "component.name-invalid" or "component.kind" or "component.directory" => Invalid,
        "keys.file-invalid" => Invalid,
        "keys.client-not-found" => NotFound,
        "keys.nothing-pending" => Conflict,
        "keys.client-waits" => NotTrusted,
        "identity.not-generated" or "identity.nothing-announced" => Conflict,
        "identity.store-lookup" => NotFound,
        _ when code.StartsWith("identity.", StringComparison.Ordinal) => Invalid,
        "sync.batch-malformed" or "settings.value-invalid" or "usage.invalid" => Invalid,
        "bundle.not-found" or "bundle.signer-not-found" => NotFound,
        "bundle.malformed" or "bundle.too-large" => Invalid,
        "bundle.signer-unknown" or "bundle.signer-mismatch" or "bundle.source-mismatch" or "bundle.receipt-not-trusted" => NotTrusted,
        "bundle.gap" or "bundle.file-exists" or "bundle.receipt-old" => Conflict,
        "rollup.not-a-rollup-core" => Invalid,
        "rollup.source-not-found" or "rollup.no-sources" or "rollup.reader-not-found" => NotFound,
        "sync.items-failed" => PartlyDone,
        "server.unreachable" => Unreachable,
        "server.command-unavailable" => Invalid,
        _ when code.StartsWith("server.", StringComparison.Ordinal) => NotTrusted,
        "api.request-invalid" => Invalid,
        _ when code.StartsWith("api.", StringComparison.Ordinal) => Forbidden,
        _ => Failed,
    };
}
