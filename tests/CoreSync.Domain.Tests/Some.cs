using System.Globalization;
using CoreSync.Items;
using CoreSync.Servers;
using CoreSync.Trust;

namespace CoreSync.Domain.Tests;

/// <summary>Values whose details do not matter to the test that asks for them.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    public static readonly CoreId Core = new(new Guid("c0de0000-0000-4000-8000-000000000001"));

    public static readonly CoreId OtherCore = new(new Guid("c0de0000-0000-4000-8000-000000000002"));

    public static readonly TargetId Target = new(new Guid("7a67e700-0000-4000-8000-000000000001"));

    public static readonly Fqdn Fqdn = FqdnOf("core2.example.net");

    public static Fqdn FqdnOf(string name) => Fqdn.Parse(name).Value;

    public static CertificateFingerprint Fingerprint(int number = 1) => CertificateFingerprint.Of(BitConverter.GetBytes(number));

    /// <summary>A certificate without any problem for <see cref="Fqdn"/> at <see cref="Now"/>; different numbers are different certificates.</summary>
    public static PresentedCertificate Certificate(int number = 1) => new()
    {
        Der = BitConverter.GetBytes(number),
        Fingerprint = Fingerprint(number),
        Pin = number.ToString("X64", CultureInfo.InvariantCulture),
        Subject = "CN=core2.example.net",
        Issuer = "CN=Example CA",
        Serial = number.ToString("X2", CultureInfo.InvariantCulture),
        DnsNames = [Fqdn.Ascii],
        NotBefore = Now.AddDays(-30),
        NotAfter = Now.AddDays(335),
        KeyAlgorithm = "EC",
        KeyBits = 256,
        SignatureAlgorithm = "sha256ECDSA",
    };

    public static TrustRecord TrustRecord(
        TrustState state, int authorised = 1, IReadOnlyList<CertificateProblem>? covered = null, int? previous = null, PendingReview? pending = null)
    {
        var holdsAuthorisation = state is TrustState.Trusted or TrustState.ValidationFailed;
        return CoreSync.Trust.TrustRecord.Restore(
            Target, Fqdn, state, Now.AddDays(-1), holdsAuthorisation ? Authorisation(authorised, covered) : null,
            previous is { } number ? Authorisation(number) : null, pending, version: 7);
    }

    public static Authorisation Authorisation(int certificate = 1, IReadOnlyList<CertificateProblem>? covered = null) =>
        new(Certificate(certificate), covered ?? [], "alice", Now.AddDays(-1));

    public static Item Document(string name = "Nightly report", long size = 5) => new()
    {
        Id = new ItemId(new Guid("11111111-0000-4000-8000-000000000001")),
        Component = ComponentName.Parse("reports").Value,
        Kind = ItemKind.Document,
        Name = name,
        Origin = Core,
        Revision = new Revision(1),
        MediaType = "application/json",
        Hash = ContentHash.Of("hello"u8),
        Size = size,
    };

    public static Item File(string name = "packages/setup.bin") => Document(name) with { Kind = ItemKind.File, MediaType = "application/octet-stream" };
}
