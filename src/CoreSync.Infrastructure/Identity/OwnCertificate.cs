using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Infrastructure.Tls;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Identity;

/// <summary>The own certificate from its source: generated, PFX, PEM or the platform's store (T12). Looks again at each use, so that a change needs no restart.</summary>
/// <remarks>
/// A process that presents a certificate already takes another only when nothing is wrong with it; a faulty one leaves the one before in place and is logged
/// once. A process that has none yet takes whatever can be presented: other cores judge it, and a service that does not start helps nobody.
/// </remarks>
internal sealed class OwnCertificate(
    IOptions<CoreSyncOptions> options, CertificateReader reader, KeyRing keys, ILocalCore core, TimeProvider time, ILogger<OwnCertificate> logger) : IOwnCertificate, IDisposable
{
    // The platform's store cannot be asked for a stamp, and time heals a certificate that is not valid yet.
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly SourceFile chosen = new(Path.Combine(options.Value.DataDirectory, "keys", "own-certificate.json"), keys);
    private Loaded? loaded;
    private Rejected? rejected;

    /// <summary>The file of the generated certificate with its key; an administrator may put another pair into it.</summary>
    public string File => Path.Combine(options.Value.DataDirectory, "keys", "own-certificate.pem");

    public Result Create(Fqdn name) => System.IO.File.Exists(File) ? Result.Ok() : Make(name, keyPem: null);

    public Result Renew(Fqdn name, bool keepKey)
    {
        var source = chosen.Read();
        if (source.IsFailed)
            return source.ToResult();
        if (source.Value is not GeneratedSource)
            return Result.Fail(new IdentityNotGeneratedError(source.Value.Text));
        if (!keepKey)
            return Make(name, keyPem: null);
        var present = CertificateSources.Read(Placed(source.Value));
        return present.Errors.Count > 0 ? Result.Fail(present.Errors) : Make(name, System.IO.File.ReadAllText(File));
    }

    public Result<PresentedCertificate> Use(OwnCertificateSource source, Fqdn name)
    {
        if (source is GeneratedSource && Create(name) is { IsFailed: true } unmade)
            return unmade;
        var material = CertificateSources.Read(Placed(source));
        var described = Describe(material);
        var faults = described is null ? [] : OwnCertificateCheck.Faults(described, name, source.Text, time.GetUtcNow());
        if (described is null || material.Errors.Count + faults.Count > 0)
            return Result.Fail([.. material.Errors, .. faults]);
        try
        {
            chosen.Write(source);
            return described;
        }
        catch (CoreSyncException ex)
        {
            return Result.Fail(ex.Error);
        }
    }

    public Result<OwnCertificateSource> Source() => chosen.Read();

    public Result<PresentedCertificate> Describe()
    {
        var current = Load();
        return current.IsFailed ? current.ToResult<PresentedCertificate>() : current.Value.Described;
    }

    public IReadOnlyList<CoreSyncError> Faults(Fqdn name)
    {
        var source = chosen.Read();
        if (source.IsFailed)
            return [source.FirstError()];
        var material = CertificateSources.Read(Placed(source.Value));
        return [.. material.Errors, .. Describe(material) is { } described ? OwnCertificateCheck.Faults(described, name, source.Value.Text, time.GetUtcNow()) : []];
    }

    public Result<string> ExportPem()
    {
        var current = Load();
        return current.IsFailed ? current.ToResult<string>() : current.Value.Certificate.ExportCertificatePem() + "\n";
    }

    public Result<PresentedCertificate> ReadFile(string file)
    {
        try
        {
            return reader.Read(CertificateFile.Read(file), [], askRevocation: false);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or CryptographicException or NotSupportedException or ArgumentException)
        {
            return Result.Fail(new CertificateUnreadableError(file, ex.Message).CausedBy(ex));
        }
    }

    public Result<PublicKeys> ReadKeys(string file)
    {
        try
        {
            var certificate = reader.Read(CertificateFile.Read(file), [], askRevocation: false);
            if (PublicKeys.ReadHeader(System.IO.File.ReadAllText(file)) is not { } header)
                return Result.Fail(new KeysFileError(file, "it does not say whose keys they are"));
            return header.Fingerprint == certificate.Fingerprint
                ? new PublicKeys(header.Core, header.Name, certificate)
                : Result.Fail(new KeysFileError(file, "its fingerprint is not that of its certificate"));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or CryptographicException or NotSupportedException or ArgumentException or FormatException)
        {
            return Result.Fail(new KeysFileError(file, ex.Message).CausedBy(ex));
        }
    }

    /// <summary>What the listener presents now. A source that cannot be used any more leaves the certificate before in place.</summary>
    /// <returns>Fails as <see cref="Describe()"/> while none could be loaded.</returns>
    public Result<SslStreamCertificateContext> ForListener()
    {
        var current = Load();
        if (current.IsSuccess)
            return current.Value.Context;
        lock (gate)
            return loaded is null ? current.ToResult<SslStreamCertificateContext>() : loaded.Context;
    }

    public void Dispose()
    {
        lock (gate)
            loaded?.Certificate.Dispose();
    }

    private Result<Loaded> Load()
    {
        lock (gate)
        {
            try
            {
                var stamp = CertificateSources.Stamp(chosen.Path) + CertificateSources.Stamp(File);
                var source = chosen.Read();
                if (source.IsSuccess)
                    stamp += CertificateSources.Stamp(source.Value);
                if (loaded is not null && loaded.Stamp == stamp && (source.Value is not StoreSource || time.GetElapsedTime(loaded.LookedAt) < Recheck))
                    return loaded;
                if (rejected is not null && rejected.Stamp == stamp && time.GetElapsedTime(rejected.LookedAt) < Recheck)
                    return Result.Fail(rejected.Errors);
                return source.IsFailed ? Reject(stamp, [source.FirstError()]) : Take(source.Value, stamp);
            }
            catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
            {
                return Result.Fail(new IdentityUnusableError(File, ex.Message).CausedBy(ex));
            }
        }
    }

    private Result<Loaded> Take(OwnCertificateSource source, string stamp)
    {
        var material = CertificateSources.Read(Placed(source));
        var described = Describe(material);
        List<CoreSyncError> faults = [.. material.Errors];
        if (loaded is not null && described is not null && described.Fingerprint != loaded.Described.Fingerprint)
            faults.AddRange(OwnCertificateCheck.Faults(described, core.Current.Name, source.Text, time.GetUtcNow()));
        if (described is null || faults.Count > 0)
            return Reject(stamp, faults);
        rejected = null;
        if (loaded is not null && described.Fingerprint == loaded.Described.Fingerprint)
            return loaded = loaded with { Stamp = stamp, LookedAt = time.GetTimestamp() };
        // The one before is not disposed: handshakes with it may be under way.
        loaded = Loaded.From(material, described, stamp, time.GetTimestamp());
        TlsLog.OwnCertificateLoaded(logger, described.Fingerprint.ToString(), source.Text);
        return loaded;
    }

    private Result<Loaded> Reject(string stamp, IReadOnlyList<CoreSyncError> faults)
    {
        if (loaded is not null && rejected?.Stamp != stamp)
            TlsLog.OwnCertificateKept(logger, loaded.Described.Fingerprint.ToString(), string.Join("; ", faults.Select(fault => fault.Message)));
        rejected = new Rejected(stamp, faults, time.GetTimestamp());
        return Result.Fail(faults);
    }

    private Result Make(Fqdn name, string? keyPem)
    {
        try
        {
            var (pem, certificate) = DefaultCertificate.Make(name, time.GetUtcNow(), keyPem);
            using (certificate)
            {
                KeyFile.Write(File, pem);
                TlsLog.OwnCertificateCreated(logger, CertificateFingerprint.Of(certificate.RawData).ToString(), name.Ascii, certificate.NotAfter);
            }

            return Result.Ok();
        }
        catch (CoreSyncException ex)
        {
            return Result.Fail(ex.Error);
        }
    }

    private OwnCertificateSource Placed(OwnCertificateSource source) => source is GeneratedSource ? new PemSource(File, File, null) : source;

    // Null with an error among the material's: nothing can be said about a certificate that cannot be read.
    private PresentedCertificate? Describe(CertificateMaterial material)
    {
        try
        {
            return material.Leaf is null ? null : reader.Read(material.Leaf.RawDataMemory, [.. material.Others.Select(one => one.RawData)], askRevocation: false);
        }
        catch (CryptographicException ex)
        {
            material.Errors.Add(new IdentityUnusableError(File, ex.Message));
            return null;
        }
    }

    private sealed record Rejected(string Stamp, IReadOnlyList<CoreSyncError> Errors, long LookedAt);

    private sealed record Loaded(X509Certificate2 Certificate, PresentedCertificate Described, SslStreamCertificateContext Context, string Stamp, long LookedAt)
    {
        public static Loaded From(CertificateMaterial material, PresentedCertificate described, string stamp, long now)
        {
            var certificate = material.Leaf!;
            if (OperatingSystem.IsWindows())
            {
                // Schannel takes no key that lives in memory only.
                using var ephemeral = certificate;
                certificate = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), null);
                certificate.FriendlyName = DefaultCertificate.Name;
            }

            return new Loaded(certificate, described, SslStreamCertificateContext.Create(certificate, [.. material.Others], offline: true), stamp, now);
        }
    }
}
