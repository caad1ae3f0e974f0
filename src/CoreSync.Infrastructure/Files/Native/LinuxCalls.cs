using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace CoreSync.Infrastructure.Files.Native;

/// <summary>The system calls that .NET does not offer: relative to a directory handle, without following links, and with their errors.</summary>
/// <remarks>Only what is the same on x64 and arm64, glibc and musl, is declared; <c>statx</c> has one layout everywhere, <c>stat</c> has not.</remarks>
internal static partial class LinuxCalls
{
    internal const int WorkingDirectory = -100;
    internal const int ReadOnly = 0;
    internal const int WriteOnly = 1;
    internal const int ReadWrite = 2;
    internal const int Create = 0x40;
    internal const int Exclusive = 0x80;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;
    internal const int RemoveDirectory = 0x200;
    internal const int LinkItself = 0x100;
    internal const int EmptyPath = 0x1000;

    // Type, mode, links, modification, change, inode, size and the mount's id.
    internal const uint StatMask = 0x1 | 0x2 | 0x4 | 0x40 | 0x80 | 0x100 | 0x200 | 0x1000;

    /// <summary>These two flags are swapped between the architectures.</summary>
    internal static readonly int Directory = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    internal static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>Whether the calls may be used here; elsewhere the managed fallback is.</summary>
    [SupportedOSPlatformGuard("linux")]
    internal static bool Available { get; } =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle OpenAt(int directory, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle OpenAt(SafeFileHandle directory, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int OpenRawAt(SafeFileHandle directory, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MakeDirectoryAt(SafeFileHandle directory, string path, uint mode);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int RenameAt(SafeFileHandle fromDirectory, string from, SafeFileHandle toDirectory, string to);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int UnlinkAt(SafeFileHandle directory, string path, int flags);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SymbolicLinkAt(string target, SafeFileHandle directory, string path);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial nint ReadLinkAt(SafeFileHandle directory, string path, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Statx(SafeFileHandle directory, string path, int flags, uint mask, out StatxData data);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    internal static partial int ChangeMode(SafeFileHandle file, uint mode);

    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    internal static unsafe partial int SetTimes(SafeFileHandle file, TimeSpec* times);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    internal static partial int SyncVolume(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fdopendir", SetLastError = true)]
    internal static partial nint OpenDirectoryStream(int directory);

    [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
    internal static partial nint ReadDirectory(nint stream);

    [LibraryImport("libc", EntryPoint = "closedir", SetLastError = true)]
    internal static partial int CloseDirectoryStream(nint stream);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int CloseRaw(int descriptor);

    /// <summary>What the last failed call said; call directly after it.</summary>
    internal static FileFaultException LastFault(string path)
    {
        var error = Marshal.GetLastPInvokeError();
        var fault = error switch
        {
            2 => FileFault.Missing,                 // ENOENT
            17 => FileFault.Exists,                 // EEXIST
            20 or 21 or 40 => FileFault.WrongKind,  // ENOTDIR, EISDIR, ELOOP
            1 or 13 or 26 or 30 => FileFault.Denied, // EPERM, EACCES, ETXTBSY, EROFS
            28 or 122 => FileFault.Full,            // ENOSPC, EDQUOT
            39 => FileFault.NotEmpty,               // ENOTEMPTY
            18 => FileFault.CrossVolume,            // EXDEV
            22 or 36 or 84 => FileFault.NameRefused, // EINVAL, ENAMETOOLONG, EILSEQ
            _ => FileFault.Failed,
        };
        return new FileFaultException(fault, path, Marshal.GetPInvokeErrorMessage(error));
    }

    /// <summary>The kernel's <c>struct statx</c>.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct StatxData
    {
        [FieldOffset(16)] public uint Links;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(96)] public long ChangedSeconds;
        [FieldOffset(104)] public uint ChangedNanoseconds;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
        [FieldOffset(144)] public ulong Mount;
    }

    /// <summary>The 64-bit <c>struct timespec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
