using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Trust;

namespace CoreSync.Infrastructure.Identity;

/// <summary>Reads certificate and key from where a source says. Collects what is wrong; decides nothing about the certificate itself.</summary>
internal static class CertificateSources
{
    private const int MaxFileBytes = 1024 * 1024;

    /// <summary>Reads everything; a fault of the key does not hide what is wrong with the certificate.</summary>
    public static CertificateMaterial Read(OwnCertificateSource source) => source switch
    {
        PfxSource pfx => Reading(pfx.File, material => ReadPfx(pfx, material)),
        PemSource pem => Reading(pem.Text, material => ReadPem(pem, material)),
        StoreSource store => Reading(store.Text, material => ReadStore(store, material)),
        _ => throw new InvalidOperationException($"{source.Kind} has no place of its own"),
    };

    /// <summary>Changes whenever a file of the source changes, in content or rights. The platform's store tells nobody about its changes: always the same.</summary>
    public static string Stamp(OwnCertificateSource source) => source switch
    {
        PfxSource pfx => Stamp(pfx.File),
        PemSource pem => Stamp(pem.CertificateFile) + Stamp(pem.KeyFile),
        _ => source.Text,
    };

    /// <summary>Size, time and rights of a file; of an absent one too.</summary>
    public static string Stamp(string file)
    {
        var info = new FileInfo(file);
        if (!info.Exists)
            return file + "|absent|";
        return FormattableString.Invariant($"{file}|{info.LastWriteTimeUtc.Ticks}|{info.Length}|{(OperatingSystem.IsWindows() ? 0 : (int)info.UnixFileMode)}|");
    }

    private static CertificateMaterial Reading(string place, Action<CertificateMaterial> read)
    {
        var material = new CertificateMaterial();
        try
        {
            read(material);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or CryptographicException or PlatformNotSupportedException)
        {
            material.Errors.Add(new IdentityUnusableError(place, ex.Message));
        }

        return material;
    }

    private static void ReadPfx(PfxSource source, CertificateMaterial material)
    {
        Expose(source.File, material);
        // Schannel takes no key that lives in memory only.
        var flags = OperatingSystem.IsLinux() ? X509KeyStorageFlags.EphemeralKeySet : X509KeyStorageFlags.DefaultKeySet;
        var all = X509CertificateLoader.LoadPkcs12Collection(Bytes(source.File), source.Password, flags);
        var withKey = all.Where(one => one.HasPrivateKey).ToList();
        material.Leaf = withKey.FirstOrDefault() ?? all.FirstOrDefault();
        material.Others = [.. all.Where(one => one != material.Leaf)];
        if (withKey.Count == 0)
            material.Errors.Add(new IdentityKeyMissingError(source.Text));
        else if (withKey.Count > 1)
            material.Errors.Add(new IdentityUnusableError(source.File, "it holds more than one certificate with a key"));
        else if (!Fits(withKey[0]))
            material.Errors.Add(new IdentityKeyMismatchError(source.Text));
    }

    private static void ReadPem(PemSource source, CertificateMaterial material)
    {
        Expose(source.KeyFile, material);
        var all = new X509Certificate2Collection();
        all.ImportFromPem(Text(source.CertificateFile));
        if (all.Count == 0)
        {
            material.Errors.Add(new IdentityUnusableError(source.CertificateFile, "it holds no certificate"));
            return;
        }

        // The leaf comes first, its issuers follow (RFC 8446, 4.4.2, and every server).
        material.Leaf = all[0];
        material.Others = [.. all.Skip(1)];
        var text = Text(source.KeyFile);
        var label = KeyLabel(text);
        if (label is null)
            material.Errors.Add(new IdentityKeyMissingError(source.Text));
        else if (label == "ENCRYPTED PRIVATE KEY" && source.Password is null)
            material.Errors.Add(new IdentityUnusableError(source.KeyFile, "the key is encrypted and no password was given"));
        else
            material.Combine(source.Text, text, label == "ENCRYPTED PRIVATE KEY" ? source.Password : null);
    }

    private static void ReadStore(StoreSource source, CertificateMaterial material)
    {
        using var store = new X509Store(StoreName.My, source.OfMachine ? StoreLocation.LocalMachine : StoreLocation.CurrentUser);
        store.Open(OpenFlags.ReadOnly);
        material.Leaf = store.Certificates.Where(one => one.HasPrivateKey && Names(source, one)).OrderByDescending(one => one.NotBefore).FirstOrDefault();
        if (material.Leaf is null)
            material.Errors.Add(new IdentityLookupError(source.Text));
        else if (!Fits(material.Leaf))
            material.Errors.Add(new IdentityKeyMismatchError(source.Text));
    }

