using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Infrastructure.Tls;
using CoreSync.Servers;
using CoreSync.Testing.Tls;
using CoreSync.Trust;

namespace CoreSync.Infrastructure.Tests.Tls;

public sealed class CertificateReaderTests
{
    private const string Name = "core.example.net";

    private static readonly CertificateReader Reader = new(TimeProvider.System);

    [Fact]
    public void A_self_signed_certificate_is_read_completely()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var certificate = TestCertificates.SelfSigned(Name, key, subject: "CN=a core, O=Example");

        var read = Reader.Read(certificate.RawData, [], false);

        Assert.Equal(CertificateFingerprint.Of(certificate.RawData), read.Fingerprint);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(key.ExportSubjectPublicKeyInfo())), read.Pin);
        Assert.Equal(("CN=a core, O=Example", "CN=a core, O=Example"), (read.Subject, read.Issuer));
        Assert.Equal([Name], read.DnsNames);
        Assert.Equal(("EC", 384, "sha256ECDSA", 3), (read.KeyAlgorithm, read.KeyBits, read.SignatureAlgorithm, read.Version));
        Assert.Equal([TestCertificates.ServerAuthentication, TestCertificates.ClientAuthentication], read.Purposes);
        Assert.Equal(ChainFindings.SelfSigned, read.Chain);
        Assert.Equal((certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime()), (read.NotBefore.UtcDateTime, read.NotAfter.UtcDateTime));
    }

    public static TheoryData<string, CertificateProblem[]> Problems => new()
    {
        { "good", [CertificateProblem.SelfSigned] },
        { "wrong name", [CertificateProblem.SelfSigned, CertificateProblem.NameMismatch] },
        { "no names", [CertificateProblem.SelfSigned, CertificateProblem.NameMismatch] },
        { "wildcard", [CertificateProblem.SelfSigned] },
        { "expired", [CertificateProblem.SelfSigned, CertificateProblem.Expired] },
        { "not yet valid", [CertificateProblem.SelfSigned, CertificateProblem.NotYetValid] },
        { "client only", [CertificateProblem.SelfSigned, CertificateProblem.WrongPurpose] },
        { "any purpose", [CertificateProblem.SelfSigned] },
        { "authority", [CertificateProblem.SelfSigned, CertificateProblem.IsAuthority] },
        { "RSA 1024", [CertificateProblem.SelfSigned, CertificateProblem.WeakKey] },
        { "RSA 2048", [CertificateProblem.SelfSigned] },
        { "SHA-1", [CertificateProblem.SelfSigned, CertificateProblem.WeakSignature] },
        { "issued", [CertificateProblem.UnknownIssuer] },
        { "issued, sent with its issuer", [CertificateProblem.UnknownIssuer] },
        { "issued, tampered with", [CertificateProblem.UnknownIssuer, CertificateProblem.SignatureInvalid] },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void What_is_wrong_is_found(string cell, CertificateProblem[] expected)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authority = TestCertificates.Authority();
        using var weak = RSA.Create(1024);
        using var strong = RSA.Create(2048);
        using var certificate = cell switch
        {
            "wrong name" => TestCertificates.SelfSigned("other.example.net"),
            "no names" => TestCertificates.SelfSigned(Name, hasNames: false),
            "wildcard" => TestCertificates.SelfSigned("*.example.net"),
            "expired" => TestCertificates.SelfSigned(Name, from: now.AddDays(-20), until: now.AddDays(-1)),
            "not yet valid" => TestCertificates.SelfSigned(Name, from: now.AddDays(1)),
            "client only" => TestCertificates.SelfSigned(Name, purposes: [TestCertificates.ClientAuthentication]),
            "any purpose" => TestCertificates.SelfSigned(Name, purposes: []),
            "authority" => TestCertificates.SelfSigned(Name, isAuthority: true),
            "RSA 1024" => TestCertificates.SelfSigned(Name, weak),
            "RSA 2048" => TestCertificates.SelfSigned(Name, strong),
            "SHA-1" => TestCertificates.SelfSigned(Name, strong, hash: HashAlgorithmName.SHA1),
            "issued" or "issued, sent with its issuer" or "issued, tampered with" => authority.Issue(Name),
            _ => TestCertificates.SelfSigned(Name),
        };
        var der = certificate.RawData;
        if (cell == "issued, tampered with")
            der[^5] ^= 1;
        byte[][] others = cell is "issued, sent with its issuer" or "issued, tampered with" ? [authority.Certificate.RawData] : [];

        var read = Reader.Read(der, others, false);

        Assert.Equal(expected, CertificateAssessment.Assess(read, Fqdn.Parse(Name).Value, now, TrustPolicy.Default));
    }

    [Fact]
    public void PSS_without_parameters_counts_as_the_SHA_1_that_it_is()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=" + Name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now, now.AddDays(1));

        Assert.Equal("sha256RSASSA-PSS", Reader.Read(certificate.RawData, [], false).SignatureAlgorithm);
    }

    [Fact]
    public void Same_key_and_new_key_are_told_apart_by_the_pin()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var one = TestCertificates.SelfSigned(Name, key);
        using var renewed = TestCertificates.SelfSigned(Name, key);
        using var other = TestCertificates.SelfSigned(Name);

        Assert.Equal(Reader.Read(one.RawData, [], false).Pin, Reader.Read(renewed.RawData, [], false).Pin);
        Assert.NotEqual(Reader.Read(one.RawData, [], false).Pin, Reader.Read(other.RawData, [], false).Pin);
    }

    [Fact]
    public void Texts_of_a_stranger_cannot_forge_lines()
    {
        using var certificate = TestCertificates.SelfSigned(Name, subject: "CN=\"good\u001b[2K\u202eevil\"");

        var read = Reader.Read(certificate.RawData, [], false);

        Assert.DoesNotContain(read.Subject, c => char.IsControl(c) || c == '\u202e');
        Assert.Contains("\\u202e", read.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_address_that_a_certificate_names_is_contacted()
    {
        await using var trap = new HostileTarget { Hostility = Hostility.SpeaksPlainText };
        using var authority = TestCertificates.Authority();
        using var certificate = authority.Issue(TlsBench.TargetName, address: $"http://127.0.0.1:{trap.Port}");
        await using var server = new HostileTarget(certificate);
        await using var bench = new TlsBench();
        var target = bench.AddTarget(server.Port);

        var connected = await bench.ConnectAsync(target);

        Assert.IsType<CoreSync.Errors.NotReviewedError>(connected.Errors[0]);
        Assert.Equal([CertificateProblem.UnknownIssuer], bench.Record(target).Pending!.Problems);
        Assert.Equal(0, trap.Connections);
    }

    // T02: being issued by an authority that this machine knows trusts nobody. T10: a responder that is down, both policies.
    [Theory]
    [InlineData("off")]
    [InlineData("soft")]
    [InlineData("hard")]
    public async Task A_certificate_of_a_known_authority_waits_for_a_person_and_is_asked_about_where_policy_says_so(string revocation)
    {
        await using var trap = new HostileTarget { Hostility = Hostility.SpeaksPlainText };
        using var authority = TestCertificates.Authority("CN=Known authority " + revocation);
        using var known = new X509Store(StoreName.Root, StoreLocation.CurrentUser);
        known.Open(OpenFlags.ReadWrite);
        known.Add(X509CertificateLoader.LoadCertificate(authority.Certificate.RawData));
        using var certificate = authority.Issue(TlsBench.TargetName, address: $"http://127.0.0.1:{trap.Port}");
        await using var server = new HostileTarget(certificate) { Others = [authority.Certificate] };
        await using var bench = new TlsBench();
        await bench.Stores.SetAsync(CoreSync.Settings.Setting.Revocation, revocation, CancellationToken.None);
        var target = bench.AddTarget(server.Port);

        var connected = await bench.ConnectAsync(target);

        known.Remove(authority.Certificate);
        await server.DrainAsync();
        Assert.IsType<CoreSync.Errors.NotReviewedError>(connected.Errors[0]);
        Assert.Empty(server.Received);
        Assert.Equal(revocation == "hard" ? [CertificateProblem.RevocationUnknown] : [], bench.Record(target).Pending!.Problems);
        Assert.Equal(revocation != "off", trap.Connections > 0);
    }

    [Fact]
    public async Task A_chain_without_end_is_refused_or_cut_short()
    {
        using var certificate = TestCertificates.SelfSigned(TlsBench.TargetName);
        var chain = new X509Certificate2Collection();
        for (var i = 0; i < 300; i++)
            chain.Add(TestCertificates.SelfSigned($"intermediate{i}.example.net", isAuthority: true));
        await using var server = new HostileTarget(certificate) { Others = chain };
        await using var bench = new TlsBench();

        var connected = await bench.ConnectAsync(bench.AddTarget(server.Port));

        await server.DrainAsync();
        Assert.True(connected.IsFailed);
        Assert.Empty(server.Received);
    }

    [Fact]
    public void What_is_no_certificate_or_too_large_is_refused()
    {
        Assert.ThrowsAny<CryptographicException>(() => Reader.Read("hello"u8.ToArray(), [], false));
        Assert.ThrowsAny<CryptographicException>(() => Reader.Read(Array.Empty<byte>(), [], false));
        Assert.ThrowsAny<CryptographicException>(() => Reader.Read(new byte[CertificateReader.MaxDerBytes + 1], [], false));
        using var good = TestCertificates.SelfSigned(Name);
        for (var i = 0; i < good.RawData.Length; i += 7)
        {
            var torn = good.RawData[..i];
            Assert.ThrowsAny<CryptographicException>(() => Reader.Read(torn, [], false));
        }
    }

    [Fact]
    public void Any_change_of_a_certificate_gives_another_fingerprint_or_is_refused()
    {
        using var good = TestCertificates.SelfSigned(Name);
        var fingerprint = CertificateFingerprint.Of(good.RawData);
        for (var i = 0; i < good.RawData.Length; i++)
        {
            var changed = good.RawData;
            changed[i] ^= 0x11;
            try
            {
                Assert.NotEqual(fingerprint, Reader.Read(changed, [], false).Fingerprint);
            }
            catch (CryptographicException)
            {
                // Refused.
            }
        }
    }
}
