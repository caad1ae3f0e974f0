using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CoreSync.Items;
using CoreSync.Trust;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>JSON in columns, read strictly: an unknown, missing or doubled member means that the store is corrupt.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(AuthorisationJson))]
[JsonSerializable(typeof(ReviewJson))]
[JsonSerializable(typeof(AnnouncedJson))]
[JsonSerializable(typeof(PayloadJson[]))]
internal sealed partial class StoreJson : JsonSerializerContext
{
    /// <summary>Reads a value that this store wrote.</summary>
    /// <exception cref="Errors.CoreSyncException">With <c>StoreCorruptError</c>.</exception>
    public static T Read<T>(string json, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw StoreValues.Corrupt("a JSON column holds null");
        }
        catch (JsonException exception)
        {
            throw StoreValues.Corrupt(exception.Message, exception);
        }
    }
}

/// <summary>The details of a certificate beside its DER; the fingerprint is computed from the DER when it is read.</summary>
internal sealed record CertificateJson(
    string Pin, string Subject, string Issuer, string Serial, string[] DnsNames, string[] IpAddresses, DateTimeOffset NotBefore, DateTimeOffset NotAfter,
    string KeyAlgorithm, int KeyBits, string SignatureAlgorithm, int Version, bool IsAuthority, string[]? Purposes, ChainFindings Chain, string[] ChainPath)
{
    public static CertificateJson Of(PresentedCertificate certificate) => new(
        certificate.Pin, certificate.Subject, certificate.Issuer, certificate.Serial, [.. certificate.DnsNames], [.. certificate.IpAddresses], certificate.NotBefore,
        certificate.NotAfter, certificate.KeyAlgorithm, certificate.KeyBits, certificate.SignatureAlgorithm, certificate.Version, certificate.IsAuthority,
        certificate.Purposes is null ? null : [.. certificate.Purposes], certificate.Chain, [.. certificate.ChainPath]);

    public PresentedCertificate ToCertificate(byte[] der) => new()
    {
        Der = der,
        Fingerprint = CertificateFingerprint.Of(der),
        Pin = Pin,
        Subject = Subject,
        Issuer = Issuer,
        Serial = Serial,
        DnsNames = DnsNames,
        IpAddresses = IpAddresses,
        NotBefore = NotBefore,
        NotAfter = NotAfter,
        KeyAlgorithm = KeyAlgorithm,
        KeyBits = KeyBits,
        SignatureAlgorithm = SignatureAlgorithm,
        Version = Version,
        IsAuthority = IsAuthority,
        Purposes = Purposes,
        Chain = Chain,
        ChainPath = ChainPath,
    };
}

/// <summary>An authorisation in the columns <c>authorised</c> and <c>previous</c>.</summary>
internal sealed record AuthorisationJson(CertificateJson Certificate, CertificateProblem[] Problems, string By, DateTimeOffset At, string? Follows = null, bool IsByChain = false)
{
    public static string? Text(Authorisation? value) => value is null
        ? null
        : JsonSerializer.Serialize(new(CertificateJson.Of(value.Certificate), [.. value.Problems], value.By, value.At, value.Follows?.ToString(), value.IsByChain), StoreJson.Default.AuthorisationJson);

    public static Authorisation? Value(string? json, byte[]? der) => json is null || der is null
        ? null
        : StoreJson.Read(json, StoreJson.Default.AuthorisationJson) is var read
            ? new Authorisation(read.Certificate.ToCertificate(der), read.Problems, read.By, read.At)
            {
                IsByChain = read.IsByChain,
                Follows = read.Follows is null ? null : CertificateFingerprint.Parse(read.Follows) is { IsSuccess: true, Value: var follows } ? follows : throw StoreValues.Corrupt("a fingerprint cannot be read"),
            }
            : null;
}

/// <summary>A certificate that waits for a person, in the column <c>pending</c>.</summary>
internal sealed record ReviewJson(CertificateJson Certificate, CertificateProblem[] Problems, DateTimeOffset SeenAt)
{
    public static string? Text(PendingReview? value) => value is null
        ? null
        : JsonSerializer.Serialize(new(CertificateJson.Of(value.Certificate), [.. value.Problems], value.SeenAt), StoreJson.Default.ReviewJson);

    public static PendingReview? Value(string? json, byte[]? der) => json is null || der is null
        ? null
        : StoreJson.Read(json, StoreJson.Default.ReviewJson) is var read
            ? new PendingReview(read.Certificate.ToCertificate(der), read.Problems, read.SeenAt)
            : null;
}

/// <summary>The next certificate of a target, in the column <c>announced</c>.</summary>
internal sealed record AnnouncedJson(CertificateJson Certificate, CertificateProblem[] Problems, DateTimeOffset SeenAt, string? ApprovedBy, DateTimeOffset? ApprovedAt)
{
    public static string? Text(AnnouncedCertificate? value) => value is null
        ? null
        : JsonSerializer.Serialize(
            new(CertificateJson.Of(value.Certificate), [.. value.Problems], value.SeenAt, value.ApprovedBy, value.ApprovedAt), StoreJson.Default.AnnouncedJson);

    public static AnnouncedCertificate? Value(string? json, byte[]? der) => json is null || der is null
        ? null
        : StoreJson.Read(json, StoreJson.Default.AnnouncedJson) is var read
            ? new AnnouncedCertificate(read.Certificate.ToCertificate(der), read.Problems, read.SeenAt, read.ApprovedBy, read.ApprovedAt)
            : null;
}

/// <summary>A payload in the column <c>payloads</c>.</summary>
internal sealed record PayloadJson(string Path, long Size, string Hash)
{
    public static string Text(IReadOnlyList<Payload> payloads) => JsonSerializer.Serialize(
        [.. payloads.Select(payload => new PayloadJson(payload.Path.Value, payload.Size, payload.Hash.ToString()))], StoreJson.Default.PayloadJsonArray);

    public static IReadOnlyList<Payload> Value(string json) => [.. StoreJson.Read(json, StoreJson.Default.PayloadJsonArray).Select(payload => payload.ToPayload())];

    private Payload ToPayload() => RelativePath.Parse(Path) is { IsSuccess: true, Value: var path } && ContentHash.TryParse(Hash, out var hash)
        ? new Payload(path, Size, hash)
        : throw StoreValues.Corrupt("a payload has no valid path or hash");
}
