namespace CoreSync.Trust;

/// <summary>What a core presented in a TLS handshake, as data: everything that the judgement and the person need.</summary>
public sealed record PresentedCertificate
{
    /// <summary>The leaf in DER; at most 64 KiB.</summary>
    public required ReadOnlyMemory<byte> Der { get; init; }

    /// <summary>SHA-256 of <see cref="Der"/>.</summary>
    public required CertificateFingerprint Fingerprint { get; init; }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo (RFC 7469), upper-case hexadecimal: tells <i>same key renewed</i> from <i>new key</i>.</summary>
    public required string Pin { get; init; }

    /// <summary>Distinguished name of the subject.</summary>
    public required string Subject { get; init; }

    /// <summary>Distinguished name of the issuer.</summary>
    public required string Issuer { get; init; }

    /// <summary>Serial number in hexadecimal.</summary>
    public required string Serial { get; init; }

    /// <summary>DNS names of the subject alternative name extension, in their order; empty when there is none.</summary>
    public required IReadOnlyList<string> DnsNames { get; init; }

    /// <summary>IP addresses of the subject alternative name extension.</summary>
    public IReadOnlyList<string> IpAddresses { get; init; } = [];

    /// <summary>First moment of validity, UTC.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Last moment of validity, UTC.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary><c>EC</c>, <c>RSA</c>, <c>DSA</c> or the object identifier.</summary>
    public required string KeyAlgorithm { get; init; }

    /// <summary>Size of the key in bits; 0 when unknown.</summary>
    public required int KeyBits { get; init; }

    /// <summary>Signature algorithm, such as <c>sha256ECDSA</c>.</summary>
    public required string SignatureAlgorithm { get; init; }

    /// <summary>X.509 version: 3 for everything made this century.</summary>
    public int Version { get; init; } = 3;

    /// <summary>The basic constraints say that it is a certificate authority.</summary>
    public bool IsAuthority { get; init; }

    /// <summary>Extended key usages as object identifiers; null when the extension is absent (any purpose).</summary>
    public IReadOnlyList<string>? Purposes { get; init; }

    /// <summary>What building the chain found.</summary>
    public ChainFindings Chain { get; init; }

    /// <summary>Subjects of the chain from leaf to the last certificate known, for display.</summary>
    public IReadOnlyList<string> ChainPath { get; init; } = [];
}

/// <summary>What building the certificate chain with the platform found. Revocation is asked only where policy says so (T15).</summary>
[Flags]
public enum ChainFindings
{
    /// <summary>A complete chain to a root that this machine trusts.</summary>
    None = 0,

    /// <summary>Issued by itself.</summary>
    SelfSigned = 1,

    /// <summary>The chain does not end at a root that this machine trusts.</summary>
    UnknownIssuer = 2,

    /// <summary>The issuer's responder or list says revoked.</summary>
    Revoked = 4,

    /// <summary>Revocation was asked and not answered.</summary>
    RevocationUnknown = 8,

    /// <summary>Constraints of an issuer are violated: path length, name constraints, policy, usage.</summary>
    ConstraintViolated = 16,

    /// <summary>A signature in the chain does not verify.</summary>
    SignatureInvalid = 32,
}
