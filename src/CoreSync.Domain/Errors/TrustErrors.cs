namespace CoreSync.Errors;

/// <summary>The text is no SHA-256 fingerprint.</summary>
public sealed class FingerprintMalformedError(string text, string reason) : CoreSyncError("trust.fingerprint-malformed", ErrorKind.Invalid, ("text", text), ("reason", reason))
{
    /// <summary>The value of <c>{text}</c> in the text.</summary>
    public string Text { get; } = text;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A SHA-1 length is refused by name.</summary>
public sealed class FingerprintSha1Error(string text) : CoreSyncError("trust.fingerprint-sha1", ErrorKind.Invalid, ("text", text))
{
    /// <summary>The value of <c>{text}</c> in the text.</summary>
    public string Text { get; } = text;
}

/// <summary>The certificate shown and the one presented differ (T7).</summary>
public sealed class FingerprintMismatchError(string fqdn, string given, string presented) : CoreSyncError("trust.fingerprint-mismatch", ErrorKind.NotTrusted, ("fqdn", fqdn), ("given", given), ("presented", presented))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{given}</c> in the text.</summary>
    public string Given { get; } = given;

    /// <summary>The value of <c>{presented}</c> in the text.</summary>
    public string Presented { get; } = presented;
}

/// <summary>First contact, or nobody decided yet (T4).</summary>
public sealed class NotReviewedError(string fqdn, string fingerprint) : CoreSyncError("trust.not-reviewed", ErrorKind.NotTrusted, ("fqdn", fqdn), ("fingerprint", fingerprint))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{fingerprint}</c> in the text.</summary>
    public string Fingerprint { get; } = fingerprint;
}

/// <summary>A person answered No (T4).</summary>
public sealed class TrustDeclinedError(string fqdn) : CoreSyncError("trust.declined", ErrorKind.NotTrusted, ("fqdn", fqdn))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>A person removed the trust (T6).</summary>
public sealed class TrustRemovedError(string fqdn) : CoreSyncError("trust.removed", ErrorKind.NotTrusted, ("fqdn", fqdn))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>A trusted core presents another certificate (T5).</summary>
public sealed class CertificateChangedError(string fqdn, string presented, string trusted) : CoreSyncError("trust.certificate-changed", ErrorKind.NotTrusted, ("fqdn", fqdn), ("presented", presented), ("trusted", trusted))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{presented}</c> in the text.</summary>
    public string Presented { get; } = presented;

    /// <summary>The value of <c>{trusted}</c> in the text.</summary>
    public string Trusted { get; } = trusted;
}

/// <summary>The same certificate has a problem that the authorisation does not cover (T4).</summary>
public sealed class CertificateInvalidError(string fqdn, string problems) : CoreSyncError("trust.validation-failed", ErrorKind.NotTrusted, ("fqdn", fqdn), ("problems", problems))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{problems}</c> in the text.</summary>
    public string Problems { get; } = problems;
}

/// <summary>State row and certificate store must agree (T2).</summary>
public sealed class CertificateNotInStoreError(string fqdn, string fingerprint, string store) : CoreSyncError("trust.store-disagrees", ErrorKind.NotTrusted, ("fqdn", fqdn), ("fingerprint", fingerprint), ("store", store))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{fingerprint}</c> in the text.</summary>
    public string Fingerprint { get; } = fingerprint;

    /// <summary>The value of <c>{store}</c> in the text.</summary>
    public string Store { get; } = store;
}

/// <summary>Weak keys or signatures cannot be authorised by anybody (T09).</summary>
public sealed class CertificateNotApprovableError(string fqdn, string problems) : CoreSyncError("trust.not-approvable", ErrorKind.NotTrusted, ("fqdn", fqdn), ("problems", problems))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{problems}</c> in the text.</summary>
    public string Problems { get; } = problems;
}

/// <summary>The trust record changed between reading and writing.</summary>
public sealed class TrustConcurrencyError(string fqdn) : CoreSyncError("trust.concurrent-change", ErrorKind.Conflict, ("fqdn", fqdn))
{
    /// <inheritdoc/>
    public override bool PassesByItself => true;

    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>The hash chain does not hold (T14).</summary>
public sealed class TrustHistoryBrokenError(long entry, string reason) : CoreSyncError("trust.history-broken", ErrorKind.Corrupt, ("entry", entry), ("reason", reason))
{
    /// <summary>The value of <c>{entry}</c> in the text.</summary>
    public long Entry { get; } = entry;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>This is no anchor of the trust history (T14).</summary>
public sealed class TrustAnchorInvalidError(string text) : CoreSyncError("trust.anchor-invalid", ErrorKind.Invalid, ("text", text))
{
    /// <summary>The value of <c>{text}</c> in the text.</summary>
    public string Text { get; } = text;
}

/// <summary>The file holds no single X.509 certificate (T9).</summary>
public sealed class CertificateUnreadableError(string file, string reason) : CoreSyncError("trust.certificate-unreadable", ErrorKind.Invalid, ("file", file), ("reason", reason))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>The platform's certificate store failed (T2).</summary>
public sealed class CertificateStoreUnavailableError(string store, string reason) : CoreSyncError("trust.certificate-store-unavailable", ErrorKind.Unavailable, ("store", store), ("reason", reason))
{
    /// <summary>The value of <c>{store}</c> in the text.</summary>
    public string Store { get; } = store;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>The authorised certificate of a target ends soon (T11). Shown in status; never stops anything before it ends.</summary>
public sealed class CertificateExpiringError(string fqdn, int days, string notAfter) : CoreSyncError("trust.expires-soon", ErrorKind.NotTrusted, ("fqdn", fqdn), ("days", days), ("notAfter", notAfter))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{days}</c> in the text.</summary>
    public int Days { get; } = days;

    /// <summary>The value of <c>{notAfter}</c> in the text.</summary>
    public string NotAfter { get; } = notAfter;
}

/// <summary>The target has announced no next certificate, or is not trusted (T10).</summary>
public sealed class NothingAnnouncedError(string fqdn) : CoreSyncError("trust.nothing-announced", ErrorKind.Conflict, ("fqdn", fqdn))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>The next certificate of a target waits for approval (T10). Shown in status.</summary>
public sealed class NextAnnouncedError(string fqdn, string fingerprint) : CoreSyncError("trust.next-announced", ErrorKind.NotTrusted, ("fqdn", fqdn), ("fingerprint", fingerprint))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{fingerprint}</c> in the text.</summary>
    public string Fingerprint { get; } = fingerprint;
}
