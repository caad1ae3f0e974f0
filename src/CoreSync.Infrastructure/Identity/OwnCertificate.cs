using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Infrastructure.Tls;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Identity;

/// <summary>The own certificate: one PEM file with key and certificate, so that both change together or not at all (T12).</summary>
/// <remarks>An administrator may put another self-signed or issued certificate into the file; the listener takes it at the next handshake.</remarks>
internal sealed class OwnCertificate(IOptions<CoreSyncOptions> options, CertificateReader reader, TimeProvider time, ILogger<OwnCertificate> logger) : IOwnCertificate, IDisposable
{
    /// <summary>Subject and friendly name of the default certificate.</summary>
    public const string DefaultName = "CoreSync Secure Token Server";

    private const int ValidYears = 2;

    private readonly Lock gate = new();
    private Loaded? loaded;

    /// <summary>The file.</summary>
    public string File => Path.Combine(options.Value.DataDirectory, "keys", "own-certificate.pem");

    public Result Create(Fqdn name, bool replace)
    {
        if (!replace && System.IO.File.Exists(File))
            return Result.Ok();
        try
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = Issue(name, key);
            KeyFile.Write(File, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n" + certificate.ExportCertificatePem() + "\n"));
            TlsLog.OwnCertificateCreated(logger, CertificateFingerprint.Of(certificate.RawData).ToString(), name.Ascii, certificate.NotAfter);
            return Result.Ok();
        }
        catch (CoreSyncException ex)
        {
            return Result.Fail(ex.Error);
        }
    }

    public Result<PresentedCertificate> Describe()
    {
        var current = Load();
        return current.IsFailed ? current.ToResult<PresentedCertificate>() : reader.Read(current.Value.Certificate.RawData, current.Value.Others, askRevocation: false);
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

    /// <summary>What the listener presents now; read again when the file changed. A file that cannot be used any more leaves the one before in place.</summary>
    /// <returns>Fails with <see cref="IdentityUnusableError"/> while none could be loaded.</returns>
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
        try
        {
            if (!System.IO.File.Exists(File))
                return Result.Fail(new IdentityUnusableError(File, "it does not exist"));
            if (KeyFile.Exposure(File) is { } exposure)
                return Result.Fail(new IdentityUnusableError(File, exposure));
            var info = new FileInfo(File);
            var stamp = (info.LastWriteTimeUtc, info.Length);
            lock (gate)
            {
                if (loaded is not null && loaded.Stamp == stamp)
                    return loaded;
                // The one before is not disposed: handshakes with it may be under way.
                loaded = Loaded.From(System.IO.File.ReadAllText(File), stamp);
                TlsLog.OwnCertificateLoaded(logger, CertificateFingerprint.Of(loaded.Certificate.RawData).ToString(), File);
                return loaded;
            }
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return Result.Fail(new IdentityUnusableError(File, ex.Message).CausedBy(ex));
        }
    }

    private X509Certificate2 Issue(Fqdn name, ECDsa key)
    {
        var request = new CertificateRequest(new X500DistinguishedName("CN=" + DefaultName), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name.Ascii);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = time.GetUtcNow();
        // A little before now: the clock of the other core may be behind.
        return request.CreateSelfSigned(now.AddMinutes(-10), now.AddYears(ValidYears));
    }

    private sealed record Loaded(X509Certificate2 Certificate, IReadOnlyList<byte[]> Others, SslStreamCertificateContext Context, (DateTime, long) Stamp)
    {
        public static Loaded From(string pem, (DateTime, long) stamp)
        {
            var certificate = X509Certificate2.CreateFromPem(pem, pem);
            if (OperatingSystem.IsWindows())
            {
                // Schannel takes no key that lives in memory only.
                using var ephemeral = certificate;
                certificate = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), null);
                certificate.FriendlyName = DefaultName;
            }

            var all = new X509Certificate2Collection();
            all.ImportFromPem(pem);
            X509Certificate2[] others = [.. all.Where(one => !one.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span))];
            return new Loaded(certificate, [.. others.Select(one => one.RawData)], SslStreamCertificateContext.Create(certificate, [.. others], offline: true), stamp);
        }
    }
}
