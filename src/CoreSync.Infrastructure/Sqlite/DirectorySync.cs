using System.Runtime.InteropServices;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Makes the entries of a directory durable: .NET cannot (reliability.md, P2).</summary>
internal static partial class DirectorySync
{
    private const int ReadOnlyDirectory = 0x10000;

    /// <summary>Flushes a directory. Windows makes renames durable with the file system's own journal.</summary>
    /// <exception cref="IOException">The directory could not be made durable.</exception>
    public static void Flush(string directory)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var handle = Open(directory, ReadOnlyDirectory);
        if (handle < 0)
            throw Failure(directory);
        try
        {
            if (Sync(handle) != 0)
                throw Failure(directory);
        }
        finally
        {
            _ = Close(handle);
        }
    }

    private static IOException Failure(string directory)
    {
        var code = Marshal.GetLastPInvokeError();
        return new IOException($"{directory}: {Marshal.GetPInvokeErrorMessage(code)}", code);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
