using CoreSync.Accounts;

namespace CoreSync.Infrastructure.Wire;

/// <summary>What a request must bring to reach an endpoint; metadata of every endpoint of the protocol. There is no default: mapping one without it does not compile (A01).</summary>
/// <param name="IsAnonymous">Sign-in alone.</param>
/// <param name="Rights">The least rights of the account.</param>
/// <param name="IsComponent">The account must be allowed to write the component that the route names.</param>
/// <param name="MaxBodyBytes">Largest request body; null where the endpoint computes it from the request.</param>
internal sealed record PeerAccess(bool IsAnonymous, Rights Rights, bool IsComponent, long? MaxBodyBytes)
{
    /// <summary>For who has no token yet.</summary>
    public static PeerAccess Anonymous(long maxBodyBytes) => new(true, Rights.None, false, maxBodyBytes);

    /// <summary>For accounts with these rights.</summary>
    public static PeerAccess Account(Rights rights, long maxBodyBytes) => new(false, rights, false, maxBodyBytes);

    /// <summary>For accounts that may write the component of the route.</summary>
    public static PeerAccess Writer(long? maxBodyBytes) => new(false, Rights.Edit, true, maxBodyBytes);

    /// <summary>For rollup cores (R6).</summary>
    public static PeerAccess Collector(long maxBodyBytes) => new(false, Rights.ConsoleAdministrator, false, maxBodyBytes);

    /// <summary>For rollup cores whose account may have the component of the route.</summary>
    public static PeerAccess ComponentCollector(long maxBodyBytes) => new(false, Rights.ConsoleAdministrator, true, maxBodyBytes);
}
