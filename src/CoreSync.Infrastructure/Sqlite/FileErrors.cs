using CoreSync.Errors;
using CoreSync.Infrastructure.Files.Native;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Says in our words what the file system says in its own.</summary>
internal static class FileErrors
{
    // ENOSPC and EDQUOT on Linux; ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL on Windows, as HRESULT.
    private const int NoSpace = 28, Quota = 122;
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027), WindowsDiskFull = unchecked((int)0x80070070);

    public static CoreSyncError Translate(Exception exception, string path) => exception switch
    {
        FileFaultException fault => fault.ToStoreFailure().Error,
        IOException { HResult: NoSpace or Quota or WindowsHandleDiskFull or WindowsDiskFull } => new StoreFullError(path),
        _ => new StoreUnwritableError(path, exception.Message),
    };
}
