using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Trust;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Tls;

/// <summary>The platform's own certificate store (T2): on Linux below the account's home, on Windows the machine's when the data directory is the machine's.</summary>
/// <remarks>Reads the store anew at each question: another process or a person may have changed it.</remarks>
internal sealed class PlatformCertificateStore(ILocalCore core, IOptions<CoreSyncOptions> options) : ICertificateStore
{
    private static readonly Lock Gate = new();

    public string Name => core.Current.CertificateStoreName;

    public bool Contains(CertificateFingerprint fingerprint) => List().Contains(fingerprint);

    public void Add(ReadOnlyMemory<byte> der) => Use(OpenFlags.ReadWrite, store =>
    {
        using var certificate = X509CertificateLoader.LoadCertificate(der.Span);
        store.Add(certificate);
        return true;
    });

    public void Remove(CertificateFingerprint fingerprint) => Use(OpenFlags.ReadWrite, store =>
    {
        foreach (var certificate in store.Certificates)
        {
            using (certificate)
            {
                if (CertificateFingerprint.Of(certificate.RawDataMemory.Span) == fingerprint)
                    store.Remove(certificate);
            }
        }

        return true;
    });

    public IReadOnlySet<CertificateFingerprint> List() => Use(OpenFlags.ReadOnly, store =>
    {
        var found = new HashSet<CertificateFingerprint>();
        foreach (var certificate in store.Certificates)
        {
            using (certificate)
                found.Add(CertificateFingerprint.Of(certificate.RawDataMemory.Span));
        }

        return found;
    });

    private T Use<T>(OpenFlags flags, Func<X509Store, T> act)
    {
        // The platform's store is a directory of files without a lock of its own.
        lock (Gate)
        {
            try
            {
                using var store = new X509Store(Name, Location);
                store.Open(flags);
                return act(store);
            }
            catch (Exception ex) when (ex is CryptographicException or IOException or UnauthorizedAccessException)
            {
                throw new CoreSyncException(new CertificateStoreUnavailableError(Name, ex.Message), ex);
            }
        }
    }

    private StoreLocation Location
    {
        get
        {
            if (!OperatingSystem.IsWindows())
                return StoreLocation.CurrentUser;
            var machine = Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData);
            return options.Value.DataDirectory.StartsWith(machine + Path.DirectorySeparatorChar, StringComparison.OrdinalIgnoreCase)
                ? StoreLocation.LocalMachine
                : StoreLocation.CurrentUser;
        }
    }
}
