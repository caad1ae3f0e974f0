using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Errors;
using CoreSync.Infrastructure.Identity;
using CoreSync.Infrastructure.Tls;
using FluentResults;

namespace CoreSync.Infrastructure.Bundles;

/// <summary>Signs with the key of a certificate: ECDSA with SHA-256 as r and s side by side, or RSA-PSS with SHA-256 (docs/bundle.md, 4).</summary>
internal sealed class BundleSigner : IDisposable
{
    private readonly ECDsa? ecdsa;
    private readonly RSA? rsa;

    private BundleSigner(byte[] certificate, ECDsa? ecdsa, RSA? rsa)
    {
        Certificate = certificate;
        this.ecdsa = ecdsa;
        this.rsa = rsa;
        SignatureBytes = ecdsa is not null ? ecdsa.GetMaxSignatureSize(DSASignatureFormat.IeeeP1363FixedFieldConcatenation) : rsa!.KeySize / 8;
    }

    /// <summary>The certificate in DER.</summary>
    public byte[] Certificate { get; }

    /// <summary>Size of every signature.</summary>
    public int SignatureBytes { get; }

    /// <summary>The signer of this core.</summary>
    /// <returns>Fails with <see cref="IdentityUnusableError"/>.</returns>
    public static Result<BundleSigner> Of(OwnCertificate own)
    {
        var current = own.ForListener();
        if (current.IsFailed)
            return current.ToResult<BundleSigner>();
        var certificate = current.Value.TargetCertificate;
        var ecdsa = certificate.GetECDsaPrivateKey();
        var rsa = ecdsa is null ? certificate.GetRSAPrivateKey() : null;
        return ecdsa is null && rsa is null
            ? Result.Fail(new IdentityUnusableError(own.File, "its key can sign neither with ECDSA nor with RSA"))
            : new BundleSigner(certificate.RawData, ecdsa, rsa);
    }

    /// <summary>Signs <paramref name="data"/> into exactly <see cref="SignatureBytes"/> bytes.</summary>
    public void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        var signed = ecdsa is not null
            ? ecdsa.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
            : rsa!.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        signed.CopyTo(signature);
    }

    /// <summary>Verifies a signature with the key of a certificate.</summary>
    /// <returns>The subject of the certificate, printable; null when the signature does not fit, or the bytes are no certificate with such a key.</returns>
    public static string? Verify(ReadOnlyMemory<byte> certificate, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        try
        {
            using var loaded = X509CertificateLoader.LoadCertificate(certificate.Span);
            // What was hashed for the fingerprint is what was parsed: no bytes may follow the certificate.
            if (!loaded.RawDataMemory.Span.SequenceEqual(certificate.Span))
                return null;
            using var ecdsa = loaded.GetECDsaPublicKey();
            using var rsa = ecdsa is null ? loaded.GetRSAPublicKey() : null;
            var fits = ecdsa?.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
                ?? rsa?.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss) ?? false;
            return fits ? PrintableText.Of(loaded.Subject) : null;
        }
        catch (CryptographicException)
        {
            // Whoever made these bytes, they are no certificate that could have signed.
            return null;
        }
    }

    public void Dispose()
    {
        ecdsa?.Dispose();
        rsa?.Dispose();
    }
}
