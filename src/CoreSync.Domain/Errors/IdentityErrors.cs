namespace CoreSync.Errors;

/// <summary>A certificate for this core came without its private key (T12).</summary>
public sealed class IdentityKeyMissingError(string source) : CoreSyncError("identity.key-missing", ErrorKind.Invalid, ("source", source))
{
    /// <summary>The value of <c>{source}</c> in the text.</summary>
    public string Source { get; } = source;
}

/// <summary>Certificate and private key do not belong together (T12).</summary>
public sealed class IdentityKeyMismatchError(string source) : CoreSyncError("identity.key-mismatch", ErrorKind.Invalid, ("source", source))
{
    /// <summary>The value of <c>{source}</c> in the text.</summary>
    public string Source { get; } = source;
}

/// <summary>The certificate does not carry the name of this core (T12).</summary>
public sealed class IdentityNameError(string source, string name, string names) : CoreSyncError("identity.name-not-covered", ErrorKind.Invalid, ("source", source), ("name", name), ("names", names))
{
    /// <summary>The value of <c>{source}</c> in the text.</summary>
    public string Source { get; } = source;

    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{names}</c> in the text.</summary>
    public string Names { get; } = names;
}

/// <summary>The certificate has expired or is not valid yet (T12).</summary>
public sealed class IdentityNotValidError(string source, string notBefore, string notAfter) : CoreSyncError("identity.not-valid-now", ErrorKind.Invalid, ("source", source), ("notBefore", notBefore), ("notAfter", notAfter))
{
    /// <summary>The value of <c>{source}</c> in the text.</summary>
    public string Source { get; } = source;

    /// <summary>The value of <c>{notBefore}</c> in the text.</summary>
    public string NotBefore { get; } = notBefore;

    /// <summary>The value of <c>{notAfter}</c> in the text.</summary>
    public string NotAfter { get; } = notAfter;
}

/// <summary>Key or signature are so weak that no other core would accept the certificate (T09).</summary>
public sealed class IdentityTooWeakError(string source, string problems, string key) : CoreSyncError("identity.too-weak", ErrorKind.Invalid, ("source", source), ("problems", problems), ("key", key))
{
    /// <summary>The value of <c>{source}</c> in the text.</summary>
    public string Source { get; } = source;

    /// <summary>The value of <c>{problems}</c> in the text.</summary>
    public string Problems { get; } = problems;

    /// <summary>The value of <c>{key}</c> in the text.</summary>
    public string Key { get; } = key;
}

/// <summary>The certificate is not meant for a server (T12).</summary>
public sealed class IdentityPurposeError(string source, string problems) : CoreSyncError("identity.wrong-purpose", ErrorKind.Invalid, ("source", source), ("problems", problems))
{
    /// <summary>The value of <c>{source}</c> in the text.</summary>
    public string Source { get; } = source;

    /// <summary>The value of <c>{problems}</c> in the text.</summary>
    public string Problems { get; } = problems;
}

/// <summary>The platform's store holds no certificate with a key under that name (T12).</summary>
public sealed class IdentityLookupError(string source) : CoreSyncError("identity.store-lookup", ErrorKind.NotFound, ("source", source))
{
    /// <summary>The value of <c>{source}</c> in the text.</summary>
    public string Source { get; } = source;
}

/// <summary>Only the certificate that this core made itself can be renewed by it (T12).</summary>
public sealed class IdentityNotGeneratedError(string source) : CoreSyncError("identity.not-generated", ErrorKind.Conflict, ("source", source))
{
    /// <summary>The value of <c>{source}</c> in the text.</summary>
    public string Source { get; } = source;
}

/// <summary>The own certificate ends soon (T11). Shown in status; never stops anything.</summary>
public sealed class IdentityExpiringError(int days, string notAfter) : CoreSyncError("identity.expires-soon", ErrorKind.Invalid, ("days", days), ("notAfter", notAfter))
{
    /// <summary>The value of <c>{days}</c> in the text.</summary>
    public int Days { get; } = days;

    /// <summary>The value of <c>{notAfter}</c> in the text.</summary>
    public string NotAfter { get; } = notAfter;
}

/// <summary>This core has announced no next certificate (T10).</summary>
public sealed class IdentityNothingAnnouncedError() : CoreSyncError("identity.nothing-announced", ErrorKind.Conflict);
