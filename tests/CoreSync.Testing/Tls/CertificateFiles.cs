using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CoreSync.Testing.Tls;

/// <summary>Writes certificates and keys to files as an administrator would keep them: readable by the owner alone.</summary>
public static class CertificateFiles
{
    /// <summary>A PFX with the certificate and its key.</summary>
    public static string WritePfx(string file, X509Certificate2 certificate, string? password = null) => Write(file, certificate.Export(X509ContentType.Pkcs12, password));

    /// <summary>The certificate alone as PEM.</summary>
    public static string WritePem(string file, X509Certificate2 certificate) => Write(file, System.Text.Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()));

    /// <summary>The key as PEM; encrypted when a password is given.</summary>
    public static string WriteKey(string file, X509Certificate2 certificate, string? password = null)
    {
        using var ec = certificate.GetECDsaPrivateKey();
        using AsymmetricAlgorithm key = ec is null ? certificate.GetRSAPrivateKey()! : ec;
        var pem = password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        return Write(file, System.Text.Encoding.ASCII.GetBytes(pem));
    }

    private static string Write(string file, byte[] content)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(file, options);
        stream.Write(content);
        return file;
    }
}
