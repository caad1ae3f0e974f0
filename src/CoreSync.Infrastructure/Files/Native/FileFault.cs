using CoreSync.Errors;

namespace CoreSync.Infrastructure.Files.Native;

/// <summary>Why the file system refused an operation, as far as the callers decide differently.</summary>
internal enum FileFault
{
    /// <summary>Anything that says the disk or the system fails: EIO, EMFILE, …</summary>
    Failed,

    /// <summary>The name does not exist.</summary>
    Missing,

    /// <summary>The name exists already.</summary>
    Exists,

    /// <summary>A link, a file or something special stands where a directory is needed, or a directory where a file is.</summary>
    WrongKind,

    /// <summary>Rights are missing, or the file system is read-only.</summary>
    Denied,

    /// <summary>Disk or quota is full.</summary>
    Full,

    /// <summary>The directory holds something.</summary>
    NotEmpty,

    /// <summary>The two names are on different volumes.</summary>
    CrossVolume,

    /// <summary>This file system cannot hold such a name.</summary>
    NameRefused,
}

/// <summary>A file operation failed. Never leaves this adapter: callers turn it into an outcome, a scan problem or a <see cref="CoreSyncException"/>.</summary>
internal sealed class FileFaultException(FileFault fault, string path, string reason) : IOException($"{path}: {reason}")
{
    /// <summary>Why.</summary>
    public FileFault Fault { get; } = fault;

    /// <summary>What was asked for.</summary>
    public string Path { get; } = path;

    /// <summary>The operating system's words.</summary>
    public string Reason { get; } = reason;

    /// <summary>The failure as one of the disk: retried later, nothing of the operation counts as done.</summary>
    public CoreSyncException ToStoreFailure() => new(Fault switch
    {
        FileFault.Full => new StoreFullError(Path),
        FileFault.Denied => new StoreUnwritableError(Path, Reason),
        _ => new StoreUnavailableError(Message),
    }, this);
}
