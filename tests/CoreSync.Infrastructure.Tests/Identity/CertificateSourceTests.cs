#pragma warning disable CA1416 // what is Unix only is skipped elsewhere
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Infrastructure.Identity;
using CoreSync.Infrastructure.Tests.Wire;
using CoreSync.Servers;
using CoreSync.Testing;
using CoreSync.Testing.Tls;
using CoreSync.Trust;
using Microsoft.Extensions.Logging;

namespace CoreSync.Infrastructure.Tests.Identity;

/// <summary>Where the own certificate comes from, what is refused before it is taken, and what happens when its file changes (T12).</summary>
public sealed class CertificateSourceTests : IDisposable
{
    private const string Password = "canary-pfx-2718281828";
    private static readonly Fqdn Name = Fqdn.Parse("core.example.net").Value;

    private readonly TempDirectory directory = new();
    private readonly CapturedLog log = new();
    private readonly LoggerFactory loggers = new();
    private readonly OwnCertificate own;

    public CertificateSourceTests()
    {
        loggers.AddProvider(log);
        own = SomeOwn.At(directory.Path, Name, logger: loggers.CreateLogger<OwnCertificate>());
        Assert.True(own.Create(Name).IsSuccess);
    }

    public static TheoryData<string> Kinds => ["pfx", "pfx with password", "pem", "pem with encrypted key", "pem in one file", "RSA", "store by fingerprint", "store by subject", "generated"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_certificate_is_taken_from(string kind)
    {
        using var rsa = RSA.Create(2048);
        using var chosen = TestCertificates.SelfSigned("core.example.net", kind == "RSA" ? rsa : null, subject: "CN=core-" + Guid.NewGuid().ToString("N"));
        var store = kind.StartsWith("store", StringComparison.Ordinal);
        using var my = new X509Store(StoreName.My, StoreLocation.CurrentUser);
        if (store)
        {
            my.Open(OpenFlags.ReadWrite);
            my.Add(chosen);
        }

        try
        {
            OwnCertificateSource source = kind switch
            {
                "pfx" or "RSA" => new PfxSource(CertificateFiles.WritePfx(directory.At("own.pfx"), chosen), null),
                "pfx with password" => new PfxSource(CertificateFiles.WritePfx(directory.At("own.pfx"), chosen, Password), Password),
                "pem" => new PemSource(CertificateFiles.WritePem(directory.At("own.crt"), chosen), CertificateFiles.WriteKey(directory.At("own.key"), chosen), null),
                "pem with encrypted key" => new PemSource(CertificateFiles.WritePem(directory.At("own.crt"), chosen), CertificateFiles.WriteKey(directory.At("own.key"), chosen, Password), Password),
                "pem in one file" => OneFile(chosen),
                "store by fingerprint" => new StoreSource(false, CertificateFingerprint.Of(chosen.RawData), null),
                "store by subject" => new StoreSource(false, null, chosen.Subject),
                _ => OwnCertificateSource.Generated,
            };
            var expected = kind == "generated" ? own.Describe().Value.Fingerprint : CertificateFingerprint.Of(chosen.RawData);

            var used = own.Use(source, Name);

            Assert.True(used.IsSuccess, string.Join("; ", used.Errors));
            Assert.Equal(expected, used.Value.Fingerprint);
            Assert.Empty(own.Faults(Name));
            // Another process on the same directory presents the same.
            using var another = SomeOwn.At(directory.Path, Name);
            Assert.Equal(source.Text, another.Source().Value.Text);
            Assert.Equal(expected, CertificateFingerprint.Of(another.ForListener().Value.TargetCertificate.RawData));
            Assert.True(another.ForListener().Value.TargetCertificate.HasPrivateKey);
        }
        finally
        {
            if (store)
                my.Remove(chosen);
        }
    }

    [Fact]
    public void A_password_is_kept_encrypted_in_a_file_of_the_owner_alone()
    {
        using var chosen = TestCertificates.SelfSigned("core.example.net");
        own.Use(new PfxSource(CertificateFiles.WritePfx(directory.At("own.pfx"), chosen, Password), Password), Name);

        foreach (var file in Directory.GetFiles(directory.At("keys")))
        {
            Assert.DoesNotContain(Password, File.ReadAllText(file), StringComparison.Ordinal);
            if (!OperatingSystem.IsWindows())
                Assert.Null(KeyFile.Exposure(file));
        }

        Assert.DoesNotContain(Password, own.Source().Value.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, Type[]> Faulty => new()
    {
        { "absent file", [typeof(IdentityUnusableError)] },
        { "no certificate", [typeof(IdentityUnusableError)] },
        { "wrong password", [typeof(IdentityUnusableError)] },
        { "no key", [typeof(IdentityKeyMissingError)] },
        { "foreign key", [typeof(IdentityKeyMismatchError)] },
        { "key of another algorithm", [typeof(IdentityKeyMismatchError)] },
        { "torn key", [typeof(IdentityUnusableError)] },
        { "encrypted key without password", [typeof(IdentityUnusableError)] },
        { "key open to others", [typeof(IdentityUnusableError)] },
        { "other name", [typeof(IdentityNameError)] },
        { "no name", [typeof(IdentityNameError)] },
        { "expired", [typeof(IdentityNotValidError)] },
        { "not yet valid", [typeof(IdentityNotValidError)] },
        { "client only", [typeof(IdentityPurposeError)] },
        { "authority", [typeof(IdentityPurposeError)] },
        { "weak key", [typeof(IdentityTooWeakError)] },
        { "not in the store", [typeof(IdentityLookupError)] },
        { "everything", [typeof(IdentityUnusableError), typeof(IdentityKeyMissingError), typeof(IdentityNameError), typeof(IdentityNotValidError), typeof(IdentityPurposeError), typeof(IdentityTooWeakError)] },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public void Nothing_changes_and_every_fault_is_named_when_it_has(string fault, Type[] errors)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && fault is "key open to others" or "everything", "Modes exist on Unix only");
        var before = own.Describe().Value.Fingerprint;

        var used = own.Use(Source(fault), Name);

        Assert.Equal(errors.Select(type => type.Name).Order(), used.Errors.Select(error => error.GetType().Name).Order());
        Assert.Equal(before, own.Describe().Value.Fingerprint);
        Assert.IsType<GeneratedSource>(own.Source().Value);
        Assert.Empty(own.Faults(Name));
    }

    [Fact]
    public void A_replaced_file_is_taken_at_the_next_look_and_a_broken_one_keeps_the_one_before()
    {
        using var first = TestCertificates.SelfSigned("core.example.net");
        using var second = TestCertificates.SelfSigned("core.example.net");
        using var foreign = TestCertificates.SelfSigned("elsewhere.example.net");
        var file = directory.At("own.pfx");
        own.Use(new PfxSource(CertificateFiles.WritePfx(file, first), null), Name);
        Assert.Equal(CertificateFingerprint.Of(first.RawData), Presented());

        CertificateFiles.WritePfx(file, second);
        Assert.Equal(CertificateFingerprint.Of(second.RawData), Presented());

        File.WriteAllText(file, "not a certificate");
        Assert.Equal(CertificateFingerprint.Of(second.RawData), Presented());
        Assert.Equal(CertificateFingerprint.Of(second.RawData), Presented());
        Assert.Single(log.Lines, line => line.StartsWith("OwnCertificateKept", StringComparison.Ordinal));
        Assert.IsType<IdentityUnusableError>(Assert.Single(own.Faults(Name)));

        CertificateFiles.WritePfx(file, foreign);
        Assert.Equal(CertificateFingerprint.Of(second.RawData), Presented());
        Assert.IsType<IdentityNameError>(Assert.Single(own.Faults(Name)));
        Assert.Contains("elsewhere.example.net", log.Lines.Last(line => line.StartsWith("OwnCertificateKept", StringComparison.Ordinal)), StringComparison.Ordinal);

        CertificateFiles.WritePfx(file, first);
        Assert.Equal(CertificateFingerprint.Of(first.RawData), Presented());
        Assert.Empty(own.Faults(Name));
    }

    [Fact]
    public void Renewing_with_the_same_key_keeps_the_pin_and_a_foreign_source_is_not_ours_to_renew()
    {
        var before = own.Describe().Value;

        Assert.True(own.Renew(Name, keepKey: true).IsSuccess);
        var same = own.Describe().Value;
        Assert.True(own.Renew(Name, keepKey: false).IsSuccess);
        var other = own.Describe().Value;

        Assert.Equal(before.Pin, same.Pin);
        Assert.NotEqual(before.Fingerprint, same.Fingerprint);
        Assert.NotEqual(before.Pin, other.Pin);
        using var chosen = TestCertificates.SelfSigned("core.example.net");
        own.Use(new PfxSource(CertificateFiles.WritePfx(directory.At("own.pfx"), chosen), null), Name);
        Assert.IsType<IdentityNotGeneratedError>(own.Renew(Name, keepKey: false).FirstError());
        Assert.Equal(CertificateFingerprint.Of(chosen.RawData), own.Describe().Value.Fingerprint);
    }

    private CertificateFingerprint Presented() => CertificateFingerprint.Of(own.ForListener().Value.TargetCertificate.RawData);

    private PemSource OneFile(X509Certificate2 chosen)
    {
        var certificate = CertificateFiles.WritePem(directory.At("own.pem"), chosen);
        File.AppendAllText(certificate, "\n" + File.ReadAllText(CertificateFiles.WriteKey(directory.At("key.tmp"), chosen)));
        return new PemSource(certificate, certificate, null);
    }

    private OwnCertificateSource Source(string fault)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var weak = RSA.Create(1024);
        using var good = TestCertificates.SelfSigned("core.example.net");
        using var rsa = RSA.Create(2048);
        using var other = TestCertificates.SelfSigned("core.example.net", rsa);
        using var bad = fault switch
        {
            "other name" => TestCertificates.SelfSigned("elsewhere.example.net"),
            "no name" => TestCertificates.SelfSigned("core.example.net", hasNames: false),
            "expired" => TestCertificates.SelfSigned("core.example.net", from: now.AddDays(-10), until: now.AddDays(-1)),
            "not yet valid" => TestCertificates.SelfSigned("core.example.net", from: now.AddDays(1), until: now.AddDays(10)),
            "client only" => TestCertificates.SelfSigned("core.example.net", purposes: [TestCertificates.ClientAuthentication]),
            "authority" => TestCertificates.SelfSigned("core.example.net", isAuthority: true),
            "weak key" => TestCertificates.SelfSigned("core.example.net", weak),
            "everything" => TestCertificates.SelfSigned("elsewhere.example.net", weak, now.AddDays(-10), now.AddDays(-1), purposes: [TestCertificates.ClientAuthentication]),
            _ => TestCertificates.SelfSigned("core.example.net"),
        };
        var certificate = CertificateFiles.WritePem(directory.At("own.crt"), bad);
        var key = CertificateFiles.WriteKey(directory.At("own.key"), bad);
        switch (fault)
        {
            case "absent file": return new PfxSource(directory.At("nowhere.pfx"), null);
            case "wrong password": return new PfxSource(CertificateFiles.WritePfx(directory.At("own.pfx"), bad, Password), "another");
            case "not in the store": return new StoreSource(false, CertificateFingerprint.Of(bad.RawData), null);
            case "no certificate": File.WriteAllText(certificate, "hello"); break;
            case "no key": File.WriteAllText(key, "hello"); break;
            case "foreign key": CertificateFiles.WriteKey(key, good); break;
            case "key of another algorithm": CertificateFiles.WriteKey(key, other); break;
            case "torn key": File.WriteAllText(key, "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----\n"); break;
            case "encrypted key without password": CertificateFiles.WriteKey(key, bad, Password); break;
            case "key open to others": File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead); break;
            case "everything":
                File.WriteAllText(key, "hello");
                File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
                break;
        }

        return new PemSource(certificate, key, null);
    }

    public void Dispose()
    {
        own.Dispose();
        loggers.Dispose();
        directory.Dispose();
    }
}
