namespace CoreSync.Errors;

/// <summary>The name of a core has a single label.</summary>
public sealed class FqdnNotQualifiedError(string name) : CoreSyncError("target.name-not-qualified", ErrorKind.Invalid, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>An IP address was given where a core's name belongs.</summary>
public sealed class FqdnIsAddressError(string name) : CoreSyncError("target.name-is-address", ErrorKind.Invalid, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>A domain name breaks the rules of RFC 1123 or IDNA.</summary>
public sealed class FqdnInvalidError(string name, string reason) : CoreSyncError("target.name-invalid", ErrorKind.Invalid, ("name", name), ("reason", reason))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A port outside 1 to 65535.</summary>
public sealed class PortInvalidError(string text) : CoreSyncError("target.port-invalid", ErrorKind.Invalid, ("text", text))
{
    /// <summary>The value of <c>{text}</c> in the text.</summary>
    public string Text { get; } = text;
}

/// <summary>A core was asked to be its own target (C6).</summary>
public sealed class TargetIsSelfError(string fqdn) : CoreSyncError("target.is-self", ErrorKind.Invalid, ("fqdn", fqdn))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>The FQDN of a target core is unique (C2).</summary>
public sealed class TargetDuplicateError(string fqdn) : CoreSyncError("target.duplicate", ErrorKind.Conflict, ("fqdn", fqdn))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>No such target core.</summary>
public sealed class TargetNotFoundError(string fqdn) : CoreSyncError("target.not-found", ErrorKind.NotFound, ("fqdn", fqdn))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>The core is a source of this rollup core, and something was asked of it that only target cores do (R6).</summary>
public sealed class TargetIsSourceError(string fqdn) : CoreSyncError("target.is-source", ErrorKind.Conflict, ("fqdn", fqdn))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>A target core has an active sync job (C3, J6).</summary>
public sealed class TargetBusyError(string fqdn, string job) : CoreSyncError("target.busy", ErrorKind.Conflict, ("fqdn", fqdn), ("job", job))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{job}</c> in the text.</summary>
    public string Job { get; } = job;
}

/// <summary>The target core is disabled (C3).</summary>
public sealed class TargetDisabledError(string fqdn) : CoreSyncError("target.disabled", ErrorKind.Conflict, ("fqdn", fqdn))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>DNS has no address for the target core.</summary>
public sealed class TargetUnresolvedError(string fqdn) : CoreSyncError("target.name-not-resolved", ErrorKind.Unavailable, ("fqdn", fqdn))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>No TCP connection to the target core, or it broke.</summary>
public sealed class TargetUnreachableError(string fqdn, string address, string reason) : CoreSyncError("target.unreachable", ErrorKind.Unavailable, ("fqdn", fqdn), ("address", address), ("reason", reason))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{address}</c> in the text.</summary>
    public string Address { get; } = address;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>The target core did not answer in time.</summary>
public sealed class TargetTimeoutError(string fqdn, string step, int seconds) : CoreSyncError("target.timeout", ErrorKind.Unavailable, ("fqdn", fqdn), ("step", step), ("seconds", seconds))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{step}</c> in the text.</summary>
    public string Step { get; } = step;

    /// <summary>The value of <c>{seconds}</c> in the text.</summary>
    public int Seconds { get; } = seconds;
}

/// <summary>The port answers, but not with TLS.</summary>
public sealed class TargetNotTlsError(string fqdn, string address) : CoreSyncError("target.not-tls", ErrorKind.Unavailable, ("fqdn", fqdn), ("address", address))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{address}</c> in the text.</summary>
    public string Address { get; } = address;
}

/// <summary>The handshake did not complete; says nothing about the certificate (T28).</summary>
public sealed class TargetTlsFailedError(string fqdn, string address, string reason) : CoreSyncError("target.tls-failed", ErrorKind.Unavailable, ("fqdn", fqdn), ("address", address), ("reason", reason))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{address}</c> in the text.</summary>
    public string Address { get; } = address;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>TLS answers, the protocol does not.</summary>
public sealed class TargetNotACoreError(string fqdn, string reason) : CoreSyncError("target.not-a-core", ErrorKind.Unavailable, ("fqdn", fqdn), ("reason", reason))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>The core id behind the name differs from the one known (C6).</summary>
public sealed class TargetReplacedError(string fqdn, string expected, string actual) : CoreSyncError("target.core-replaced", ErrorKind.Conflict, ("fqdn", fqdn), ("expected", expected), ("actual", actual))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{expected}</c> in the text.</summary>
    public string Expected { get; } = expected;

    /// <summary>The value of <c>{actual}</c> in the text.</summary>
    public string Actual { get; } = actual;
}

/// <summary>No common protocol version (P3).</summary>
public sealed class ProtocolMismatchError(string fqdn, string ours, string theirs) : CoreSyncError("target.protocol-mismatch", ErrorKind.Rejected, ("fqdn", fqdn), ("ours", ours), ("theirs", theirs))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{ours}</c> in the text.</summary>
    public string Ours { get; } = ours;

    /// <summary>The value of <c>{theirs}</c> in the text.</summary>
    public string Theirs { get; } = theirs;
}

/// <summary>A 3xx answer is a protocol error (T15).</summary>
public sealed class TargetRedirectedError(string fqdn, int status) : CoreSyncError("target.redirected", ErrorKind.Rejected, ("fqdn", fqdn), ("status", status))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{status}</c> in the text.</summary>
    public int Status { get; } = status;
}

/// <summary>The target core answered with an error of its own.</summary>
public sealed class PeerFailedError(string fqdn, string peerCode, string detail) : CoreSyncError("target.peer-failed", ErrorKind.Unavailable, ("fqdn", fqdn), ("peerCode", peerCode), ("detail", detail))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{peerCode}</c> in the text.</summary>
    public string PeerCode { get; } = peerCode;

    /// <summary>The value of <c>{detail}</c> in the text.</summary>
    public string Detail { get; } = detail;
}
