using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CoreSync.Servers;

namespace CoreSync.Infrastructure.Identity;

/// <summary>Makes the certificate that a core has when nobody chose another (T12): EC P-256, SAN = the FQDN, two years, for servers and clients.</summary>
internal static class DefaultCertificate
{
    /// <summary>Its subject, and its friendly name where the platform has such names.</summary>
    public const string Name = "CoreSync Secure Token Server";

    private const int ValidYears = 2;

    /// <summary>A new certificate with a new key, or with the key given.</summary>
    /// <returns>Key and certificate in one PEM text, so that both change together or not at all.</returns>
    public static (byte[] Pem, X509Certificate2 Certificate) Make(Fqdn name, DateTimeOffset now, string? keyPem)
    {
        using var key = Key(keyPem);
        var certificate = Issue(name, key, now);
        return (Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n" + certificate.ExportCertificatePem() + "\n"), certificate);
    }

    private static AsymmetricAlgorithm Key(string? pem)
    {
        if (pem is null)
            return ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // An administrator may have put an RSA key into the file.
        try
        {
            var ec = ECDsa.Create();
            ec.ImportFromPem(pem);
            return ec;
        }
        catch (Exception ex) when (ex is CryptographicException or ArgumentException)
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return rsa;
        }
    }

    private static X509Certificate2 Issue(Fqdn name, AsymmetricAlgorithm key, DateTimeOffset now)
    {
        var subject = new X500DistinguishedName("CN=" + Name);
        var request = key is RSA rsa
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name.Ascii);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        // A little before now: the clock of the other core may be behind.
        return request.CreateSelfSigned(now.AddMinutes(-10), now.AddYears(ValidYears));
    }
}
