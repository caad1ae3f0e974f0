using System.Globalization;
using CoreSync.Servers;

namespace CoreSync.Trust;

/// <summary>The public part of a core's keys as a file that two administrators exchange (T13): who it is, and its certificate. Never a private key.</summary>
/// <param name="Core">Its id.</param>
/// <param name="Name">Its FQDN.</param>
/// <param name="Certificate">Its certificate.</param>
public sealed record PublicKeys(CoreId Core, Fqdn Name, PresentedCertificate Certificate)
{
    private const string FirstLine = "CoreSync public keys v1";

    /// <summary>The file: plain text that survives mail, with the certificate as PEM, which tools that know only certificates read too.</summary>
    public static string Text(CoreId core, Fqdn name, CertificateFingerprint fingerprint, string pem) => string.Create(
        CultureInfo.InvariantCulture, $"{FirstLine}\nCore: {name.Ascii}\nId: {core}\nSHA-256: {fingerprint}\n\n{pem.TrimEnd()}\n");

    /// <summary>Reads what stands above the certificate.</summary>
    /// <returns>Null when a line is missing or cannot be read; surrounding space, line ends and the order do not matter.</returns>
    public static (CoreId Core, Fqdn Name, CertificateFingerprint Fingerprint)? ReadHeader(string text)
    {
        var lines = text.TrimStart('\ufeff').Split('\n').Select(line => line.Trim()).TakeWhile(line => !line.StartsWith("-----", StringComparison.Ordinal)).ToList();
        if (!lines.Contains(FirstLine) || !CoreId.TryParse(Value("Id:"), out var core))
            return null;
        var name = Fqdn.Parse(Value("Core:"));
        var fingerprint = CertificateFingerprint.Parse(Value("SHA-256:"));
        return name.IsFailed || fingerprint.IsFailed ? null : (core, name.Value, fingerprint.Value);

        string Value(string key) => lines.Where(line => line.StartsWith(key, StringComparison.Ordinal)).Select(line => line[key.Length..]).FirstOrDefault("");
    }
}
