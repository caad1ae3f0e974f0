namespace CoreSync.Errors;

/// <summary>A request to the admin API that cannot be understood: not JSON, an unknown or missing member, a value out of range.</summary>
public sealed class ApiRequestInvalidError(string reason) : CoreSyncError("api.request-invalid", ErrorKind.Invalid, ("reason", reason))
{
    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A request that changes something, sent by a browser without the proof that a page of this core made it.</summary>
public sealed class ApiForgerySuspectedError() : CoreSyncError("api.forgery-suspected", ErrorKind.Forbidden);

/// <summary>Whoever mounted console and API allows no changes through them.</summary>
public sealed class ApiReadOnlyError() : CoreSyncError("api.read-only", ErrorKind.Forbidden);
