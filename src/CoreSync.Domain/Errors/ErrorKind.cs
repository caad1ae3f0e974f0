namespace CoreSync.Errors;

/// <summary>What a caller can do about an error. Only <see cref="Unavailable"/> is worth another try without a change.</summary>
public enum ErrorKind
{
    /// <summary>The input is wrong; correct it.</summary>
    Invalid,

    /// <summary>The thing named does not exist.</summary>
    NotFound,

    /// <summary>The state does not allow it now: busy, locked, duplicate.</summary>
    Conflict,

    /// <summary>Understood and refused for a reason that a retry does not change.</summary>
    Rejected,

    /// <summary>Authentication or rights are missing.</summary>
    Forbidden,

    /// <summary>The certificate of the other core is not authorised by a person.</summary>
    NotTrusted,

    /// <summary>Not reachable, busy or full at the moment; retried with back-off.</summary>
    Unavailable,

    /// <summary>Stored or received data contradict themselves.</summary>
    Corrupt,
}
