using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Infrastructure.Identity;
using CoreSync.Settings;

namespace CoreSync.Infrastructure.Tls;

/// <summary>The roots that chains may end at, from the file of the setting <c>trust.roots-file</c>; read again when it changes.</summary>
internal sealed class TrustedRoots(ISettingStore settings)
{
    private readonly Lock gate = new();
    private (string Stamp, X509Certificate2Collection Roots)? read;

    /// <summary>The roots; null takes those of this machine.</summary>
    /// <exception cref="CoreSyncException">With <see cref="CertificateUnreadableError"/>: a file that cannot be used trusts nobody.</exception>
    public async Task<X509Certificate2Collection?> ReadAsync(CancellationToken cancellationToken)
    {
        var file = await settings.ReadAsync(Setting.RootsFile, cancellationToken).ConfigureAwait(false);
        return file.Length == 0 ? null : Read(file);
    }

    private X509Certificate2Collection Read(string file)
    {
        try
        {
            lock (gate)
            {
                var stamp = CertificateSources.Stamp(file);
                if (read is { } known && known.Stamp == stamp)
                    return known.Roots;
                // Public, so others may read it; whoever can write it chooses whom this core trusts.
                if (KeyFile.WritableByOthers(file) is { } exposure)
                    throw new CoreSyncException(new CertificateUnreadableError(file, exposure));
                var roots = new X509Certificate2Collection();
                roots.ImportFromPemFile(file);
                if (roots.Count == 0)
                    throw new CoreSyncException(new CertificateUnreadableError(file, "it holds no certificate"));
                read = (stamp, roots);
                return roots;
            }
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CoreSyncException(new CertificateUnreadableError(file, ex.Message), ex);
        }
    }
}
