using System.Security.Cryptography;
using CoreSync.Infrastructure.Tls;

namespace CoreSync.Infrastructure.Identity;

/// <summary>Reads a certificate file of another core: PEM or DER, exactly one certificate, never a key.</summary>
internal static class CertificateFile
{
    /// <summary>The certificate in DER.</summary>
    /// <exception cref="CryptographicException">Not one certificate.</exception>
    public static byte[] Read(string file)
    {
        var info = new FileInfo(file);
        if (info.Exists && info.Length > CertificateReader.MaxDerBytes * 2)
            throw new CryptographicException("it is too large for a certificate");
        var bytes = File.ReadAllBytes(file);
        var text = System.Text.Encoding.Latin1.GetString(bytes);
        if (!PemEncoding.TryFind(text, out _))
            return bytes;

        byte[]? found = null;
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var label = rest[fields.Label];
            if (label is not "CERTIFICATE")
                throw new CryptographicException(label.EndsWith("PRIVATE KEY") ? "it holds a private key, which never leaves its core" : $"it holds a {label}");
            if (found is not null)
                throw new CryptographicException("it holds more than one certificate");
            found = Convert.FromBase64String(rest[fields.Base64Data].ToString());
            rest = rest[fields.Location.End..];
        }

        return found ?? throw new CryptographicException("it holds no certificate");
    }
}
