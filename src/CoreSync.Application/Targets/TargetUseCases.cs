using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Targets;

/// <summary>Adds a target core, or a source of this rollup core (R6), probes it, and either authorises the certificate given or leaves a pending review (C2, T4, T9).</summary>
/// <param name="Address">FQDN with optional port.</param>
/// <param name="Description">Free text.</param>
/// <param name="Enabled"><i>Synchronise with this core</i>.</param>
/// <param name="ConnectTo">Dial this host and port instead; null dials the FQDN.</param>
/// <param name="Fingerprint">Authorises the certificate with this fingerprint when the core presents it; null leaves it to a review.</param>
/// <param name="CertificatePem">A certificate file to authorise before first contact; null for none.</param>
/// <param name="Direction">Whether this core sends to it or collects from it.</param>
public sealed record AddTargetCore(
    string Address, string Description = "", bool Enabled = true, string? ConnectTo = null, string? Fingerprint = null, string? CertificatePem = null,
    SyncDirection Direction = SyncDirection.Push) : IRequest<Result<AddedTarget>>;

/// <summary>The answer of <see cref="AddTargetCore"/>: the entry exists even when its certificate still needs a person, or could not be seen.</summary>
/// <param name="Target">The entry.</param>
/// <param name="TrustError">Why it is not trusted yet: pending review, fingerprint mismatch; null when trusted.</param>
/// <param name="ContactError">Why the core could not be probed; null when it was.</param>
public sealed record AddedTarget(TargetView Target, Errors.CoreSyncError? TrustError, Errors.CoreSyncError? ContactError);

/// <summary>Lists the target cores, by name.</summary>
public sealed record ListTargetCores : IRequest<Result<IReadOnlyList<TargetView>>>;

/// <summary>The names of the target cores, in their order, without looking at anything else.</summary>
public sealed record ListTargetNames : IRequest<Result<IReadOnlyList<Fqdn>>>;

/// <summary>Lists the source cores that this rollup core collects from, by name (R6); on a standard core it fails with <see cref="Errors.NotARollupCoreError"/>.</summary>
public sealed record ListRollupSources : IRequest<Result<IReadOnlyList<TargetView>>>;

/// <summary>Shows one target or source core.</summary>
public sealed record ShowTargetCore(string Fqdn, SyncDirection Direction = SyncDirection.Push) : IRequest<Result<TargetView>>;

/// <summary>Changes description, dial address, what the trust rests on, when and what and how fast it is synchronised, accepts a replaced core (C6), or decides that this copy of this core is the one that writes there (S11); null leaves a value.</summary>
public sealed record EditTargetCore(string Fqdn, string? Description = null, string? ConnectTo = null, string? AcceptCore = null, TargetRulesEdit? Rules = null,
    CoreSync.Trust.TrustMode? TrustMode = null, bool TakeOver = false, SyncDirection Direction = SyncDirection.Push)
    : IRequest<Result<TargetView>>;

/// <summary>Nothing goes to a core on its own for a time (J8); a job that runs on its own stops. <i>Synchronise now</i> still works.</summary>
/// <param name="Fqdn">The core.</param>
/// <param name="For">A duration such as <c>2h</c>; null until it is resumed.</param>
/// <param name="Direction">Whether it is a target or a source.</param>
public sealed record PauseTargetCore(string Fqdn, string? For = null, SyncDirection Direction = SyncDirection.Push) : IRequest<Result<TargetView>>;

/// <summary>Ends a pause, and has a quarantined target and its quarantined items tried at once (J7, J8).</summary>
public sealed record ResumeTargetCore(string Fqdn, SyncDirection Direction = SyncDirection.Push) : IRequest<Result<TargetView>>;

/// <summary>The items that a target refused and has not applied since (J7).</summary>
public sealed record ListTargetFailures(string Fqdn, int Limit = 100, SyncDirection Direction = SyncDirection.Push) : IRequest<Result<IReadOnlyList<FailedItem>>>;

/// <summary>A refused item with its name on this core.</summary>
public sealed record FailedItem(Replication.ItemFailure Failure, string Name);

/// <summary>Switches synchronisation with a core on or off (C3).</summary>
public sealed record EnableTargetCore(string Fqdn, bool Enabled, SyncDirection Direction = SyncDirection.Push) : IRequest<Result<TargetView>>;

/// <summary>Removes a target core; refused while a job to it is active (C3).</summary>
public sealed record RemoveTargetCore(string Fqdn, SyncDirection Direction = SyncDirection.Push) : IRequest<Result>;

/// <summary>Tests the connection step by step (C4).</summary>
public sealed record TestConnection(string Fqdn, SyncDirection Direction = SyncDirection.Push) : IRequest<Result<IReadOnlyList<ConnectionStep>>>;

/// <summary>The four facts of the list and the rest (C5).</summary>
/// <param name="Target">The entry.</param>
/// <param name="Trust">Its trust record.</param>
/// <param name="IsInCertificateStore">Whether the authorised certificate is in the local store; the state alone does not make it trusted (T2).</param>
/// <param name="Waiting">Changes that the target has not acknowledged yet; of a source, what the last job left.</param>
/// <param name="Failed">Items that the target refused.</param>
/// <param name="RunningJob">The active job; null when none.</param>
/// <param name="Attempts">How the attempts to reach it went: back-off and quarantine (J7).</param>
/// <param name="MaxAttempts">The first attempt and its quick retries.</param>
/// <param name="QuarantinedItems">Those of <paramref name="Failed"/> that are offered at the slow cadence only.</param>
/// <param name="ScheduleMissedAt">When its schedule should have fired and did not; null when all is well (J8).</param>
/// <param name="NextSync">When its schedule fires next inside its windows, as far as a running engine said; null when unknown.</param>
/// <param name="Conflicts">Items that wait for a person on the target; not among the failed ones.</param>
public sealed record TargetView(
    CoreServer Target, TrustRecord Trust, bool IsInCertificateStore, long Waiting, int Failed, Guid? RunningJob, CoreSync.Jobs.RetryState Attempts, int MaxAttempts,
    int QuarantinedItems, DateTimeOffset? ScheduleMissedAt, DateTimeOffset? NextSync, int Conflicts = 0)
{
    /// <summary>The <i>Trusted</i> column: state and store agree.</summary>
    public bool IsTrusted => Trust.State == TrustState.Trusted && IsInCertificateStore;
}
