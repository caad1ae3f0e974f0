namespace CoreSync.Trust;

/// <summary>What the administrator asks of certificates beyond the rules that cannot be switched off.</summary>
public sealed record TrustPolicy
{
    /// <summary>The default policy.</summary>
    public static TrustPolicy Default { get; } = new();

    /// <summary>An unanswered question about revocation counts as a problem (hard fail).</summary>
    /// <value>Off: soft fail, as browsers do. Self-signed certificates name no responder and are never asked about.</value>
    public bool RevocationUnknownIsProblem { get; init; }

    /// <summary>Smallest RSA key, in bits.</summary>
    /// <value>2048 (BSI TR-02102, NIST SP 800-131A).</value>
    public int MinimumRsaBits { get; init; } = 2048;

    /// <summary>Smallest elliptic-curve key, in bits.</summary>
    /// <value>256.</value>
    public int MinimumEcBits { get; init; } = 256;
}
