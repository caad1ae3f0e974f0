using System.Collections.Frozen;

namespace CoreSync.Errors;

/// <summary>The codes of errors that pass by themselves, for outcomes that crossed the wire as codes. A test holds them and <see cref="CoreSyncError.PassesByItself"/> together.</summary>
public static class PassingCodes
{
    private static readonly FrozenSet<string> Codes = new[]
    {
        "account.sign-in-slowed", "component.directory-missing", "content.missing", "content.unreadable", "content.unstable", "schedule.missed", "schedule.window-closed",
        "store.full", "store.unavailable", "store.unwritable", "sync.interrupted", "target.name-not-resolved", "target.not-a-core", "target.not-tls", "target.peer-failed",
        "target.quarantined", "target.timeout", "target.tls-failed", "target.unreachable", "trust.certificate-store-unavailable",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether another try can succeed although nobody acts.</summary>
    public static bool Contains(string code) => Codes.Contains(code);
}
