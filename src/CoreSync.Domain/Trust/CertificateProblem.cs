namespace CoreSync.Trust;

/// <summary>Something about a certificate that a person must know before authorising it.</summary>
public enum CertificateProblem
{
    /// <summary>Issued by itself: only comparing the fingerprint tells whose it is.</summary>
    SelfSigned,

    /// <summary>Its issuer is not known to this machine.</summary>
    UnknownIssuer,

    /// <summary>None of its names is the name asked for (RFC 6125).</summary>
    NameMismatch,

    /// <summary>Its validity has ended.</summary>
    Expired,

    /// <summary>Its validity has not begun; look at both clocks.</summary>
    NotYetValid,

    /// <summary>It is not meant for servers (extended key usage).</summary>
    WrongPurpose,

    /// <summary>It is a certificate authority's own certificate.</summary>
    IsAuthority,

    /// <summary>An issuer's constraint forbids it.</summary>
    ConstraintViolated,

    /// <summary>Revoked by its issuer.</summary>
    Revoked,

    /// <summary>Whether it is revoked could not be learnt, and policy asks to know.</summary>
    RevocationUnknown,

    /// <summary>Its key is too weak: RSA below 2048 bits, EC below 256, DSA. Cannot be authorised.</summary>
    WeakKey,

    /// <summary>Signed with MD5 or SHA-1. Cannot be authorised.</summary>
    WeakSignature,

    /// <summary>A signature in its chain does not verify. Cannot be authorised.</summary>
    SignatureInvalid,

    /// <summary>Not an X.509 version 3 certificate. Cannot be authorised.</summary>
    OldVersion,
}
