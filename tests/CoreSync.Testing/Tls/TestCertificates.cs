using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CoreSync.Testing.Tls;

/// <summary>Makes real certificates with real keys, good and bad.</summary>
public static class TestCertificates
{
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>A self-signed certificate, as a core makes one for itself unless told otherwise.</summary>
    public static X509Certificate2 SelfSigned(
        string dns, AsymmetricAlgorithm? key = null, DateTimeOffset? from = null, DateTimeOffset? until = null, HashAlgorithmName? hash = null, bool isAuthority = false,
        string[]? purposes = null, bool hasNames = true, string? subject = null)
    {
        key ??= ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(dns, key, hash, isAuthority, purposes, hasNames, subject);
        var now = TimeProvider.System.GetUtcNow();
        if (hash == HashAlgorithmName.SHA1 && key is RSA rsa)
        {
            using var old = request.Create(request.SubjectName, new Sha1Signer(rsa), from ?? now.AddDays(-1), until ?? now.AddYears(1), [1]);
            return old.CopyWithPrivateKey(rsa);
        }

        return request.CreateSelfSigned(from ?? now.AddDays(-1), until ?? now.AddYears(1));
    }

    /// <summary>An authority that this machine does not know, with what it issues.</summary>
    public static TestAuthority Authority(string name = "CN=Test authority") => new(name);

    internal static CertificateRequest Request(
        string dns, AsymmetricAlgorithm key, HashAlgorithmName? hash, bool isAuthority, string[]? purposes, bool hasNames, string? subject)
    {
        var name = new X500DistinguishedName(subject ?? "CN=" + dns);
        var algorithm = hash ?? HashAlgorithmName.SHA256;
        var request = key switch
        {
            ECDsa ec => new CertificateRequest(name, ec, algorithm),
            RSA rsa => new CertificateRequest(name, rsa, algorithm, RSASignaturePadding.Pkcs1),
            _ => throw new ArgumentException("Not a key for a certificate", nameof(key)),
        };
        if (hasNames)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(dns);
            request.CertificateExtensions.Add(names.Build());
        }

        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        var uses = new OidCollection();
        foreach (var purpose in purposes ?? [ServerAuthentication, ClientAuthentication])
            uses.Add(new Oid(purpose));
        if (uses.Count > 0)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, false));
        return request;
    }
}

/// <summary>Signs as nobody should any more; the platform's own signer refuses to.</summary>
internal sealed class Sha1Signer(RSA key) : X509SignatureGenerator
{
    // AlgorithmIdentifier of sha1WithRSAEncryption (RFC 8017, A.2.4).
    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => Convert.FromHexString("300D06092A864886F70D0101050500");

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(data, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);

    protected override PublicKey BuildPublicKey() => CreateForRSA(key, RSASignaturePadding.Pkcs1).PublicKey;
}

/// <summary>A certificate authority of a test.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal TestAuthority(string name)
    {
        var request = new CertificateRequest(new X500DistinguishedName(name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        var now = TimeProvider.System.GetUtcNow();
        Certificate = request.CreateSelfSigned(now.AddYears(-1), now.AddYears(10));
    }

    /// <summary>Its own certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Issues a certificate.</summary>
    /// <param name="dns">The name in it.</param>
    /// <param name="leafKey">Its key; a new one when null.</param>
    /// <param name="until">End of its validity.</param>
    /// <param name="serial">Its serial number.</param>
    /// <param name="address">Where it says that issuer, responder and revocation list are found; nowhere when null.</param>
    /// <param name="responder">Where it says that the responder is found, and nothing else; nowhere when null.</param>
    public X509Certificate2 Issue(string dns, ECDsa? leafKey = null, DateTimeOffset? until = null, byte serial = 1, string? address = null, string? responder = null)
    {
        leafKey ??= ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var request = TestCertificates.Request(dns, leafKey, null, false, null, true, null);
        if (address is not null)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([address + "/ocsp"], [address + "/issuer.cer"]));
            request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([address + "/list.crl"]));
        }

        if (responder is not null)
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([responder], null));
        using var issued = request.Create(Certificate, now.AddDays(-1), until ?? now.AddYears(1), [serial]);
        return issued.CopyWithPrivateKey(leafKey);
    }

    /// <summary>Its list of revoked serial numbers, as it is downloaded.</summary>
    public byte[] Revoke(params byte[] serials)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var serial in serials)
            list.AddEntry([serial]);
        var now = TimeProvider.System.GetUtcNow();
        return list.Build(Certificate, 1, now.AddDays(1), HashAlgorithmName.SHA256, rsaSignaturePadding: null, thisUpdate: now.AddHours(-1));
    }

    /// <summary>The answer of its responder that a certificate is not revoked (RFC 6960, 4.2.1), for any time.</summary>
    public byte[] Answer(byte serial, DateTimeOffset from, DateTimeOffset until)
    {
        var body = new AsnWriter(AsnEncodingRules.DER);
        using (body.PushSequence())
        {
            using (body.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
                body.WriteEncodedValue(Certificate.SubjectName.RawData);
            body.WriteGeneralizedTime(from, omitFractionalSeconds: true);
            using (body.PushSequence())
            using (body.PushSequence())
            {
                WriteId(body, serial);
                body.WriteNull(new Asn1Tag(TagClass.ContextSpecific, 0));
                body.WriteGeneralizedTime(from, omitFractionalSeconds: true);
                using (body.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    body.WriteGeneralizedTime(until, omitFractionalSeconds: true);
            }
        }

        var told = body.Encode();
        var signed = new AsnWriter(AsnEncodingRules.DER);
        using (signed.PushSequence())
        {
            signed.WriteEncodedValue(told);
            using (signed.PushSequence())
                signed.WriteObjectIdentifier("1.2.840.10045.4.3.2"); // ecdsa-with-SHA256
            signed.WriteBitString(key.SignData(told, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        var answer = new AsnWriter(AsnEncodingRules.DER);
        using (answer.PushSequence())
        {
            answer.WriteEncodedValue([0x0A, 0x01, 0x00]); // successful
            using (answer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (answer.PushSequence())
            {
                answer.WriteObjectIdentifier("1.3.6.1.5.5.7.48.1.1"); // id-pkix-ocsp-basic
                answer.WriteOctetString(signed.Encode());
            }
        }

        return answer.Encode();
    }

#pragma warning disable CA5350 // the identifiers of RFC 6960 are SHA-1; they sign nothing
    private void WriteId(AsnWriter writer, byte serial)
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.3.14.3.2.26");
                writer.WriteNull();
            }

            writer.WriteOctetString(SHA1.HashData(Certificate.SubjectName.RawData));
            writer.WriteOctetString(SHA1.HashData(Certificate.PublicKey.EncodedKeyValue.RawData));
            writer.WriteInteger(serial);
        }
    }
#pragma warning restore CA5350

    public void Dispose()
    {
        key.Dispose();
        Certificate.Dispose();
    }
}
