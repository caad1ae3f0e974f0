#pragma warning disable CA1416 // what is Unix only is skipped elsewhere
using System.Security.Cryptography;
using CoreSync.Application;
using CoreSync.Errors;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Infrastructure.Identity;
using CoreSync.Infrastructure.Tls;
using CoreSync.Servers;
using CoreSync.Testing;
using CoreSync.Testing.Tls;
using CoreSync.Trust;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Tests.Identity;

public sealed class OwnCertificateTests : IDisposable
{
    private static readonly Fqdn Name = Fqdn.Parse("core.example.net").Value;

    private readonly TempDirectory directory = new();
    private readonly OwnCertificate own;

    public OwnCertificateTests() => own = SomeOwn.At(directory.Path, Name);

    [Fact]
    public void Creating_keeps_an_existing_certificate_and_replacing_makes_another()
    {
        Assert.True(own.Create(Name).IsSuccess);
        var first = own.Describe().Value.Fingerprint;
        Assert.True(own.Create(Name).IsSuccess);
        Assert.Equal(first, own.Describe().Value.Fingerprint);

        Assert.True(own.Renew(Name, keepKey: false).IsSuccess);

        Assert.NotEqual(first, own.Describe().Value.Fingerprint);
    }

    [Fact]
    public void The_key_is_readable_by_its_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes exist on Unix only");

        own.Create(Name);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(own.File));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(own.File)!));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(own.File)!));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_key_that_others_can_reach_is_not_used(UnixFileMode extra)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes exist on Unix only");
        own.Create(Name);

        File.SetUnixFileMode(own.File, UnixFileMode.UserRead | UnixFileMode.UserWrite | extra);

        Assert.IsType<IdentityUnusableError>(own.Describe().FirstError());
        Assert.IsType<IdentityUnusableError>(own.ForListener().FirstError());
    }

    [Fact]
    public void A_missing_or_torn_file_is_told_as_such()
    {
        Assert.IsType<IdentityUnusableError>(own.Describe().FirstError());

        own.Create(Name);
        var text = File.ReadAllText(own.File);
        File.WriteAllText(own.File, text[..(text.Length / 2)]);

        Assert.IsType<IdentityUnusableError>(own.Describe().FirstError());
    }

    [Fact]
    public void A_certificate_of_the_administrators_choice_may_be_put_in_its_place()
    {
        using var key = RSA.Create(3072);
        using var chosen = TestCertificates.SelfSigned("core.example.net", key);
        own.Create(Name);

        KeyFile.Write(own.File, System.Text.Encoding.ASCII.GetBytes(chosen.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem()));

        Assert.Equal(CertificateFingerprint.Of(chosen.RawData), own.Describe().Value.Fingerprint);
        Assert.Equal(CertificateFingerprint.Of(chosen.RawData), CertificateFingerprint.Of(own.ForListener().Value.TargetCertificate.RawData));
    }

    [Fact]
    public void What_is_exported_can_be_read_and_holds_no_key()
    {
        own.Create(Name);
        var pem = own.ExportPem().Value;
        File.WriteAllText(directory.At("exported.pem"), pem);
        File.WriteAllBytes(directory.At("exported.cer"), own.Describe().Value.Der.ToArray());

        Assert.DoesNotContain("PRIVATE", pem, StringComparison.Ordinal);
        Assert.Equal(own.Describe().Value.Fingerprint, own.ReadFile(directory.At("exported.pem")).Value.Fingerprint);
        Assert.Equal(own.Describe().Value.Fingerprint, own.ReadFile(directory.At("exported.cer")).Value.Fingerprint);
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("text")]
    [InlineData("key")]
    [InlineData("two certificates")]
    [InlineData("a directory")]
    [InlineData("large")]
    public void A_file_that_is_not_one_certificate_is_refused(string what)
    {
        own.Create(Name);
        var pem = own.ExportPem().Value;
        var file = directory.At("file");
        switch (what)
        {
            case "text": File.WriteAllText(file, "hello"); break;
            case "key": File.Copy(own.File, file); break;
            case "two certificates": File.WriteAllText(file, pem + pem); break;
            case "a directory": Directory.CreateDirectory(file); break;
            case "large": File.WriteAllBytes(file, new byte[1_000_000]); break;
        }

        Assert.IsType<CertificateUnreadableError>(own.ReadFile(file).FirstError());
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_told_and_nothing_is_left()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Made with a file in the way");
        File.WriteAllText(directory.At("keys"), "in the way");

        var created = own.Create(Name);

        Assert.IsType<StoreUnwritableError>(created.FirstError());
        Assert.Equal(["keys"], Directory.GetFileSystemEntries(directory.Path).Select(Path.GetFileName));
    }

    public void Dispose()
    {
        own.Dispose();
        directory.Dispose();
    }
}

/// <summary>The own certificate of a core below a directory.</summary>
internal static class SomeOwn
{
    public static OwnCertificate At(string directory, Fqdn name, TimeProvider? time = null, Microsoft.Extensions.Logging.ILogger<OwnCertificate>? logger = null)
    {
        var options = Options.Create(new CoreSyncOptions { DataDirectory = directory });
        var stores = new MemoryStores
        {
            Current = new LocalCore(new CoreId(Guid.NewGuid()), name, CoreRole.Standard, Guid.NewGuid(), "unused", TimeProvider.System.GetUtcNow()),
        };
        return new OwnCertificate(options, new CertificateReader(time ?? TimeProvider.System), new KeyRing(options), stores, time ?? TimeProvider.System, logger ?? NullLogger<OwnCertificate>.Instance);
    }
}
