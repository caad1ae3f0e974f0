using System.Globalization;
using CoreSync.Errors;
using CoreSync.Servers;

namespace CoreSync.Trust;

/// <summary>Decides whether a certificate may become that of this core (T12). Pure; names every fault, not only the first.</summary>
public static class OwnCertificateCheck
{
    private static readonly CertificateProblem[] Weaknesses =
        [CertificateProblem.WeakKey, CertificateProblem.WeakSignature, CertificateProblem.SignatureInvalid, CertificateProblem.OldVersion];

    private static readonly CertificateProblem[] Purposes = [CertificateProblem.WrongPurpose, CertificateProblem.IsAuthority];

    /// <summary>The faults; empty when other cores can authorise it. Who issued it does not matter: a person compares the fingerprint.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="name">The name of this core.</param>
    /// <param name="source">Where it comes from, for the texts.</param>
    /// <param name="now">The clock.</param>
    public static IReadOnlyList<CoreSyncError> Faults(PresentedCertificate certificate, Fqdn name, string source, DateTimeOffset now)
    {
        var problems = CertificateAssessment.Assess(certificate, name, now, TrustPolicy.Default);
        var faults = new List<CoreSyncError>();
        if (problems.Contains(CertificateProblem.NameMismatch))
            faults.Add(new IdentityNameError(source, name.Ascii, certificate.DnsNames.Count == 0 ? "–" : string.Join(", ", certificate.DnsNames)));
        if (problems.Contains(CertificateProblem.Expired) || problems.Contains(CertificateProblem.NotYetValid))
            faults.Add(new IdentityNotValidError(source, Text(certificate.NotBefore), Text(certificate.NotAfter)));
        if (problems.Intersect(Purposes).ToList() is { Count: > 0 } purposes)
            faults.Add(new IdentityPurposeError(source, ProblemList.Text(purposes)));
        if (problems.Intersect(Weaknesses).ToList() is { Count: > 0 } weaknesses)
            faults.Add(new IdentityTooWeakError(source, ProblemList.Text(weaknesses), $"{certificate.KeyAlgorithm} {certificate.KeyBits.ToString(CultureInfo.InvariantCulture)}, {certificate.SignatureAlgorithm}"));
        return faults;
    }

    /// <summary>The invariant text of a moment in messages.</summary>
    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
