using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Trust;

namespace CoreSync.Infrastructure.Tls;

/// <summary>Turns a certificate as the platform knows it into data that can be judged, stored and shown. Decides nothing.</summary>
internal sealed class CertificateReader(TimeProvider time)
{
    /// <summary>Largest certificate that is looked at, in bytes of DER.</summary>
    public const int MaxDerBytes = 64 * 1024;

    private const string CrlDistributionPoints = "2.5.29.31";
    private const string AuthorityInformationAccess = "1.3.6.1.5.5.7.1.1";
    private const string RsaPss = "1.2.840.113549.1.1.10";

    /// <summary>Reads the leaf and builds its chain with the roots of this machine; contacts nobody unless revocation is asked for.</summary>
    /// <param name="der">The leaf; at most <see cref="MaxDerBytes"/>.</param>
    /// <param name="others">Other certificates that came with it, in DER.</param>
    /// <param name="askRevocation">Asks the responder or list that the chain names; self-signed certificates name none.</param>
    /// <param name="roots">The only roots that count; null takes those of this machine.</param>
    /// <exception cref="CryptographicException">These bytes are no certificate that can be judged.</exception>
    public PresentedCertificate Read(ReadOnlyMemory<byte> der, IReadOnlyList<byte[]> others, bool askRevocation, X509Certificate2Collection? roots = null)
    {
        if (der.Length > MaxDerBytes)
            throw new CryptographicException($"The certificate is larger than {MaxDerBytes} bytes");
        try
        {
            using var leaf = X509CertificateLoader.LoadCertificate(der.Span);
            var structure = CertificateStructure.Parse(leaf.RawDataMemory);
            var (findings, path) = BuildChain(leaf, others, roots, askRevocation: false);
            // Who is asked is named in the certificate: only an issuer that this machine trusts may name somebody (T29).
            if (askRevocation && (findings & (ChainFindings.SelfSigned | ChainFindings.UnknownIssuer | ChainFindings.SignatureInvalid)) == 0)
                (findings, path) = BuildChain(leaf, others, roots, askRevocation: true);
            var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().SingleOrDefault();
            var constraints = leaf.Extensions.OfType<X509BasicConstraintsExtension>().SingleOrDefault();
            var purposes = leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().SingleOrDefault();
            return new PresentedCertificate
            {
                Der = leaf.RawData,
                Fingerprint = CertificateFingerprint.Of(leaf.RawData),
                Pin = Convert.ToHexString(SHA256.HashData(structure.SubjectPublicKeyInfo.Span)),
                Subject = PrintableText.Of(leaf.Subject),
                Issuer = PrintableText.Of(leaf.Issuer),
                Serial = leaf.SerialNumber,
                DnsNames = names is null ? [] : [.. names.EnumerateDnsNames().Select(PrintableText.Of)],
                IpAddresses = names is null ? [] : [.. names.EnumerateIPAddresses().Select(address => address.ToString())],
                NotBefore = new DateTimeOffset(leaf.NotBefore.ToUniversalTime()),
                NotAfter = new DateTimeOffset(leaf.NotAfter.ToUniversalTime()),
                KeyAlgorithm = KeyAlgorithmName(leaf.PublicKey.Oid.Value),
                KeyBits = KeyBits(leaf),
                SignatureAlgorithm = structure.SignatureAlgorithm,
                Version = leaf.Version,
                IsAuthority = constraints?.CertificateAuthority ?? false,
                Purposes = purposes is null ? null : [.. purposes.EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value ?? "")],
                Chain = findings,
                ChainPath = path,
            };
        }
        catch (Exception ex) when (ex is AsnContentException or InvalidOperationException or ArgumentException)
        {
            // Two extensions of one kind, dates beyond the calendar, broken nesting: attackers write these, not issuers.
            throw new CryptographicException("The certificate is malformed", ex);
        }
    }

    private (ChainFindings Findings, IReadOnlyList<string> Path) BuildChain(
        X509Certificate2 leaf, IReadOnlyList<byte[]> others, X509Certificate2Collection? roots, bool askRevocation)
    {
        using var chain = new X509Chain();
        // No fetching of issuers from addresses that the other side names (T29).
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime.ToLocalTime();
        chain.ChainPolicy.UrlRetrievalTimeout = TimeSpan.FromSeconds(5);
        if (roots is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        }

        chain.ChainPolicy.RevocationFlag = X509RevocationFlag.ExcludeRoot;
        var isSelfIssued = leaf.SubjectName.RawData.AsSpan().SequenceEqual(leaf.IssuerName.RawData);
        var asks = askRevocation && !isSelfIssued && leaf.Extensions.Any(extension => extension.Oid?.Value is CrlDistributionPoints or AuthorityInformationAccess);
        chain.ChainPolicy.RevocationMode = asks ? X509RevocationMode.Online : X509RevocationMode.NoCheck;
        foreach (var other in others)
            chain.ChainPolicy.ExtraStore.Add(X509CertificateLoader.LoadCertificate(other));

        try
        {
            chain.Build(leaf);
            var findings = ChainFindings.None;
            for (var i = 0; i < chain.ChainElements.Count; i++)
            {
                foreach (var status in chain.ChainElements[i].ChainElementStatus)
                    findings |= Finding(status.Status, isLeaf: i == 0, isSelfIssued);
            }

            foreach (var status in chain.ChainStatus)
            {
                // Expiry of the leaf is judged by its dates; of the whole chain only what no single element carries matters here.
                if (status.Status is X509ChainStatusFlags.PartialChain or X509ChainStatusFlags.UntrustedRoot)
                    findings |= Finding(status.Status, isLeaf: false, isSelfIssued);
            }

            return (findings, [.. chain.ChainElements.Select(element => PrintableText.Of(element.Certificate.Subject))]);
        }
        finally
        {
            foreach (var extra in chain.ChainPolicy.ExtraStore)
                extra.Dispose();
            foreach (var element in chain.ChainElements)
                element.Certificate.Dispose();
        }
    }

    private static ChainFindings Finding(X509ChainStatusFlags status, bool isLeaf, bool isSelfIssued) => status switch
    {
        X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain => isSelfIssued ? ChainFindings.SelfSigned : ChainFindings.UnknownIssuer,
        X509ChainStatusFlags.ExplicitDistrust or X509ChainStatusFlags.Revoked => ChainFindings.Revoked,
        X509ChainStatusFlags.RevocationStatusUnknown or X509ChainStatusFlags.OfflineRevocation => ChainFindings.RevocationUnknown,
        X509ChainStatusFlags.NotSignatureValid => ChainFindings.SignatureInvalid,
        X509ChainStatusFlags.HasWeakSignature => ChainFindings.SignatureInvalid,
        // An issuer that is out of date vouches for nobody.
        X509ChainStatusFlags.NotTimeValid => isLeaf ? ChainFindings.None : ChainFindings.UnknownIssuer,
        X509ChainStatusFlags.NotValidForUsage => isLeaf ? ChainFindings.None : ChainFindings.ConstraintViolated,
        X509ChainStatusFlags.InvalidBasicConstraints or X509ChainStatusFlags.InvalidNameConstraints or X509ChainStatusFlags.InvalidPolicyConstraints
            or X509ChainStatusFlags.InvalidExtension or X509ChainStatusFlags.HasExcludedNameConstraint or X509ChainStatusFlags.HasNotPermittedNameConstraint
            or X509ChainStatusFlags.HasNotDefinedNameConstraint or X509ChainStatusFlags.HasNotSupportedNameConstraint
            or X509ChainStatusFlags.HasNotSupportedCriticalExtension or X509ChainStatusFlags.NoIssuanceChainPolicy => ChainFindings.ConstraintViolated,
        X509ChainStatusFlags.NoError or X509ChainStatusFlags.NotTimeNested or X509ChainStatusFlags.CtlNotTimeValid or X509ChainStatusFlags.CtlNotSignatureValid
            or X509ChainStatusFlags.CtlNotValidForUsage => ChainFindings.None,
        _ => ChainFindings.UnknownIssuer,
    };

    private static string KeyAlgorithmName(string? oid) => oid switch
    {
        "1.2.840.113549.1.1.1" => "RSA",
        "1.2.840.10045.2.1" => "EC",
        "1.2.840.10040.4.1" => "DSA",
        _ => oid ?? "unknown",
    };

    private static int KeyBits(X509Certificate2 leaf)
    {
        try
        {
            using var rsa = leaf.GetRSAPublicKey();
            using var ec = leaf.GetECDsaPublicKey();
            return rsa?.KeySize ?? ec?.KeySize ?? 0;
        }
        catch (CryptographicException)
        {
            // A curve or a key that the platform cannot use: 0 bits are weak.
            return 0;
        }
    }

    /// <summary>The parts of a certificate that the platform does not give as they are in the bytes (RFC 5280, 4.1).</summary>
    private readonly record struct CertificateStructure(ReadOnlyMemory<byte> SubjectPublicKeyInfo, string SignatureAlgorithm)
    {
        public static CertificateStructure Parse(ReadOnlyMemory<byte> der)
        {
            var certificate = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            var body = certificate.ReadSequence();
            if (body.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0)))
                body.ReadEncodedValue(); // version
            body.ReadEncodedValue(); // serial
            body.ReadEncodedValue(); // signature
            body.ReadEncodedValue(); // issuer
            body.ReadEncodedValue(); // validity
            body.ReadEncodedValue(); // subject
            var key = body.ReadEncodedValue();
            return new CertificateStructure(key, AlgorithmName(certificate.ReadSequence()));
        }

        private static string AlgorithmName(AsnReader algorithm)
        {
            var oid = algorithm.ReadObjectIdentifier();
            return oid == RsaPss ? PssHash(algorithm) + "RSASSA-PSS" : Names.GetValueOrDefault(oid, oid);
        }

        // RFC 4055, 3.1: [0] names the hash; without it the hash is SHA-1.
        private static string PssHash(AsnReader algorithm)
        {
            if (!algorithm.HasData)
                return "sha1";
            var parameters = algorithm.ReadSequence();
            var hash = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
            if (!parameters.HasData || parameters.PeekTag() != hash)
                return "sha1";
            return parameters.ReadSequence(hash).ReadSequence().ReadObjectIdentifier() switch
            {
                "2.16.840.1.101.3.4.2.1" => "sha256",
                "2.16.840.1.101.3.4.2.2" => "sha384",
                "2.16.840.1.101.3.4.2.3" => "sha512",
                _ => "sha1",
            };
        }

        private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
        {
            ["1.2.840.113549.1.1.2"] = "md2RSA",
            ["1.2.840.113549.1.1.3"] = "md4RSA (as weak as md5)",
            ["1.2.840.113549.1.1.4"] = "md5RSA",
            ["1.2.840.113549.1.1.5"] = "sha1RSA",
            ["1.3.14.3.2.29"] = "sha1RSA",
            ["1.2.840.113549.1.1.11"] = "sha256RSA",
            ["1.2.840.113549.1.1.12"] = "sha384RSA",
            ["1.2.840.113549.1.1.13"] = "sha512RSA",
            ["1.2.840.113549.1.1.14"] = "sha224RSA",
            ["1.2.840.10040.4.3"] = "sha1DSA",
            ["2.16.840.1.101.3.4.3.2"] = "sha256DSA",
            ["1.2.840.10045.4.1"] = "sha1ECDSA",
            ["1.2.840.10045.4.3.1"] = "sha224ECDSA",
            ["1.2.840.10045.4.3.2"] = "sha256ECDSA",
            ["1.2.840.10045.4.3.3"] = "sha384ECDSA",
            ["1.2.840.10045.4.3.4"] = "sha512ECDSA",
            ["1.3.101.112"] = "ed25519",
            ["1.3.101.113"] = "ed448",
        };
    }
}
