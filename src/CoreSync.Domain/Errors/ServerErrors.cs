namespace CoreSync.Errors;

/// <summary>A running service that a command was to work against presents a certificate that nobody vouched for: nothing was sent.</summary>
public sealed class ServerNotTrustedError(string server, string presented) : CoreSyncError("server.not-trusted", ErrorKind.NotTrusted, ("server", server), ("presented", presented))
{
    /// <summary>The value of <c>{server}</c> in the text.</summary>
    public string Server { get; } = server;

    /// <summary>The value of <c>{presented}</c> in the text.</summary>
    public string Presented { get; } = presented;
}

/// <summary>A running service that a command was to work against presents another certificate than the one named: nothing was sent.</summary>
public sealed class ServerFingerprintMismatchError(string server, string given, string presented)
    : CoreSyncError("server.fingerprint-mismatch", ErrorKind.NotTrusted, ("server", server), ("given", given), ("presented", presented))
{
    /// <summary>The value of <c>{server}</c> in the text.</summary>
    public string Server { get; } = server;

    /// <summary>The value of <c>{given}</c> in the text.</summary>
    public string Given { get; } = given;

    /// <summary>The value of <c>{presented}</c> in the text.</summary>
    public string Presented { get; } = presented;
}

/// <summary>A running service that a command was to work against does not answer, or not as a service of CoreSync does.</summary>
public sealed class ServerUnreachableError(string server, string reason) : CoreSyncError("server.unreachable", ErrorKind.Unavailable, ("server", server), ("reason", reason))
{
    /// <summary>The value of <c>{server}</c> in the text.</summary>
    public string Server { get; } = server;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A command that works on a data directory only was asked to work against a running service.</summary>
public sealed class ServerCommandUnavailableError(string command) : CoreSyncError("server.command-unavailable", ErrorKind.Invalid, ("command", command))
{
    /// <summary>The value of <c>{command}</c> in the text.</summary>
    public string Command { get; } = command;
}
