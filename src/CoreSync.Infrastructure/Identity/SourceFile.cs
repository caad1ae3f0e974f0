using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Infrastructure.Identity;

/// <summary>The file that says where a certificate of this core comes from; absent for the generated one. A password in it is encrypted with the keys of this core.</summary>
internal sealed class SourceFile(string path, KeyRing keys)
{
    private const string Purpose = "own-certificate/v1";

    public string Path { get; } = path;

    /// <summary>The source.</summary>
    /// <returns>Fails with <see cref="IdentityUnusableError"/>.</returns>
    public Result<OwnCertificateSource> Read()
    {
        try
        {
            if (!File.Exists(Path))
                return OwnCertificateSource.Generated;
            // Whoever can write it chooses who this core is.
            if (KeyFile.Exposure(Path) is { } exposure)
                return Result.Fail(new IdentityUnusableError(Path, exposure));
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path), SourceJsonContext.Default.SourceJson) is { } stored && Of(stored) is { } source
                ? source
                : Result.Fail(new IdentityUnusableError(Path, "it names no source"));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or JsonException or FormatException or CryptographicException)
        {
            return Result.Fail(new IdentityUnusableError(Path, ex.Message).CausedBy(ex));
        }
    }

    /// <summary>Keeps the source, durable when it returns; the generated one is kept as no file.</summary>
    /// <exception cref="CoreSyncException">With <c>StoreFullError</c>, <c>StoreUnwritableError</c> or <c>IdentityUnusableError</c>.</exception>
    public void Write(OwnCertificateSource source)
    {
        if (source is GeneratedSource)
            KeyFile.Remove(Path);
        else
            KeyFile.Write(Path, JsonSerializer.SerializeToUtf8Bytes(Of(source), SourceJsonContext.Default.SourceJson));
    }

    /// <summary>The source of an announced certificate and when it was announced; null when none is, or the file cannot be used.</summary>
    public (OwnCertificateSource Source, DateTimeOffset At)? ReadNext()
    {
        try
        {
            if (!File.Exists(Path) || KeyFile.Exposure(Path) is not null)
                return null;
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path), SourceJsonContext.Default.SourceJson) is { At: { } at } stored
                && (stored.Source == "generated" ? OwnCertificateSource.Generated : Of(stored)) is { } source
                ? (source, DateTimeOffset.FromUnixTimeMilliseconds(at))
                : null;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or JsonException or FormatException or CryptographicException)
        {
            // What cannot be read is not announced; 'identity announce' writes it anew.
            return null;
        }
    }

    /// <summary>Keeps the source of an announced certificate, durable when it returns.</summary>
    /// <exception cref="CoreSyncException">With <c>StoreFullError</c>, <c>StoreUnwritableError</c> or <c>IdentityUnusableError</c>.</exception>
    public void WriteNext(OwnCertificateSource source, DateTimeOffset at) =>
        KeyFile.Write(Path, JsonSerializer.SerializeToUtf8Bytes(Of(source) with { At = at.ToUnixTimeMilliseconds() }, SourceJsonContext.Default.SourceJson));

    private SourceJson Of(OwnCertificateSource source) => source switch
    {
        PfxSource pfx => new SourceJson(pfx.Kind, File: pfx.File, Password: Protect(pfx.Password)),
        PemSource pem => new SourceJson(pem.Kind, File: pem.CertificateFile, KeyFile: pem.KeyFile, Password: Protect(pem.Password)),
        StoreSource store => new SourceJson(store.Kind, OfMachine: store.OfMachine, Fingerprint: store.Fingerprint?.ToString(), Subject: store.Subject),
        _ => new SourceJson(source.Kind),
    };

    private OwnCertificateSource? Of(SourceJson stored) => stored switch
    {
        { Source: "pfx", File: { } file } => new PfxSource(file, Unprotect(stored.Password)),
        { Source: "pem", File: { } file, KeyFile: { } key } => new PemSource(file, key, Unprotect(stored.Password)),
        { Source: "store", Fingerprint: { } text } when CertificateFingerprint.Parse(text) is { IsSuccess: true, Value: var fingerprint } => new StoreSource(stored.OfMachine, fingerprint, null),
        { Source: "store", Subject: { } subject } => new StoreSource(stored.OfMachine, null, subject),
        _ => null,
    };

    private string? Protect(string? password) => password is null ? null : Convert.ToBase64String(keys.Protect(Purpose, Encoding.UTF8.GetBytes(password)));

    private string? Unprotect(string? data) => data is null ? null : Encoding.UTF8.GetString(keys.Unprotect(Purpose, Convert.FromBase64String(data), isOwn: true));
}

/// <summary>The form of <see cref="SourceFile"/>.</summary>
internal sealed record SourceJson(
    string Source, string? File = null, string? KeyFile = null, string? Password = null, bool OfMachine = false, string? Fingerprint = null, string? Subject = null, long? At = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SourceJson))]
internal sealed partial class SourceJsonContext : JsonSerializerContext;
