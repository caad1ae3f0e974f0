using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Trust;

/// <inheritdoc cref="ITrustGate"/>
internal sealed class TrustGate(
    ITrustStore trust, TrustedCertificates certificates, TrustPolicies policies, TimeProvider time, ILogger<TrustGate> logger) : ITrustGate
{
    // Somebody else may save the record between reading and writing; the next round sees what they decided.
    private const int MaxRounds = 5;

    public async Task<Result> JudgeAsync(TargetId target, PresentedCertificate presented, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            var record = await trust.FindAsync(target, cancellationToken).ConfigureAwait(false);
            if (record is null)
                return Result.Fail(new TargetNotFoundError(target.ToString()));
            var policy = await policies.ReadAsync(cancellationToken).ConfigureAwait(false);
            var before = record.Authorised;
            var verdict = TrustJudgement.Judge(presented, record.Fqdn, record, certificates.Holds(record), time.GetUtcNow(), policy);
            if (verdict is { IsAccepted: true, IsPlannedSwitch: false, IsByChain: false })
                return Result.Ok();

            if (verdict.IsAccepted)
            {
                var switched = await SwitchAsync(record, presented, verdict.IsByChain, cancellationToken).ConfigureAwait(false);
                if (switched.IsSuccess || !switched.HasError<TrustConcurrencyError>() || round == MaxRounds)
                    return switched;
                continue;
            }

            var saved = await RecordAsync(record, presented, verdict, cancellationToken).ConfigureAwait(false);
            if (saved.IsSuccess)
                return Result.Fail(Errors(record, before, presented, verdict));
            if (!saved.HasError<TrustConcurrencyError>() || round == MaxRounds)
                return saved;
        }
    }

    public async Task<bool> IsStillTrustedAsync(TargetId target, CertificateFingerprint accepted, CancellationToken cancellationToken)
    {
        var record = await trust.FindAsync(target, cancellationToken).ConfigureAwait(false);
        return record is { State: TrustState.Trusted } && (record.Authorised?.Fingerprint == accepted || record.Authorised?.Follows == accepted) && certificates.Holds(record);
    }

    // The new certificate into the store first, the record second, the old one out of the store last: a crash in between leaves the core trusted or blocked, never trusted without a certificate.
    private async Task<Result> SwitchAsync(TrustRecord record, PresentedCertificate presented, bool byChain, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var old = record.Authorised?.Fingerprint;
        var what = byChain ? record.AuthoriseByChain(presented, now) : record.SwitchToAnnounced(now);
        certificates.Add(presented);
        var saved = await SaveAsync(record, what, now, cancellationToken).ConfigureAwait(false);
        await certificates.RemoveUnlessUsedAsync(saved.IsSuccess ? old : presented.Fingerprint, cancellationToken).ConfigureAwait(false);
        if (saved.IsSuccess && byChain)
            TrustLog.TrustedByChain(logger, record.Fqdn.Ascii, presented.Fingerprint.ToString(), presented.Issuer);
        else if (saved.IsSuccess)
            TrustLog.CertificateSwitched(logger, record.Fqdn.Ascii, presented.Fingerprint.ToString(), old?.ToString() ?? "none");
        return saved;
    }

    private async Task<Result> RecordAsync(TrustRecord record, PresentedCertificate presented, TrustVerdict verdict, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (record.State != TrustState.Trusted)
        {
            if (record.Review(presented, verdict.Problems, now) is not { } review)
                return Result.Ok();
            var saved = await SaveAsync(record, review, now, cancellationToken).ConfigureAwait(false);
            if (saved.IsSuccess)
                TrustLog.ReviewRequested(logger, record.Fqdn.Ascii, presented.Fingerprint.ToString(), ProblemList.Text(verdict.Problems));
            return saved;
        }

        if (verdict.Reasons.Contains(TrustReason.CertificateChanged))
        {
            var removed = record.Authorised?.Fingerprint;
            var change = record.ObserveChange(presented, verdict.Problems, now);
            var saved = await SaveAsync(record, change, now, cancellationToken).ConfigureAwait(false);
            if (saved.IsFailed)
                return saved;
            TrustLog.CertificateChanged(logger, record.Fqdn.Ascii, presented.Fingerprint.ToString(), removed?.ToString() ?? "none");
            await certificates.RemoveUnlessUsedAsync(removed, cancellationToken).ConfigureAwait(false);
            return saved;
        }

        if (verdict.Reasons.Contains(TrustReason.NewProblem) || verdict.Reasons.Contains(TrustReason.NotApprovable))
        {
            var failure = record.ObserveValidationFailure(presented, verdict.Problems, now);
            var saved = await SaveAsync(record, failure, now, cancellationToken).ConfigureAwait(false);
            if (saved.IsSuccess)
                TrustLog.ValidationFailed(logger, record.Fqdn.Ascii, presented.Fingerprint.ToString(), ProblemList.Text(verdict.Problems));
            return saved;
        }

        // Only the store disagrees: the record stays, so that putting the certificate back by authorising again is one step.
        TrustLog.CertificateStoreDisagrees(logger, record.Fqdn.Ascii, presented.Fingerprint.ToString(), certificates.StoreName);
        return Result.Ok();
    }

    private Task<Result> SaveAsync(TrustRecord record, TrustEvent what, DateTimeOffset now, CancellationToken cancellationToken) =>
        trust.SaveAsync(record, new TrustHistoryDraft(now, record.Fqdn, what, Actor.Engine, ""), cancellationToken);

    private IEnumerable<CoreSyncError> Errors(TrustRecord record, Authorisation? before, PresentedCertificate presented, TrustVerdict verdict)
    {
        foreach (var reason in verdict.Reasons)
            yield return TrustErrorMap.Error(reason, record, before, presented, verdict.Problems, certificates.StoreName);
    }
}

