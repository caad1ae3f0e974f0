using CoreSync.Application;
using CoreSync.Errors;
using CoreSync.Infrastructure.Tls;
using CoreSync.Servers;
using CoreSync.Testing;
using CoreSync.Testing.Tls;
using CoreSync.Trust;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.Infrastructure.Tests.Tls;

/// <summary>The platform's own store, below the home directory of the test process (T2).</summary>
public sealed class PlatformCertificateStoreTests
{
    [Fact]
    public void What_is_added_is_found_listed_and_removed()
    {
        var store = Store(out _);
        using var one = TestCertificates.SelfSigned("a.example.net");
        using var other = TestCertificates.SelfSigned("b.example.net");

        store.Add(one.RawData);
        store.Add(one.RawData);
        store.Add(other.RawData);
        Assert.Equal(2, store.List().Count);
        store.Remove(CertificateFingerprint.Of(one.RawData));
        store.Remove(CertificateFingerprint.Of(one.RawData));

        Assert.False(store.Contains(CertificateFingerprint.Of(one.RawData)));
        Assert.True(store.Contains(CertificateFingerprint.Of(other.RawData)));
        store.Remove(CertificateFingerprint.Of(other.RawData));
        Assert.Empty(store.List());
    }

    [Fact]
    public void A_store_that_does_not_exist_yet_is_empty() => Assert.Empty(Store(out _).List());

    [Fact]
    public void Another_process_sees_what_was_added_and_no_private_key_is_kept()
    {
        var store = Store(out var name);
        using var certificate = TestCertificates.SelfSigned("a.example.net");

        store.Add(certificate.RawData);

        using var platform = new System.Security.Cryptography.X509Certificates.X509Store(name, System.Security.Cryptography.X509Certificates.StoreLocation.CurrentUser);
        platform.Open(System.Security.Cryptography.X509Certificates.OpenFlags.ReadOnly);
        Assert.False(Assert.Single(platform.Certificates).HasPrivateKey);
        store.Remove(CertificateFingerprint.Of(certificate.RawData));
    }

    [Fact]
    public void A_store_that_cannot_be_used_trusts_nobody()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The store is a directory on Linux only");
        var store = Store(out var name);
        var folder = Path.Combine(Environment.GetEnvironmentVariable("HOME")!, ".dotnet/corefx/cryptography/x509stores");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name.ToLowerInvariant()), "not a directory");

        using var certificate = TestCertificates.SelfSigned("a.example.net");
        var error = Assert.Throws<CoreSyncException>(() => store.Add(certificate.RawData));

        Assert.IsType<CertificateStoreUnavailableError>(error.Error);
        File.Delete(Path.Combine(folder, name.ToLowerInvariant()));
    }

    private static PlatformCertificateStore Store(out string name)
    {
        name = "CoreSync-" + Guid.NewGuid().ToString("N");
        var local = new MemoryStores
        {
            Current = new LocalCore(new CoreId(Guid.NewGuid()), Fqdn.Parse("source.example.net").Value, CoreRole.Standard, Guid.NewGuid(), name, DateTimeOffset.UnixEpoch),
        };
        return new PlatformCertificateStore(local, Options.Create(new CoreSyncOptions { DataDirectory = "/nowhere" }));
    }
}

/// <summary>Cores of one account never share a store (T2).</summary>
[Collection(nameof(CertificateStoreNamesTests))]
public sealed class CertificateStoreNamesTests
{
    [Fact]
    public void The_first_core_of_an_account_gets_the_plain_name_and_the_second_its_own()
    {
        using var directories = new TempDirectory();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var first = new CoreId(Guid.NewGuid());
        var second = new CoreId(Guid.NewGuid());

        Assert.Equal("CoreSync", Names(directories.At("first"), time).Choose(first));
        Directory.CreateDirectory(directories.At("first"));
        Assert.Equal("CoreSync-" + second.ShortText, Names(directories.At("second"), time).Choose(second));
        File.WriteAllText(directories.At("first", "coresync.db"), "");
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("CoreSync-" + second.ShortText, Names(directories.At("second"), time).Choose(second));
        Assert.Equal("CoreSync", Names(directories.At("first"), time).Choose(first));

        Directory.Delete(directories.At("first"), recursive: true);
        Assert.Equal("CoreSync", Names(directories.At("second"), time).Choose(second));
    }

    private static CertificateStoreNames Names(string directory, TimeProvider time) => new(Options.Create(new CoreSyncOptions { DataDirectory = directory }), time);
}
