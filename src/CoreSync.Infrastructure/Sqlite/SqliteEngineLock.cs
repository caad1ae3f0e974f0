using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using CoreSync.Application.Cores;
using CoreSync.Errors;
using FluentResults;
using Microsoft.Win32.SafeHandles;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>A lock of the operating system on <c>coresync.lock</c>: it ends with the process, however that ends. The file says who holds it.</summary>
/// <remarks>
/// On Unix by own <c>flock</c>: the locks of FileStream keep the loser from reading the holder's name. A leftover file without a lock means nothing.
/// </remarks>
internal sealed partial class SqliteEngineLock(SqliteDatabase database, TimeProvider time) : IEngineLock
{
    private const int Exclusive = 2, NonBlocking = 4, Unlock = 8;
    private const int ReadWrite = 2, CloseOnExec = 0x80000, CloseOnExecMac = 0x1000000;
    private const int MaxHolderBytes = 256;

    /// <inheritdoc/>
    public Result<IDisposable> TryAcquire()
    {
        var directory = database.Directory;
        if (!Directory.Exists(directory.Root))
            return Result.Fail(new StoreNotInitialisedError(directory.Root));
        try
        {
            var handle = OperatingSystem.IsWindows() ? OpenOnWindows(directory.LockFile) : OpenOnUnix(directory.LockFile);
            if (handle is null)
                return Result.Fail(new StoreLockedError(directory.Root, Holder(directory.LockFile)));
            var holder = Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"pid {Environment.ProcessId} since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z\n"));
            RandomAccess.SetLength(handle, 0);
            RandomAccess.Write(handle, holder, 0);
            return Result.Ok<IDisposable>(new Held(handle));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Result.Fail(FileErrors.Translate(exception, directory.LockFile));
        }
    }

    private static SafeFileHandle? OpenOnWindows(string file)
    {
        const int SharingViolation = unchecked((int)0x80070020);
        try
        {
            return File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        }
        catch (IOException exception) when (exception.HResult == SharingViolation)
        {
            return null;
        }
    }

    private static SafeFileHandle? OpenOnUnix(string file)
    {
        var handle = OpenFile(file);
        if (Flock(handle, Exclusive | NonBlocking) == 0)
            return handle;
        var code = Marshal.GetLastPInvokeError();
        handle.Dispose();
        // EWOULDBLOCK: 11 on Linux, 35 on macOS.
        return code is 11 or 35 ? null : throw new IOException($"{file}: {Marshal.GetPInvokeErrorMessage(code)}", code);
    }

    private static SafeFileHandle OpenFile(string file)
    {
        var flags = ReadWrite | (OperatingSystem.IsMacOS() ? CloseOnExecMac : CloseOnExec);
        for (var attempt = 0; ; attempt++)
        {
            var handle = Open(file, flags);
            if (!handle.IsInvalid)
                return handle;
            var code = Marshal.GetLastPInvokeError();
            handle.Dispose();
            const int NoEntry = 2;
            if (code != NoEntry || attempt > 0)
                throw new IOException($"{file}: {Marshal.GetPInvokeErrorMessage(code)}", code);
            Create(file);
        }
    }

    private static void Create(string file)
    {
        try
        {
            File.OpenHandle(file, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite).Dispose();
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another process was quicker: its file serves as well.
        }
    }

    private static string Holder(string file)
    {
        try
        {
            using var handle = OperatingSystem.IsWindows() ? File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite) : OpenFile(file);
            Span<byte> text = stackalloc byte[MaxHolderBytes];
            var length = RandomAccess.Read(handle, text, 0);
            var holder = Encoding.UTF8.GetString(text[..length]).Trim();
            return holder.Length > 0 ? holder : "another process";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }

    // Closing alone is not enough on Unix: a process that is being started has the file open too until it runs its own program.
    private sealed class Held(SafeFileHandle handle) : IDisposable
    {
        public void Dispose()
        {
            if (!OperatingSystem.IsWindows() && !handle.IsClosed)
                _ = Flock(handle, Unlock);
            handle.Dispose();
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle handle, int operation);
}
