using CoreSync.Servers;

namespace CoreSync.Trust;

/// <summary>Finds everything that is wrong with a certificate, whatever was decided about it. Pure: no I/O, no clock.</summary>
public static class CertificateAssessment
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string AnyPurpose = "2.5.29.37.0";

    /// <summary>Problems that nobody can authorise (T09).</summary>
    public static IReadOnlySet<CertificateProblem> NotApprovable { get; } = new HashSet<CertificateProblem>
    {
        CertificateProblem.WeakKey, CertificateProblem.WeakSignature, CertificateProblem.SignatureInvalid, CertificateProblem.OldVersion, CertificateProblem.Revoked,
    };

    /// <summary>Lists all problems, in the order of <see cref="CertificateProblem"/>; empty when there is none.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="expected">The name that it must carry.</param>
    /// <param name="now">The clock.</param>
    /// <param name="policy">What the administrator asks beyond the fixed rules.</param>
    /// <param name="use">Who presents it.</param>
    public static IReadOnlyList<CertificateProblem> Assess(
        PresentedCertificate certificate, Fqdn expected, DateTimeOffset now, TrustPolicy policy, CertificateUse use = CertificateUse.Server) =>
        Assess(certificate, certificate.DnsNames.Any(name => Covers(name, expected)), now, policy, use);

    /// <summary>The same for a server that is no core: whether the certificate carries its name, or address, is known.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="isNamed">Whether it is for who was asked for.</param>
    /// <param name="now">The clock.</param>
    /// <param name="policy">What the administrator asks beyond the fixed rules.</param>
    /// <param name="use">Who presents it.</param>
    public static IReadOnlyList<CertificateProblem> Assess(
        PresentedCertificate certificate, bool isNamed, DateTimeOffset now, TrustPolicy policy, CertificateUse use = CertificateUse.Server)
    {
        var purpose = use == CertificateUse.Server ? ServerAuthentication : ClientAuthentication;
        var found = new List<CertificateProblem>();
        Check(certificate.Chain.HasFlag(ChainFindings.SelfSigned), CertificateProblem.SelfSigned);
        Check(certificate.Chain.HasFlag(ChainFindings.UnknownIssuer), CertificateProblem.UnknownIssuer);
        Check(!isNamed, CertificateProblem.NameMismatch);
        Check(now > certificate.NotAfter, CertificateProblem.Expired);
        Check(now < certificate.NotBefore, CertificateProblem.NotYetValid);
        Check(certificate.Purposes is { } purposes && !purposes.Contains(purpose) && !purposes.Contains(AnyPurpose), CertificateProblem.WrongPurpose);
        Check(certificate.IsAuthority, CertificateProblem.IsAuthority);
        Check(certificate.Chain.HasFlag(ChainFindings.ConstraintViolated), CertificateProblem.ConstraintViolated);
        Check(certificate.Chain.HasFlag(ChainFindings.Revoked), CertificateProblem.Revoked);
        Check(policy.RevocationUnknownIsProblem && certificate.Chain.HasFlag(ChainFindings.RevocationUnknown), CertificateProblem.RevocationUnknown);
        Check(HasWeakKey(certificate, policy), CertificateProblem.WeakKey);
        Check(HasWeakSignature(certificate), CertificateProblem.WeakSignature);
        Check(certificate.Chain.HasFlag(ChainFindings.SignatureInvalid), CertificateProblem.SignatureInvalid);
        Check(certificate.Version != 3, CertificateProblem.OldVersion);
        return found;

        void Check(bool wrong, CertificateProblem problem)
        {
            if (wrong)
                found.Add(problem);
        }
    }

    // RFC 6125, 6.4.3: only a whole left-most label may be a wildcard, it covers one label, and never a name of two labels.
    private static bool Covers(string pattern, Fqdn expected)
    {
        var wildcard = pattern.StartsWith("*.", StringComparison.Ordinal);
        var name = Fqdn.Parse(wildcard ? pattern[2..] : pattern);
        if (name.IsFailed)
            return false;
        if (!wildcard)
            return name.Value == expected;
        var dot = expected.Ascii.IndexOf('.', StringComparison.Ordinal);
        return expected.Ascii[(dot + 1)..] == name.Value.Ascii;
    }

    private static bool HasWeakKey(PresentedCertificate certificate, TrustPolicy policy) => certificate.KeyAlgorithm switch
    {
        "RSA" => certificate.KeyBits < policy.MinimumRsaBits,
        "EC" => certificate.KeyBits < policy.MinimumEcBits,
        _ => true,
    };

    private static bool HasWeakSignature(PresentedCertificate certificate) =>
        certificate.SignatureAlgorithm.Contains("md5", StringComparison.OrdinalIgnoreCase)
        || certificate.SignatureAlgorithm.Contains("md2", StringComparison.OrdinalIgnoreCase)
        || certificate.SignatureAlgorithm.Contains("sha1", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Who presents a certificate in a handshake.</summary>
public enum CertificateUse
{
    /// <summary>The core that is called.</summary>
    Server,

    /// <summary>The core that calls.</summary>
    Client,
}
