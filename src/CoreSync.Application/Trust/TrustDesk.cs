using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Trust;

/// <summary>Where a person decides about a certificate: look, show, authorise, end. Loads, lets the record decide, saves, keeps the certificate store in step, logs.</summary>
internal sealed class TrustDesk(
    ITrustStore trust, TrustedCertificates certificates, ITrustGate gate, ITargetConnector connector, TrustPolicies policies, IPaceStore paces,
    ICurrentActor acting, TimeProvider time, ILogger<TrustDesk> logger)
{
    private Actor Actor => acting.Actor;

    /// <summary>Shakes hands with the core and records what it shows: a pending review, or the change of a trusted core.</summary>
    public async Task<Result<CertificateSighting>> LookAsync(CoreServer target, CancellationToken cancellationToken)
    {
        var sighting = await connector.ProbeAsync(target.Address, cancellationToken).ConfigureAwait(false);
        // The verdict is recorded, and read back by the caller from the record.
        if (sighting.IsSuccess)
            await gate.JudgeAsync(target.Id, sighting.Value.Certificate, cancellationToken).ConfigureAwait(false);
        return sighting;
    }

    /// <summary>Authorises exactly the certificate that the person was shown.</summary>
    public async Task<Result> AuthoriseAsync(
        CoreServer target, PresentedCertificate presented, CertificateFingerprint shown, string reason, CancellationToken cancellationToken)
    {
        var record = await FindAsync(target, cancellationToken).ConfigureAwait(false);
        if (record.IsFailed)
            return record.ToResult();
        var now = time.GetUtcNow();
        var replaced = record.Value.Authorised?.Fingerprint;
        var problems = CertificateAssessment.Assess(presented, target.Address.Fqdn, now, await policies.ReadAsync(cancellationToken).ConfigureAwait(false));
        var authorised = record.Value.Authorise(presented, problems, shown, Actor.Name, now);
        if (authorised.IsFailed)
        {
            var refused = new TrustEvent(TrustEventKind.AuthorisationRefused, presented.Fingerprint, shown, problems);
            await trust.AppendAsync(new TrustHistoryDraft(now, target.Address.Fqdn, refused, Actor, reason), cancellationToken).ConfigureAwait(false);
            TrustLog.AuthorisationRefused(logger, Actor.Name, target.Address.Fqdn.Ascii, shown.ToString(), presented.Fingerprint.ToString());
            return authorised.ToResult();
        }

        // The certificate first, the state second: a crash in between leaves a certificate without a state, which trusts nobody.
        certificates.Add(presented);
        var saved = await trust.SaveAsync(record.Value, new TrustHistoryDraft(now, target.Address.Fqdn, authorised.Value, Actor, reason), cancellationToken).ConfigureAwait(false);
        await certificates.RemoveUnlessUsedAsync(saved.IsFailed ? presented.Fingerprint : replaced == presented.Fingerprint ? null : replaced, cancellationToken).ConfigureAwait(false);
        if (saved.IsSuccess)
        {
            await paces.ReleaseAsync(target.Id, now, cancellationToken).ConfigureAwait(false);
            TrustLog.TargetTrusted(logger, Actor.Name, target.Address.Fqdn.Ascii, presented.Fingerprint.ToString(), ProblemList.Text(problems));
        }

        return saved;
    }

    /// <summary>Ends the trust by a person's decision; the certificate leaves the local store.</summary>
    public async Task<Result> EndAsync(
        CoreServer target, string reason, Func<TrustRecord, DateTimeOffset, TrustEvent> decide, Action<ILogger, string, string> log, CancellationToken cancellationToken)
    {
        var record = await FindAsync(target, cancellationToken).ConfigureAwait(false);
        if (record.IsFailed)
            return record.ToResult();
        var now = time.GetUtcNow();
        var ended = record.Value.Authorised?.Fingerprint;
        var what = decide(record.Value, now);
        var saved = await trust.SaveAsync(record.Value, new TrustHistoryDraft(now, target.Address.Fqdn, what, Actor, reason), cancellationToken).ConfigureAwait(false);
        if (saved.IsFailed)
            return saved;
        await certificates.RemoveUnlessUsedAsync(ended, cancellationToken).ConfigureAwait(false);
        log(logger, Actor.Name, target.Address.Fqdn.Ascii);
        return saved;
    }

    /// <summary>Chooses what the trust in a target rests on; an authorisation that only a chain gave ends with chain mode.</summary>
    public async Task<Result> ChooseAsync(CoreServer target, TrustMode mode, CancellationToken cancellationToken)
    {
        var record = await FindAsync(target, cancellationToken).ConfigureAwait(false);
        if (record.IsFailed)
            return record.ToResult();
        var now = time.GetUtcNow();
        var before = record.Value.Authorised?.Fingerprint;
        if (record.Value.Choose(mode, now) is not { } what)
            return Result.Ok();
        var saved = await trust.SaveAsync(record.Value, new TrustHistoryDraft(now, target.Address.Fqdn, what, Actor, ""), cancellationToken).ConfigureAwait(false);
        if (saved.IsFailed)
            return saved;
        if (record.Value.Authorised is null)
            await certificates.RemoveUnlessUsedAsync(before, cancellationToken).ConfigureAwait(false);
        TrustLog.TrustModeChosen(logger, Actor.Name, mode.ToString(), target.Address.Fqdn.Ascii);
        return saved;
    }

    /// <summary>What a person needs to decide about a target.</summary>
    public async Task<Result<TrustView>> ViewAsync(CoreServer target, CancellationToken cancellationToken)
    {
        var record = await FindAsync(target, cancellationToken).ConfigureAwait(false);
        return record.IsFailed ? record.ToResult<TrustView>() : await ViewAsync(record.Value, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ViewAsync(CoreServer, CancellationToken)"/>
    public async Task<TrustView> ViewAsync(TrustRecord record, CancellationToken cancellationToken) => (await ViewAsync([record], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Several; policy and certificate store are looked at once.</summary>
    public async Task<IReadOnlyList<TrustView>> ViewAsync(IEnumerable<TrustRecord> records, CancellationToken cancellationToken)
    {
        var policy = await policies.ReadAsync(cancellationToken).ConfigureAwait(false);
        var held = certificates.Held();
        return
        [
            .. records.Select(record =>
            {
                var shown = record.Pending?.Certificate ?? record.Authorised?.Certificate;
                var problems = shown is null ? [] : CertificateAssessment.Assess(shown, record.Fqdn, time.GetUtcNow(), policy);
                return new TrustView(record, shown, problems, held.Holds(record), certificates.StoreName);
            }),
        ];
    }

    private async Task<Result<TrustRecord>> FindAsync(CoreServer target, CancellationToken cancellationToken) =>
        await trust.FindAsync(target.Id, cancellationToken).ConfigureAwait(false) is { } record
            ? record
            : Result.Fail(new TargetNotFoundError(target.Address.Fqdn.Ascii));
}
