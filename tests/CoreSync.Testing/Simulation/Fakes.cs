using System.Globalization;
using System.Text;
using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Testing.Simulation;

/// <summary>Randomness that replays from its seed.</summary>
public sealed class SeededRandomSource(int seed) : IRandomSource
{
    private readonly Random random = new(seed);

    public Guid NewGuid()
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    public double NextDouble() => random.NextDouble();
}

/// <summary>A certificate store in memory.</summary>
public sealed class MemoryCertificateStore : ICertificateStore
{
    private readonly HashSet<CertificateFingerprint> held = [];

    public string Name => "memory";

    public void Add(ReadOnlyMemory<byte> der) => held.Add(CertificateFingerprint.Of(der.Span));

    public bool Contains(CertificateFingerprint fingerprint) => held.Contains(fingerprint);

    public IReadOnlySet<CertificateFingerprint> List() => held.ToHashSet();

    public void Remove(CertificateFingerprint fingerprint) => held.Remove(fingerprint);
}

/// <summary>A certificate that exists as data only.</summary>
public sealed class FakeOwnCertificate(TimeProvider time) : IOwnCertificate
{
    private PresentedCertificate? current;

    private int made;

    public Result Create(Fqdn name)
    {
        current ??= SomeCertificate.For(name, ++made, time.GetUtcNow());
        return Result.Ok();
    }

    public Result Renew(Fqdn name, bool keepKey)
    {
        current = SomeCertificate.For(name, ++made, time.GetUtcNow());
        return Result.Ok();
    }

    public Result<PresentedCertificate> Use(OwnCertificateSource source, Fqdn name) => Result.Fail(new IdentityUnusableError(source.Text, "not in a simulation"));

    public Result<OwnCertificateSource> Source() => OwnCertificateSource.Generated;

    public IReadOnlyList<CoreSyncError> Faults(Fqdn name) => [];

    public Result<PublicKeys> ReadKeys(string file) => Result.Fail(new KeysFileError(file, "not in a simulation"));

    public Result<PresentedCertificate> Describe() => current ?? (Result<PresentedCertificate>)Result.Fail(new IdentityUnusableError("memory", "none made"));

    public Result<string> ExportPem() => Convert.ToBase64String(current!.Der.Span);

    public Result<PresentedCertificate> ReadFile(string file) => Result.Fail(new CertificateUnreadableError(file, "not in a simulation"));
}

/// <summary>A core that announces nothing.</summary>
public sealed class NothingAnnounced : INextCertificate
{
    public Result<PresentedCertificate> Prepare(OwnCertificateSource source, Fqdn name) => Result.Fail(new IdentityUnusableError(source.Text, "not in a simulation"));

    public PresentedCertificate? Describe() => null;

    public Result Withdraw() => Result.Fail(new IdentityNothingAnnouncedError());

    public Result Switch(Fqdn name) => Result.Fail(new IdentityNothingAnnouncedError());

    public Announcement? Sign(CoreId core) => null;
}

/// <summary>Certificates as data, for decisions that need no cryptography.</summary>
public static class SomeCertificate
{
    public static PresentedCertificate For(
        Fqdn name, int serial = 1, DateTimeOffset? now = null, ChainFindings chain = ChainFindings.SelfSigned | ChainFindings.UnknownIssuer, string? dnsName = null)
    {
        var der = Encoding.UTF8.GetBytes($"certificate {serial} of {name}");
        var at = now ?? DateTimeOffset.UnixEpoch.AddYears(56);
        return new PresentedCertificate
        {
            Der = der,
            Fingerprint = CertificateFingerprint.Of(der),
            Pin = serial.ToString(CultureInfo.InvariantCulture),
            Subject = "CN=" + name,
            Issuer = "CN=" + name,
            Serial = serial.ToString("X2", CultureInfo.InvariantCulture),
            DnsNames = [dnsName ?? name.Ascii],
            NotBefore = at.AddDays(-1),
            NotAfter = at.AddYears(2),
            KeyAlgorithm = "EC",
            KeyBits = 256,
            SignatureAlgorithm = "sha256ECDSA",
            Chain = chain,
        };
    }
}

/// <summary>Keeps secrets as they are.</summary>
public sealed class PlainSecretProtector : ISecretProtector
{
    public byte[] Protect(string purpose, string secret) => Encoding.UTF8.GetBytes(purpose + "\n" + secret);

    public string Unprotect(string purpose, byte[] data) => Encoding.UTF8.GetString(data)[(purpose.Length + 1)..];
}

/// <summary>Hashes nothing; for simulations only.</summary>
public sealed class PlainPasswordHasher : IPasswordHasher
{
    public string Hash(string password) => "plain:" + password;

    public bool Verify(string hash, string password) => hash == "plain:" + password;
}

/// <summary>Gives each simulated core a store of its own.</summary>
public sealed class FakeCertificateStoreNames : ICertificateStoreNames
{
    public string Choose(CoreId core) => "CoreSync-" + core.ShortText;
}

/// <summary>Accounts of tests.</summary>
public static class SomeAccount
{
    public static Account Editor { get; } = new("sync", Rights.Edit, [], "stamp");
}
