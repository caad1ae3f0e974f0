using CoreSync.Application;
using CoreSync.Errors;
using CoreSync.Trust;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Identity;

/// <summary>The anchor of the trust history beside the keys: a second witness, outside of the store and of its backups (T14).</summary>
internal sealed class TrustAnchorFile(IOptions<CoreSyncOptions> options)
{
    private readonly string path = Path.Combine(options.Value.DataDirectory, "keys", "trust-history.anchor");

    /// <summary>The anchor; null when there is none.</summary>
    /// <exception cref="CoreSyncException">With <see cref="TrustAnchorInvalidError"/> or <see cref="StoreUnwritableError"/>: what is there cannot be used.</exception>
    public TrustAnchor? Read()
    {
        try
        {
            if (!File.Exists(path))
                return null;
            var anchor = TrustAnchor.Parse(File.ReadAllText(path));
            return anchor.IsSuccess ? anchor.Value : throw new CoreSyncException(anchor.FirstError());
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new CoreSyncException(new StoreUnwritableError(path, ex.Message), ex);
        }
    }

    /// <summary>Moves it.</summary>
    /// <exception cref="CoreSyncException">As <see cref="KeyFile.Write"/>.</exception>
    public void Write(TrustAnchor anchor) => KeyFile.Write(path, System.Text.Encoding.ASCII.GetBytes(anchor + "\n"));
}
