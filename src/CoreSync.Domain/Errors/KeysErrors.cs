namespace CoreSync.Errors;

/// <summary>The file holds no public keys of a core (T13).</summary>
public sealed class KeysFileError(string file, string reason) : CoreSyncError("keys.file-invalid", ErrorKind.Invalid, ("file", file), ("reason", reason))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>No core of that name or id signs in here with a certificate (T13).</summary>
public sealed class ClientNotFoundError(string core) : CoreSyncError("keys.client-not-found", ErrorKind.NotFound, ("core", core))
{
    /// <summary>The value of <c>{core}</c> in the text.</summary>
    public string Core { get; } = core;
}

/// <summary>No certificate of that core waits for a person (T13).</summary>
public sealed class NothingPendingError(string core) : CoreSyncError("keys.nothing-pending", ErrorKind.Conflict, ("core", core))
{
    /// <summary>The value of <c>{core}</c> in the text.</summary>
    public string Core { get; } = core;
}

/// <summary>The certificate of a core that signs in here waits for a person (T13). Shown in status.</summary>
public sealed class ClientWaitsError(string core, string fingerprint) : CoreSyncError("keys.client-waits", ErrorKind.NotTrusted, ("core", core), ("fingerprint", fingerprint))
{
    /// <summary>The value of <c>{core}</c> in the text.</summary>
    public string Core { get; } = core;

    /// <summary>The value of <c>{fingerprint}</c> in the text.</summary>
    public string Fingerprint { get; } = fingerprint;
}
