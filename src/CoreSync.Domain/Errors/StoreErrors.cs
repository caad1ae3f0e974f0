namespace CoreSync.Errors;

/// <summary>The data directory is missing or empty.</summary>
public sealed class StoreNotInitialisedError(string directory) : CoreSyncError("store.not-initialised", ErrorKind.NotFound, ("directory", directory))
{
    /// <summary>The value of <c>{directory}</c> in the text.</summary>
    public string Directory { get; } = directory;
}

/// <summary>init found a core.</summary>
public sealed class StoreAlreadyInitialisedError(string directory, string name) : CoreSyncError("store.already-initialised", ErrorKind.Conflict, ("directory", directory), ("name", name))
{
    /// <summary>The value of <c>{directory}</c> in the text.</summary>
    public string Directory { get; } = directory;

    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>The lock file refuses a second service.</summary>
public sealed class StoreLockedError(string directory, string holder) : CoreSyncError("store.locked", ErrorKind.Conflict, ("directory", directory), ("holder", holder))
{
    /// <summary>The value of <c>{directory}</c> in the text.</summary>
    public string Directory { get; } = directory;

    /// <summary>The value of <c>{holder}</c> in the text.</summary>
    public string Holder { get; } = holder;
}

/// <summary>An older program on a newer store.</summary>
public sealed class StoreNewerSchemaError(int found, int known) : CoreSyncError("store.newer-schema", ErrorKind.Rejected, ("found", found), ("known", known))
{
    /// <summary>The value of <c>{found}</c> in the text.</summary>
    public int Found { get; } = found;

    /// <summary>The value of <c>{known}</c> in the text.</summary>
    public int Known { get; } = known;
}

/// <summary>The store must be upgraded by the named command (S4).</summary>
public sealed class StoreOlderSchemaError(int found, int known) : CoreSyncError("store.older-schema", ErrorKind.Rejected, ("found", found), ("known", known))
{
    /// <summary>The value of <c>{found}</c> in the text.</summary>
    public int Found { get; } = found;

    /// <summary>The value of <c>{known}</c> in the text.</summary>
    public int Known { get; } = known;
}

/// <summary>SQLite reports corruption, or files of the store are missing (S07).</summary>
public sealed class StoreCorruptError(string file, string reason) : CoreSyncError("store.corrupt", ErrorKind.Corrupt, ("file", file), ("reason", reason))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Disk or quota is full (S05).</summary>
public sealed class StoreFullError(string path) : CoreSyncError("store.full", ErrorKind.Unavailable, ("path", path))
{
    /// <summary>The value of <c>{path}</c> in the text.</summary>
    public string Path { get; } = path;
}

/// <summary>The data directory cannot be written.</summary>
public sealed class StoreUnwritableError(string path, string reason) : CoreSyncError("store.unwritable", ErrorKind.Unavailable, ("path", path), ("reason", reason))
{
    /// <summary>The value of <c>{path}</c> in the text.</summary>
    public string Path { get; } = path;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A busy or failing store.</summary>
public sealed class StoreUnavailableError(string reason) : CoreSyncError("store.unavailable", ErrorKind.Unavailable, ("reason", reason))
{
    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Own certificate or key is missing, unreadable or open to others (T12, C08).</summary>
public sealed class IdentityUnusableError(string file, string reason) : CoreSyncError("identity.unusable", ErrorKind.Invalid, ("file", file), ("reason", reason))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>No such setting.</summary>
public sealed class SettingUnknownError(string key) : CoreSyncError("settings.unknown-key", ErrorKind.NotFound, ("key", key))
{
    /// <summary>The value of <c>{key}</c> in the text.</summary>
    public string Key { get; } = key;
}

/// <summary>A setting out of range.</summary>
public sealed class SettingInvalidError(string key, string value, string allowed) : CoreSyncError("settings.value-invalid", ErrorKind.Invalid, ("key", key), ("value", value), ("allowed", allowed))
{
    /// <summary>The value of <c>{key}</c> in the text.</summary>
    public string Key { get; } = key;

    /// <summary>The value of <c>{value}</c> in the text.</summary>
    public string Value { get; } = value;

    /// <summary>The value of <c>{allowed}</c> in the text.</summary>
    public string Allowed { get; } = allowed;
}

/// <summary>The listening address is taken or not allowed.</summary>
public sealed class ListenFailedError(string address, string reason) : CoreSyncError("host.listen-failed", ErrorKind.Conflict, ("address", address), ("reason", reason))
{
    /// <summary>The value of <c>{address}</c> in the text.</summary>
    public string Address { get; } = address;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A command line that cannot be understood.</summary>
public sealed class UsageInvalidError(string reason) : CoreSyncError("usage.invalid", ErrorKind.Invalid, ("reason", reason))
{
    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A bug, reported without details to other cores.</summary>
public sealed class UnexpectedError(string detail) : CoreSyncError("internal.unexpected", ErrorKind.Corrupt, ("detail", detail))
{
    /// <summary>The value of <c>{detail}</c> in the text.</summary>
    public string Detail { get; } = detail;
}