    private static bool Names(StoreSource source, X509Certificate2 one) => source.Fingerprint is { } wanted
        ? CertificateFingerprint.Of(one.RawDataMemory.Span) == wanted
        : string.Equals(one.Subject, source.Subject, StringComparison.OrdinalIgnoreCase)
            || string.Equals(one.GetNameInfo(X509NameType.SimpleName, forIssuer: false), source.Subject, StringComparison.OrdinalIgnoreCase);

    private static void Expose(string file, CertificateMaterial material)
    {
        if (File.Exists(file) && KeyFile.Exposure(file) is { } exposure)
            material.Errors.Add(new IdentityUnusableError(file, exposure));
    }

    private static byte[] Bytes(string file)
    {
        var info = new FileInfo(file);
        if (!info.Exists)
            throw new FileNotFoundException("it does not exist");
        return info.Length <= MaxFileBytes ? File.ReadAllBytes(file) : throw new IOException("it is too large for certificate and key");
    }

    private static string Text(string file) => System.Text.Encoding.UTF8.GetString(Bytes(file));

    private static string? KeyLabel(string text)
    {
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var label = rest[fields.Label];
            if (label.EndsWith("PRIVATE KEY"))
                return label.ToString();
            rest = rest[fields.Location.End..];
        }

        return null;
    }

    // A file may pair a certificate with a foreign key; only a signature tells.
    private static bool Fits(X509Certificate2 certificate)
    {
        var data = certificate.RawDataMemory.Span;
        using var ecKey = certificate.GetECDsaPrivateKey();
        using var ec = certificate.GetECDsaPublicKey();
        if (ecKey is not null && ec is not null)
            return ec.VerifyData(data, ecKey.SignData(data, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256);
        using var rsaKey = certificate.GetRSAPrivateKey();
        using var rsa = certificate.GetRSAPublicKey();
        return rsaKey is not null && rsa is not null
            && rsa.VerifyData(data, rsaKey.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}

/// <summary>What was read of a source: the leaf, with its key unless something is wrong, what came with it, and every fault.</summary>
internal sealed class CertificateMaterial
{
    /// <summary>The certificate; null when none could be read.</summary>
    public X509Certificate2? Leaf { get; set; }

    /// <summary>Issuers that came with it.</summary>
    public IReadOnlyList<X509Certificate2> Others { get; set; } = [];

    /// <summary>What is wrong with the source; empty when certificate and key can be used.</summary>
    public List<CoreSyncError> Errors { get; } = [];

    /// <summary>Puts the key of a PEM text beside the leaf, or says why it does not belong there.</summary>
    public void Combine(string source, string pem, string? password)
    {
        using AsymmetricAlgorithm right = IsElliptic(Leaf!) ? ECDsa.Create() : RSA.Create();
        try
        {
            Import(right, pem, password);
            Leaf = right is ECDsa ec ? Leaf!.CopyWithPrivateKey(ec) : Leaf!.CopyWithPrivateKey((RSA)right);
        }
        catch (Exception ex) when (ex is CryptographicException or ArgumentException)
        {
            // A key that is none is unreadable; one of another certificate or of another algorithm does not belong here.
            Errors.Add(IsKey(pem, password) ? new IdentityKeyMismatchError(source) : new IdentityUnusableError(source, ex.Message));
        }
    }

    private static bool IsElliptic(X509Certificate2 certificate) => certificate.PublicKey.Oid.Value == "1.2.840.10045.2.1";

    private static bool IsKey(string pem, string? password)
    {
        foreach (var make in (Func<AsymmetricAlgorithm>[])[ECDsa.Create, RSA.Create])
        {
            using var key = make();
            try
            {
                Import(key, pem, password);
                return true;
            }
            catch (Exception ex) when (ex is CryptographicException or ArgumentException)
            {
                // Not of this algorithm.
                continue;
            }
        }

        return false;
    }

    private static void Import(AsymmetricAlgorithm key, string pem, string? password)
    {
        if (password is null)
            key.ImportFromPem(pem);
        else
            key.ImportFromEncryptedPem(pem, password);
    }
}
