using System.Runtime.InteropServices;
using CoreSync.Errors;
using Microsoft.Win32.SafeHandles;

namespace CoreSync.Infrastructure.Identity;

/// <summary>Writes files that hold keys, or items on their way: readable by the service account only, replaced as a whole, durable when the write returns.</summary>
/// <remarks>Calls fsync itself: what .NET offers does not report a failed fsync on Linux, and cannot sync a directory (docs/decisions).</remarks>
internal static partial class KeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Writes the file (0600): temporary file, fsync, rename, fsync of the directory.</summary>
    /// <exception cref="CoreSyncException">With <c>StoreFullError</c> or <c>StoreUnwritableError</c>; the old file is still there then.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var directory = Path.GetDirectoryName(path)!;
        var temporary = Path.Combine(directory, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            CreateDirectory(directory);
            using (var file = CreateNew(temporary))
            {
                file.Write(content);
                Synchronise(file.SafeFileHandle, temporary);
            }

            File.Move(temporary, path, overwrite: true);
            SynchroniseDirectory(directory);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
            throw new CoreSyncException(Translate(ex, path), ex);
        }
    }

    /// <summary>Makes a new file (0600) for writing.</summary>
    public static FileStream CreateNew(string path, int bufferBytes = 0)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = bufferBytes };
        if (OperatingSystem.IsWindows())
            options.Options = FileOptions.WriteThrough;
        else
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    /// <summary>Our words for the failure of a write.</summary>
    public static CoreSyncError Translate(Exception ex, string path) => IsFull(ex) ? new StoreFullError(path) : new StoreUnwritableError(path, ex.Message);

    /// <summary>Removes the file, durably; an absent one is no error.</summary>
    /// <exception cref="CoreSyncException">With <c>StoreUnwritableError</c>.</exception>
    public static void Remove(string path)
    {
        try
        {
            if (!File.Exists(path))
                return;
            File.Delete(path);
            SynchroniseDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new CoreSyncException(new StoreUnwritableError(path, ex.Message), ex);
        }
    }

    /// <summary>Makes the directory with access for the service account alone, unless it exists.</summary>
    public static void CreateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>Why the file must not be used as a key, or null: others than its owner may read or write it (C08).</summary>
    public static string? Exposure(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        var mode = File.GetUnixFileMode(path);
        return (mode & Others) == 0 ? null : $"others than its owner have access to it (mode {Convert.ToString((int)mode, 8).PadLeft(4, '0')})";
    }

    /// <summary>Why the file must not decide about trust, or null: others than its owner may write it.</summary>
    public static string? WritableByOthers(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        var mode = File.GetUnixFileMode(path);
        return (mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == 0 ? null : $"others than its owner may write it (mode {Convert.ToString((int)mode, 8).PadLeft(4, '0')})";
    }

    // 28 is ENOSPC, 122 EDQUOT, 112 ERROR_DISK_FULL.
    private static bool IsFull(Exception ex) => (ex.HResult & 0xFFFF) is 28 or 122 or 112;

    /// <summary>Makes what was written to a file durable.</summary>
    public static void Synchronise(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsWindows() && FSync(file) != 0)
            throw Failure(path);
    }

    /// <summary>Makes a rename in a directory durable.</summary>
    public static void SynchroniseDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var handle = Open(directory, flags: 0);
        if (handle.IsInvalid || FSync(handle) != 0)
            throw Failure(directory);
    }

    private static IOException Failure(string path)
    {
        var code = Marshal.GetLastPInvokeError();
        return new IOException($"{Marshal.GetPInvokeErrorMessage(code)} ({path})", code);
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);
}
