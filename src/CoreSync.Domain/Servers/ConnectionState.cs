namespace CoreSync.Servers;

/// <summary>How the last attempt to reach a target core ended; one of the four facts of the list (C5).</summary>
public enum ConnectionState
{
    /// <summary>Never tried.</summary>
    Unknown,

    /// <summary>The last attempt got an answer of the protocol.</summary>
    Reachable,

    /// <summary>DNS, TCP or TLS failed.</summary>
    Unreachable,

    /// <summary>Reached, but the certificate is not trusted.</summary>
    NotTrusted,

    /// <summary>Reached and trusted, but the account was refused.</summary>
    AuthenticationRefused,

    /// <summary>Reached, but what answers is no core, another core or speaks another protocol.</summary>
    WrongPeer,
}
