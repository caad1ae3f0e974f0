using CoreSync.Servers;

namespace CoreSync.Trust;

/// <summary>Decides whether a presented certificate may be talked to. Pure function of its arguments (T1); names every reason to refuse, not only the first.</summary>
/// <remarks>The order of the checks is the order in which a reader would ask: was it authorised, is it that certificate, is it still in the store, is it still sound.</remarks>
public static class TrustJudgement
{
    /// <summary>Judges one TLS handshake.</summary>
    /// <param name="presented">What the core presented.</param>
    /// <param name="asked">The host name asked for.</param>
    /// <param name="stored">What is recorded about the target.</param>
    /// <param name="isInCertificateStore">Whether the local certificate store holds the certificate recorded as authorised; the two must agree (T2).</param>
    /// <param name="now">The clock.</param>
    /// <param name="policy">What the administrator asks beyond the fixed rules.</param>
    /// <param name="use">Who presents it.</param>
    public static TrustVerdict Judge(
        PresentedCertificate presented, Fqdn asked, TrustRecord stored, bool isInCertificateStore, DateTimeOffset now, TrustPolicy policy,
        CertificateUse use = CertificateUse.Server)
    {
        var problems = CertificateAssessment.Assess(presented, asked, now, policy, use);
        var reasons = new List<TrustReason>();

        // Chain mode (T02): policy of a person for this core. Whoever was declined or removed stays out, and the least problem leaves the decision to a person.
        if (stored.Mode == TrustMode.Chain && problems.Count == 0 && stored.State is not (TrustState.Declined or TrustState.Revoked)
            && (stored.State != TrustState.Trusted || stored.Authorised?.Fingerprint != presented.Fingerprint))
            return new TrustVerdict([], problems, IsByChain: true);

        // T3: only Trusted may sync; each other state is a reason of its own.
        switch (stored.State)
        {
            case TrustState.NotReviewed: reasons.Add(TrustReason.NotReviewed); break;
            case TrustState.Declined: reasons.Add(TrustReason.Declined); break;
            case TrustState.Revoked: reasons.Add(TrustReason.TrustRemoved); break;
            case TrustState.Changed: reasons.Add(TrustReason.CertificateChanged); break;
            case TrustState.ValidationFailed: reasons.Add(TrustReason.NewProblem); break;
            case TrustState.Trusted: break;
            default: throw new InvalidOperationException($"Unknown trust state {stored.State}");
        }

        var isPlanned = false;
        if (stored.State == TrustState.Trusted)
        {
            // T10: the certificate that was announced, proven and approved, with nothing wrong that was not shown then.
            isPlanned = stored.Announced is { IsApproved: true } next && next.Certificate.Fingerprint == presented.Fingerprint && problems.All(next.Problems.Contains);

            // T5: trust is in the fingerprint of the whole certificate; same key or same issuer do not count.
            if (isPlanned)
                isPlanned = stored.Authorised is not null;
            else if (stored.Authorised is null || stored.Authorised.Fingerprint != presented.Fingerprint)
                reasons.Add(TrustReason.CertificateChanged);
            else if (problems.Any(problem => !stored.Authorised.Covers(problem)))
                reasons.Add(TrustReason.NewProblem);

            if (!isInCertificateStore)
                reasons.Add(TrustReason.NotInCertificateStore);
        }

        if (problems.Any(CertificateAssessment.NotApprovable.Contains))
            reasons.Add(TrustReason.NotApprovable);

        return new TrustVerdict(reasons, problems, isPlanned);
    }
}

/// <summary>The answer of <see cref="TrustJudgement.Judge"/>.</summary>
/// <param name="Reasons">Why the core may not be talked to; empty accepts.</param>
/// <param name="Problems">Everything wrong with the certificate, covered by an authorisation or not.</param>
/// <param name="IsPlannedSwitch">The certificate is the announced and approved one: when accepted, the record switches to it (T10).</param>
/// <param name="IsByChain">The certificate is accepted by its chain, as a person chose for this core: the record takes it.</param>
public sealed record TrustVerdict(IReadOnlyList<TrustReason> Reasons, IReadOnlyList<CertificateProblem> Problems, bool IsPlannedSwitch = false, bool IsByChain = false)
{
    /// <summary>True only when there is no reason to refuse.</summary>
    public bool IsAccepted => Reasons.Count == 0;
}

/// <summary>A reason to refuse a core.</summary>
public enum TrustReason
{
    /// <summary>Nobody authorised its certificate yet.</summary>
    NotReviewed,

    /// <summary>A person declined it.</summary>
    Declined,

    /// <summary>A person removed the trust.</summary>
    TrustRemoved,

    /// <summary>It presents, or presented since, another certificate than the authorised one.</summary>
    CertificateChanged,

    /// <summary>The authorised certificate has a problem that was not shown when it was authorised.</summary>
    NewProblem,

    /// <summary>The local certificate store does not hold the authorised certificate.</summary>
    NotInCertificateStore,

    /// <summary>The certificate is so weak that nobody can authorise it.</summary>
    NotApprovable,
}
