using CoreSync.Servers;

namespace CoreSync.Application.Cores;

/// <summary>Gives each core of an operating-system account a platform certificate store of its own (T2).</summary>
public interface ICertificateStoreNames
{
    /// <summary>Chooses and claims a name: <c>CoreSync</c>, or <c>CoreSync-</c> and the short id while another existing core of this account has claimed that.</summary>
    /// <remarks>A claim ends by itself when the data directory that made it holds no core any more.</remarks>
    /// <exception cref="Errors.CoreSyncException">With <c>StoreUnwritableError</c> when claims cannot be kept.</exception>
    string Choose(CoreId core);
}
