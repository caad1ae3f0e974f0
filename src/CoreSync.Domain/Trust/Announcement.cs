using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CoreSync.Servers;

namespace CoreSync.Trust;

/// <summary>A core's word about its next certificate (T10), with the proof that it holds the key: a signature by that key over who says it, what it presents now, what comes next, and when.</summary>
/// <param name="Next">The certificate that will be presented.</param>
/// <param name="At">When it was announced: an older statement never replaces a newer one.</param>
/// <param name="Proof">The signature; see docs/protocol.md.</param>
public sealed record Announcement(PresentedCertificate Next, DateTimeOffset At, ReadOnlyMemory<byte> Proof)
{
    private static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(10);
    private static readonly byte[] Label = Encoding.ASCII.GetBytes("CoreSync announcement v1\0");

    /// <summary>The bytes that the proof signs.</summary>
    public static byte[] Statement(CoreId core, CertificateFingerprint current, CertificateFingerprint next, DateTimeOffset at)
    {
        var moment = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(moment, at.ToUnixTimeMilliseconds());
        return [.. Label, .. core.Value.ToByteArray(bigEndian: true), .. current.Bytes, .. next.Bytes, .. moment];
    }

    /// <summary>Why the word is not taken; null when it is.</summary>
    /// <param name="core">The core that answers on the trusted connection.</param>
    /// <param name="current">The certificate that the connection was accepted with.</param>
    /// <param name="record">What is recorded about that core.</param>
    /// <param name="now">The clock.</param>
    public AnnouncementFault? Fault(CoreId core, CertificateFingerprint current, TrustRecord record, DateTimeOffset now)
    {
        if (!IsProven(core, current))
            return AnnouncementFault.NotProven;
        if (Next.Fingerprint == current)
            return AnnouncementFault.NothingNew;
        if (At > now + MaxSkew)
            return AnnouncementFault.FromTheFuture;
        if (record.AnnouncedAt is { } newest && (At < newest || (At == newest && record.Announced?.Certificate.Fingerprint != Next.Fingerprint)))
            return AnnouncementFault.Older;
        return CertificateAssessment.Assess(Next, record.Fqdn, now, TrustPolicy.Default).Any(CertificateAssessment.NotApprovable.Contains) ? AnnouncementFault.TooWeak : null;
    }

    private bool IsProven(CoreId core, CertificateFingerprint current)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(Next.Der.Span);
            using var ec = certificate.GetECDsaPublicKey();
            using var rsa = certificate.GetRSAPublicKey();
            var statement = Statement(core, current, Next.Fingerprint, At);
            return ec is not null
                ? ec.VerifyData(statement, Proof.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                : rsa is not null && rsa.VerifyData(statement, Proof.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        }
        catch (CryptographicException)
        {
            // A key or a signature that cannot be used proves nothing.
            return false;
        }
    }
}

/// <summary>Why an announcement is not taken.</summary>
public enum AnnouncementFault
{
    /// <summary>The signature does not fit: another key, another core, another present certificate, or altered.</summary>
    NotProven,

    /// <summary>It announces the certificate that is presented already.</summary>
    NothingNew,

    /// <summary>Its time lies ahead; look at both clocks.</summary>
    FromTheFuture,

    /// <summary>It was replaced by a newer one before: replayed, or from a restored copy.</summary>
    Older,

    /// <summary>Nobody could authorise the certificate.</summary>
    TooWeak,

    /// <summary>The certificate in it cannot be read.</summary>
    Unreadable,
}

/// <summary>The next certificate of a trusted core, as it was announced and proven.</summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="Problems">What is wrong with it, as shown to whoever approves.</param>
/// <param name="SeenAt">When it was heard first.</param>
/// <param name="ApprovedBy">Who approved it; null while nobody did.</param>
/// <param name="ApprovedAt">When.</param>
public sealed record AnnouncedCertificate(
    PresentedCertificate Certificate, IReadOnlyList<CertificateProblem> Problems, DateTimeOffset SeenAt, string? ApprovedBy = null, DateTimeOffset? ApprovedAt = null)
{
    /// <summary>A person, or the policy, said that the switch may happen.</summary>
    public bool IsApproved => ApprovedBy is not null;
}
