using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Trust;
using CoreSync.WebConsole.Shell;

namespace CoreSync.WebConsole.Trust;

/// <summary>One field of a certificate as a person reads it.</summary>
/// <param name="Key">Key of its label.</param>
/// <param name="Value">Its value, possibly in several lines.</param>
/// <param name="IsHash">Set in letters of one width.</param>
public sealed record CertificateField(string Key, string Value, bool IsHash = false);

/// <summary>The fields of a certificate, in the order in which they are compared.</summary>
internal static class CertificateFields
{
    public static IReadOnlyList<CertificateField> Of(Viewer view, PresentedCertificate certificate)
    {
        IEnumerable<string> names = [.. certificate.DnsNames, .. certificate.IpAddresses];
        return
        [
            new("certificate.subject", certificate.Subject),
            new("certificate.issuer", certificate.Issuer),
            new("certificate.names", names.Any() ? string.Join(", ", names) : view.T("none")),
            new("certificate.from", view.Moment(certificate.NotBefore)),
            new("certificate.until", view.Moment(certificate.NotAfter)),
            new("certificate.key", $"{certificate.KeyAlgorithm} {certificate.KeyBits.ToString(CultureInfo.InvariantCulture)}"),
            new("certificate.signature", certificate.SignatureAlgorithm),
            new("certificate.serial", certificate.Serial, true),
            new("certificate.chain", certificate.ChainPath.Count == 0 ? view.T("certificate.chain-unknown") : string.Join(" → ", certificate.ChainPath)),
            new("certificate.sha256", string.Join('\n', certificate.Fingerprint.ToGrid()), true),
            new("certificate.pin", certificate.Pin, true),
            new("certificate.sha1", Legacy(certificate), true),
        ];
    }

    /// <summary>PEM, as other tools read it.</summary>
    public static string Pem(PresentedCertificate certificate)
    {
        using var read = X509CertificateLoader.LoadCertificate(certificate.Der.Span);
        return read.ExportCertificatePem() + "\n";
    }

    /// <summary>What of a name on the certificate differs from the name asked for: the labels before those that both end with.</summary>
    public static (string Differs, string Same) Compare(string carried, string asked)
    {
        var left = carried.Split('.');
        var right = asked.Split('.');
        var common = 0;
        while (common < left.Length && common < right.Length && string.Equals(left[^(common + 1)], right[^(common + 1)], StringComparison.OrdinalIgnoreCase))
            common++;
        var differs = string.Join('.', left[..^common]);
        var same = string.Join('.', left[^common..]);
        return (differs, differs.Length > 0 && same.Length > 0 ? "." + same : same);
    }

    // The platform's own word for it: nothing here decides by SHA-1.
    private static string Legacy(PresentedCertificate certificate)
    {
        using var read = X509CertificateLoader.LoadCertificate(certificate.Der.Span);
        return string.Join(':', read.Thumbprint.Chunk(2).Select(pair => new string(pair)));
    }
}