/// <summary>The typed error of each reason to refuse.</summary>
internal static class TrustErrorMap
{
    public static CoreSyncError Error(
        TrustReason reason, TrustRecord record, Authorisation? authorised, PresentedCertificate presented, IReadOnlyList<CertificateProblem> problems, string storeName)
    {
        var fqdn = record.Fqdn.Ascii;
        return reason switch
        {
            TrustReason.NotReviewed => new NotReviewedError(fqdn, presented.Fingerprint.ToString()),
            TrustReason.Declined => new TrustDeclinedError(fqdn),
            TrustReason.TrustRemoved => new TrustRemovedError(fqdn),
            TrustReason.CertificateChanged => new CertificateChangedError(
                fqdn, presented.Fingerprint.ToString(), (authorised ?? record.Previous)?.Fingerprint.ToString() ?? "none"),
            TrustReason.NewProblem => new CertificateInvalidError(
                fqdn, ProblemList.Text(problems.Where(problem => (authorised ?? record.Authorised)?.Covers(problem) != true))),
            TrustReason.NotInCertificateStore => new CertificateNotInStoreError(fqdn, (authorised ?? record.Authorised)?.Fingerprint.ToString() ?? "none", storeName),
            TrustReason.NotApprovable => new CertificateNotApprovableError(fqdn, ProblemList.Text(problems.Where(CertificateAssessment.NotApprovable.Contains))),
            _ => throw new InvalidOperationException($"Unknown trust reason {reason}"),
        };
    }

    /// <summary>Why a core is not trusted, judged by what is recorded alone; null when it is.</summary>
    public static CoreSyncError? Recorded(TrustRecord record, bool isInStore, string storeName)
    {
        var fqdn = record.Fqdn.Ascii;
        return record.State switch
        {
            TrustState.Trusted when isInStore => null,
            TrustState.Trusted => new CertificateNotInStoreError(fqdn, record.Authorised?.Fingerprint.ToString() ?? "none", storeName),
            TrustState.NotReviewed => new NotReviewedError(fqdn, record.Pending?.Certificate.Fingerprint.ToString() ?? "none seen yet"),
            TrustState.Declined => new TrustDeclinedError(fqdn),
            TrustState.Revoked => new TrustRemovedError(fqdn),
            TrustState.Changed => new CertificateChangedError(
                fqdn, record.Pending?.Certificate.Fingerprint.ToString() ?? "unknown", record.Previous?.Fingerprint.ToString() ?? "none"),
            TrustState.ValidationFailed => new CertificateInvalidError(
                fqdn, ProblemList.Text((record.Pending?.Problems ?? []).Where(problem => record.Authorised?.Covers(problem) != true))),
            _ => throw new InvalidOperationException($"Unknown trust state {record.State}"),
        };
    }
}
