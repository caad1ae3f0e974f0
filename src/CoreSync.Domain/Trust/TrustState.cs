namespace CoreSync.Trust;

/// <summary>What a person decided about a target core's certificate, and what happened to it since (T3). Only <see cref="Trusted"/> may sync.</summary>
public enum TrustState
{
    /// <summary>Nobody decided yet.</summary>
    NotReviewed,

    /// <summary>A person authorised exactly this certificate with the problems shown.</summary>
    Trusted,

    /// <summary>A person answered No.</summary>
    Declined,

    /// <summary>A trusted core presented another certificate (T5).</summary>
    Changed,

    /// <summary>The authorised certificate has a problem that the authorisation does not cover (T4).</summary>
    ValidationFailed,

    /// <summary>A person removed the trust (T6).</summary>
    Revoked,
}
