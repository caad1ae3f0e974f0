namespace CoreSync.Trust;

/// <summary>Decides whether certificate and account of a client fit together and are enrolled (T13). Pure; the client learns nothing of the reasons.</summary>
public static class ClientJudgement
{
    /// <summary>Judges who signs in.</summary>
    /// <param name="presented">The certificate of the connection, whose key was proven in the handshake; null when none was presented.</param>
    /// <param name="account">The account whose password was right.</param>
    /// <param name="enrolment">What is recorded about the core that signs in; null when nothing is.</param>
    /// <param name="now">The clock.</param>
    /// <param name="policy">What the administrator asks beyond the fixed rules.</param>
    public static ClientVerdict Judge(PresentedCertificate? presented, string account, ClientEnrolment? enrolment, DateTimeOffset now, TrustPolicy policy)
    {
        if (presented is null)
            return new ClientVerdict([ClientReason.NoCertificate], []);
        if (enrolment is null)
            return new ClientVerdict([ClientReason.Unknown], []);

        // The rows themselves are the list; there is no second store that could disagree.
        var judged = TrustJudgement.Judge(presented, enrolment.Name, enrolment.Trust, isInCertificateStore: true, now, policy, CertificateUse.Client);
        var reasons = judged.Reasons.Select(Reason).Distinct().ToList();
        if (!string.Equals(account, enrolment.Account, StringComparison.OrdinalIgnoreCase))
            reasons.Add(ClientReason.OtherAccount);
        return new ClientVerdict(reasons, judged.Problems);
    }

    private static ClientReason Reason(TrustReason reason) => reason switch
    {
        TrustReason.NotReviewed => ClientReason.Waiting,
        TrustReason.Declined or TrustReason.TrustRemoved => ClientReason.Removed,
        TrustReason.CertificateChanged => ClientReason.Changed,
        _ => ClientReason.Invalid,
    };
}

/// <summary>The answer of <see cref="ClientJudgement.Judge"/>.</summary>
/// <param name="Reasons">Why the client is refused; empty accepts.</param>
/// <param name="Problems">What is wrong with its certificate.</param>
public sealed record ClientVerdict(IReadOnlyList<ClientReason> Reasons, IReadOnlyList<CertificateProblem> Problems)
{
    /// <summary>True only when there is no reason to refuse.</summary>
    public bool IsAccepted => Reasons.Count == 0;
}

/// <summary>A reason to refuse a client; for the log of this core, never for the client.</summary>
public enum ClientReason
{
    /// <summary>No certificate, or one that cannot be read.</summary>
    NoCertificate,

    /// <summary>Nothing is recorded about that core.</summary>
    Unknown,

    /// <summary>Its certificate waits for a person.</summary>
    Waiting,

    /// <summary>A person removed it from the list.</summary>
    Removed,

    /// <summary>It presents, or presented since, another certificate than the enrolled one.</summary>
    Changed,

    /// <summary>The enrolled certificate has a new problem, or is too weak for anybody.</summary>
    Invalid,

    /// <summary>The certificate belongs to another account.</summary>
    OtherAccount,
}
