using System.Collections.Concurrent;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Settings;
using CoreSync.Trust;
using FluentResults;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Trust;

/// <summary>Hears what trusted cores announce about their next certificates (T10).</summary>
public interface IAnnouncements
{
    /// <summary>Takes or refuses what a core says on a connection that was accepted.</summary>
    /// <param name="target">The target.</param>
    /// <param name="core">The id that answered.</param>
    /// <param name="current">The certificate that the connection was accepted with.</param>
    /// <param name="announcement">What it announces; null when nothing.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task HearAsync(CoreServer target, CoreId core, CertificateFingerprint current, Announcement? announcement, CancellationToken cancellationToken);

    /// <summary>Records that what a core announced cannot even be read.</summary>
    Task RefuseAsync(CoreServer target, CertificateFingerprint current, CancellationToken cancellationToken);
}

/// <inheritdoc cref="IAnnouncements"/>
internal sealed class Announcements(
    ITrustStore trust, ISettingStore settings, TrustPolicies policies, ICurrentActor acting, TimeProvider time, ILogger<Announcements> logger) : IAnnouncements
{
    private const string Policy = "policy trust.approve-announced";

    // A core that goes on announcing nonsense is told of once per run of this process.
    private readonly ConcurrentDictionary<TargetId, (CertificateFingerprint Next, AnnouncementFault Fault)> refused = new();

    public async Task HearAsync(CoreServer target, CoreId core, CertificateFingerprint current, Announcement? announcement, CancellationToken cancellationToken)
    {
        var record = await trust.FindAsync(target.Id, cancellationToken).ConfigureAwait(false);
        if (record is not { State: TrustState.Trusted })
            return;
        if (announcement is null)
        {
            if (record.Withdraw() is { } withdrawn && await SaveAsync(record, withdrawn, Actor.Engine, "", cancellationToken).ConfigureAwait(false))
                TrustLog.AnnouncementWithdrawn(logger, record.Fqdn.Ascii, withdrawn.Fingerprint!.ToString());
            return;
        }

        var now = time.GetUtcNow();
        if (announcement.Fault(core, current, record, now) is { } fault)
        {
            await RefuseAsync(target, current, announcement.Next.Fingerprint, fault, cancellationToken).ConfigureAwait(false);
            return;
        }

        var problems = CertificateAssessment.Assess(announcement.Next, record.Fqdn, now, await policies.ReadAsync(cancellationToken).ConfigureAwait(false));
        // The same certificate, announced again at each run, changes nothing.
        if (record.Announce(announcement, problems, now) is not { } heard || !await SaveAsync(record, heard, Actor.Engine, "", cancellationToken).ConfigureAwait(false))
            return;
        TrustLog.NextAnnounced(logger, record.Fqdn.Ascii, announcement.Next.Fingerprint.ToString(), ProblemList.Text(problems));
        if (await settings.ReadAsync(Setting.ApproveAnnounced, cancellationToken).ConfigureAwait(false) == "on" && problems.All(record.Authorised!.Covers))
            await ApproveAsync(target, announcement.Next.Fingerprint, Policy, Actor.Engine with { Name = Policy }, cancellationToken).ConfigureAwait(false);
    }

    public Task RefuseAsync(CoreServer target, CertificateFingerprint current, CancellationToken cancellationToken) =>
        RefuseAsync(target, current, current, AnnouncementFault.Unreadable, cancellationToken);

    /// <summary>A person approves exactly the certificate that was announced.</summary>
    public Task<Result> ApproveAsync(CoreServer target, CertificateFingerprint shown, string reason, CancellationToken cancellationToken) =>
        ApproveAsync(target, shown, reason, acting.Actor, cancellationToken);

    private async Task<Result> ApproveAsync(CoreServer target, CertificateFingerprint shown, string reason, Actor actor, CancellationToken cancellationToken)
    {
        var record = await trust.FindAsync(target.Id, cancellationToken).ConfigureAwait(false);
        if (record is null)
            return Result.Fail(new TargetNotFoundError(target.Address.Fqdn.Ascii));
        var now = time.GetUtcNow();
        var approved = record.ApproveNext(shown, actor.Name, now);
        if (approved.IsFailed)
        {
            if (approved.HasError<FingerprintMismatchError>())
            {
                var attempt = new TrustEvent(TrustEventKind.AuthorisationRefused, record.Announced?.Certificate.Fingerprint, shown, []);
                await trust.AppendAsync(new TrustHistoryDraft(now, record.Fqdn, attempt, actor, reason), cancellationToken).ConfigureAwait(false);
            }

            return approved.ToResult();
        }

        var saved = await trust.SaveAsync(record, new TrustHistoryDraft(now, record.Fqdn, approved.Value, actor, reason), cancellationToken).ConfigureAwait(false);
        if (saved.IsSuccess)
            TrustLog.NextApproved(logger, actor.Name, shown.ToString(), record.Fqdn.Ascii);
        return saved;
    }

    private async Task RefuseAsync(CoreServer target, CertificateFingerprint current, CertificateFingerprint next, AnnouncementFault fault, CancellationToken cancellationToken)
    {
        if (refused.TryGetValue(target.Id, out var last) && last == (next, fault))
            return;
        refused[target.Id] = (next, fault);
        var what = new TrustEvent(TrustEventKind.AnnouncementRefused, next, current, []);
        await trust.AppendAsync(new TrustHistoryDraft(time.GetUtcNow(), target.Address.Fqdn, what, Actor.Engine, fault.ToString()), cancellationToken).ConfigureAwait(false);
        TrustLog.AnnouncementRefused(logger, target.Address.Fqdn.Ascii, next.ToString(), fault.ToString());
    }

    // Somebody else decided at the same time: what is announced is heard again at the next run.
    private async Task<bool> SaveAsync(TrustRecord record, TrustEvent what, Actor actor, string reason, CancellationToken cancellationToken) =>
        (await trust.SaveAsync(record, new TrustHistoryDraft(time.GetUtcNow(), record.Fqdn, what, actor, reason), cancellationToken).ConfigureAwait(false)).IsSuccess;
}
