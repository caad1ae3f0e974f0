using CoreSync.Servers;

namespace CoreSync.Application.Cores;

/// <summary>Chooses the platform certificate store of a new core: cores that share an account never share a store (T2).</summary>
public interface ICertificateStoreNames
{
    /// <summary><c>CoreSync</c> for the first core of this account, <c>CoreSync-</c> and the short id for the others; claimed until the data directory no longer holds a core.</summary>
    string Choose(CoreId core);
}
