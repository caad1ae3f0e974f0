namespace CoreSync.Errors;

/// <summary>No such file.</summary>
public sealed class BundleNotFoundError(string file) : CoreSyncError("bundle.not-found", ErrorKind.NotFound, ("file", file))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;
}

/// <summary>A bundle or receipt cannot be read from the disk.</summary>
public sealed class BundleUnreadableError(string file, string reason) : CoreSyncError("bundle.unreadable", ErrorKind.Unavailable, ("file", file), ("reason", reason))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A file breaks docs/bundle.md (B4).</summary>
public sealed class BundleMalformedError(string file, string reason) : CoreSyncError("bundle.malformed", ErrorKind.Invalid, ("file", file), ("reason", reason))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Bytes were changed, lost or added after the file was signed (B4).</summary>
public sealed class BundleDamagedError(string file, string reason) : CoreSyncError("bundle.damaged", ErrorKind.Corrupt, ("file", file), ("reason", reason))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A bundle of a newer program.</summary>
public sealed class BundleVersionError(string file, int version, int known) : CoreSyncError("bundle.version-unknown", ErrorKind.Rejected, ("file", file), ("version", version), ("known", known))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;

    /// <summary>The value of <c>{version}</c> in the text.</summary>
    public int Version { get; } = version;

    /// <summary>The value of <c>{known}</c> in the text.</summary>
    public int Known { get; } = known;
}

/// <summary>Nobody authorised the certificate that signed (B2).</summary>
public sealed class BundleSignerUnknownError(string file, string name, string fingerprint) : CoreSyncError("bundle.signer-unknown", ErrorKind.NotTrusted, ("file", file), ("name", name), ("fingerprint", fingerprint))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;

    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{fingerprint}</c> in the text.</summary>
    public string Fingerprint { get; } = fingerprint;
}

/// <summary>The fingerprint given is not the one of the signer.</summary>
public sealed class BundleSignerMismatchError(string file, string given, string fingerprint) : CoreSyncError("bundle.signer-mismatch", ErrorKind.NotTrusted, ("file", file), ("given", given), ("fingerprint", fingerprint))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;

    /// <summary>The value of <c>{given}</c> in the text.</summary>
    public string Given { get; } = given;

    /// <summary>The value of <c>{fingerprint}</c> in the text.</summary>
    public string Fingerprint { get; } = fingerprint;
}

/// <summary>A bundle over a limit of this core (B4).</summary>
public sealed class BundleTooLargeError(string file, string what, long value, long limit, string setting) : CoreSyncError("bundle.too-large", ErrorKind.Invalid, ("file", file), ("what", what), ("value", value), ("limit", limit), ("setting", setting))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;

    /// <summary>The value of <c>{what}</c> in the text.</summary>
    public string What { get; } = what;

    /// <summary>The value of <c>{value}</c> in the text.</summary>
    public long Value { get; } = value;

    /// <summary>The value of <c>{limit}</c> in the text.</summary>
    public long Limit { get; } = limit;

    /// <summary>The value of <c>{setting}</c> in the text.</summary>
    public string Setting { get; } = setting;
}

/// <summary>An incremental bundle begins after the place where this core stands (B3).</summary>
public sealed class BundleGapError(string component, long from, long expected) : CoreSyncError("bundle.gap", ErrorKind.Conflict, ("component", component), ("from", from), ("expected", expected))
{
    /// <summary>The value of <c>{component}</c> in the text.</summary>
    public string Component { get; } = component;

    /// <summary>The value of <c>{from}</c> in the text.</summary>
    public long From { get; } = from;

    /// <summary>The value of <c>{expected}</c> in the text.</summary>
    public long Expected { get; } = expected;
}

/// <summary>An export never replaces a file unless told.</summary>
public sealed class BundleFileExistsError(string file) : CoreSyncError("bundle.file-exists", ErrorKind.Conflict, ("file", file))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;
}

/// <summary>A receipt that is not about an export of this store.</summary>
public sealed class ReceiptForeignError(string file, string reason) : CoreSyncError("bundle.receipt-foreign", ErrorKind.Rejected, ("file", file), ("reason", reason))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A receipt that tells nothing new.</summary>
public sealed class ReceiptOldError(string file, string fqdn) : CoreSyncError("bundle.receipt-old", ErrorKind.Conflict, ("file", file), ("fqdn", fqdn))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;

    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>No such remembered signer.</summary>
public sealed class SignerNotFoundError(string fingerprint) : CoreSyncError("bundle.signer-not-found", ErrorKind.NotFound, ("fingerprint", fingerprint))
{
    /// <summary>The value of <c>{fingerprint}</c> in the text.</summary>
    public string Fingerprint { get; } = fingerprint;
}

/// <summary>A bundle in the name of another core than the one that signed it (B2).</summary>
public sealed class BundleSourceMismatchError(string file, string core, string known) : CoreSyncError("bundle.source-mismatch", ErrorKind.NotTrusted, ("file", file), ("core", core), ("known", known))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;

    /// <summary>The value of <c>{core}</c> in the text.</summary>
    public string Core { get; } = core;

    /// <summary>The value of <c>{known}</c> in the text.</summary>
    public string Known { get; } = known;
}

/// <summary>A receipt of a core that is no trusted target of this one.</summary>
public sealed class ReceiptNotTrustedError(string file, string name, string fingerprint) : CoreSyncError("bundle.receipt-not-trusted", ErrorKind.NotTrusted, ("file", file), ("name", name), ("fingerprint", fingerprint))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;

    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{fingerprint}</c> in the text.</summary>
    public string Fingerprint { get; } = fingerprint;
}
