using CoreSync.Application.Accounts;
using CoreSync.Application.Jobs;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Jobs;
using CoreSync.Servers;
using CoreSync.Settings;
using CoreSync.Trust;

namespace CoreSync.Application.Health;

/// <summary>The target cores: trust, certificates that end, credentials, quarantine, schedules, refused items, the brake, and how long the last success is ago.</summary>
internal sealed class TargetHealth(
    ITargetStore targets, TargetViews views, TrustedCertificates certificates, ICredentialStore credentials, ISyncJobStore jobs, ISettingStore settings, ITargetConnector connector, TimeProvider time)
    : IHealthProbe
{
    private const int RecentJobs = 200;
    private const string Braked = "sync.mass-delete";

    public HealthArea Area => HealthArea.Targets;

    public async Task LookAsync(HealthNotes notes, CancellationToken cancellationToken)
    {
        var known = await credentials.ListAsync(cancellationToken).ConfigureAwait(false);
        var stale = TimeSpan.FromHours(await settings.ReadNumberAsync(Setting.StaleHours, cancellationToken).ConfigureAwait(false));
        var last = (await jobs.ListAsync(new JobFilter(Limit: RecentJobs), cancellationToken).ConfigureAwait(false)).Where(job => job.HasEnded).DistinctBy(job => job.Target).ToDictionary(job => job.Target);
        foreach (var view in await views.OfAsync(await targets.ListAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false))
        {
            var target = view.Target;
            notes.Target(view);
            if (!target.IsEnabled)
                continue;
            LookAtTrust(notes, view);
            if (!known.Any(entry => target.Direction == SyncDirection.Pull ? entry.Scope == CredentialScope.Scheduler : entry.Scope == CredentialScope.Default || entry.Scope.Target == target.Id))
                Find(notes, view, HealthSeverity.Failure, new CredentialsMissingError(Name(view)));
            LookAtProgress(notes, view, stale, last.GetValueOrDefault(target.Id));
            if (notes.IsDeep)
                await TestAsync(notes, view, cancellationToken).ConfigureAwait(false);
        }
    }

    private void LookAtTrust(HealthNotes notes, TargetView view)
    {
        if (TrustErrorMap.Recorded(view.Trust, view.IsInCertificateStore, certificates.StoreName) is { } distrust)
            Find(notes, view, HealthSeverity.Failure, distrust, view.Trust.Since);
        if (view is { IsTrusted: true, Trust.Announced: { IsApproved: false } announced })
            Find(notes, view, HealthSeverity.Notice, new NextAnnouncedError(Name(view), announced.Certificate.Fingerprint.ToString()), announced.SeenAt);
        if (view is { IsTrusted: true, Trust.Authorised.Certificate.NotAfter: var end } && CertificateExpiry.Passed(end, time.GetUtcNow()) > 0)
            Find(notes, view, HealthSeverity.Warning, new CertificateExpiringError(Name(view), CertificateExpiry.DaysLeft(end, time.GetUtcNow()), OwnCertificateCheck.Text(end)));
    }

    private void LookAtProgress(HealthNotes notes, TargetView view, TimeSpan stale, SyncJob? last)
    {
        if (view.Attempts is { IsQuarantined: true } attempts)
        {
            Find(notes, view, HealthSeverity.Failure, new TargetQuarantinedError(Name(view), attempts.Failed, Moments.Text(attempts.NextAt), attempts.ErrorMessage ?? ""), attempts.QuarantinedSince);
        }

        if (view.ScheduleMissedAt is { } missed)
            Find(notes, view, HealthSeverity.Warning, new ScheduleMissedError(Name(view), Moments.Text(missed)), missed);
        if (view.QuarantinedItems > 0)
            Find(notes, view, HealthSeverity.Warning, new ItemsQuarantinedError(Name(view), view.QuarantinedItems));
        if (view.Failed > 0)
            Find(notes, view, HealthSeverity.Warning, new ItemsFailedError(view.Failed, view.Failed), view.Target.LastContact.At);
        if (view.Conflicts > 0)
            Find(notes, view, HealthSeverity.Warning, new ItemsWaitingError(view.Conflicts), view.Target.LastContact.At);
        if (last is { ErrorCode: Braked })
            Find(notes, view, HealthSeverity.Failure, new DeletesHeldError(Name(view), last.ErrorMessage ?? ""), last.EndedAt);

        // What waits for a person or in quarantine is told above; this is for what fails to happen in silence.
        var since = view.Target.LastSuccess ?? view.Target.AddedAt;
        if (view is { IsTrusted: true, Waiting: > 0, Attempts.IsQuarantined: false } && !view.Target.Rules.IsPaused(time.GetUtcNow()) && time.GetUtcNow() - since > stale)
            Find(notes, view, HealthSeverity.Warning, new NoRecentSuccessError(Name(view), (int)(time.GetUtcNow() - since).TotalHours, view.Waiting), since);
    }

    private async Task TestAsync(HealthNotes notes, TargetView view, CancellationToken cancellationToken)
    {
        var steps = await connector.TestAsync(view.Target, cancellationToken).ConfigureAwait(false);
        notes.Test(new TargetTest(view.Target.Address.Fqdn, steps));
        foreach (var step in steps.Where(step => step.Error is not null))
            Find(notes, view, step.Verdict == StepVerdict.Failed ? HealthSeverity.Failure : HealthSeverity.Warning, step.Error!);
    }

    private void Find(HealthNotes notes, TargetView view, HealthSeverity severity, CoreSyncError error, DateTimeOffset? since = null) =>
        notes.Find(Area, severity, error, since, Name(view));

    private static string Name(TargetView view) => view.Target.Address.Fqdn.Ascii;
}
