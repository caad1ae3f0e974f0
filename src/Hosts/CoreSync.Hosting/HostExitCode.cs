using CoreSync.Errors;

namespace CoreSync.Hosting;

/// <summary>The exit codes of the contract, for every host: the one place where an error becomes a number.</summary>
public static class HostExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed.</summary>
    public const int Failed = 1;

    /// <summary>Usage or invalid input.</summary>
    public const int Invalid = 2;

    /// <summary>Some items failed.</summary>
    public const int PartlyDone = 3;

    /// <summary>Authentication or rights.</summary>
    public const int Forbidden = 4;

    /// <summary>Not found.</summary>
    public const int NotFound = 5;

    /// <summary>Certificate not trusted, or the fingerprint does not match.</summary>
    public const int NotTrusted = 6;

    /// <summary>A trusted core presents another certificate.</summary>
    public const int CertificateChanged = 7;

    /// <summary>Another core is unreachable or did not answer in time.</summary>
    public const int Unreachable = 8;

    /// <summary>Conflict, busy, locked.</summary>
    public const int Conflict = 9;

    /// <summary>Something differs, or would change.</summary>
    public const int Drift = 10;

    /// <summary>Interrupted by a person.</summary>
    public const int Interrupted = 130;

    /// <summary>The code of an error.</summary>
    public static int Of(CoreSyncError error) => error switch
    {
        CertificateChangedError => CertificateChanged,
        ItemsFailedError => PartlyDone,
        _ => error.Kind switch
        {
            ErrorKind.Invalid => Invalid,
            ErrorKind.NotFound => NotFound,
            ErrorKind.Conflict => Conflict,
            ErrorKind.Forbidden => Forbidden,
            ErrorKind.NotTrusted => NotTrusted,
            // A store that is busy or full is no other core.
            ErrorKind.Unavailable when error is AccountDirectoryUnavailableError or AccountProviderUnavailableError or ServerUnreachableError || error.Code.StartsWith("target.", StringComparison.Ordinal) => Unreachable,
            _ => Failed,
        },
    };
}
