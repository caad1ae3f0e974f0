using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace CoreSync.Infrastructure.Files.Native;

/// <summary><see cref="SafeDirectory"/> by <c>openat</c> and its family.</summary>
internal sealed class LinuxDirectory : SafeDirectory
{
    private const int NameOffset = 19;
    private const int TypeOffset = 18;
    private const long TicksAtUnixEpoch = 621355968000000000;
    private const uint TypeMask = 0xF000;
    private readonly SafeFileHandle handle;
    private readonly string? parent;
    private readonly string name;

    private LinuxDirectory(SafeFileHandle handle, string? parent, string name)
    {
        this.handle = handle;
        this.parent = parent;
        this.name = name;
    }

    /// <inheritdoc/>
    public override string Path => parent is null ? name : parent + "/" + name;

    public static new LinuxDirectory OpenRoot(string path)
    {
        var flags = LinuxCalls.ReadOnly | LinuxCalls.Directory | LinuxCalls.NoFollow | LinuxCalls.CloseOnExec;
        // Without this, a trailing separator would make the kernel follow a link in the last place.
        var root = path.Length > 1 ? path.TrimEnd('/') : path;
        var handle = LinuxCalls.OpenAt(LinuxCalls.WorkingDirectory, root, flags, 0);
        return handle.IsInvalid ? throw LinuxCalls.LastFault(path) : new LinuxDirectory(handle, null, root);
    }

    public override SafeDirectory OpenDirectory(string name)
    {
        CheckName(name);
        var opened = LinuxCalls.OpenAt(handle, name, LinuxCalls.ReadOnly | LinuxCalls.Directory | LinuxCalls.NoFollow | LinuxCalls.CloseOnExec, 0);
        return opened.IsInvalid ? throw LinuxCalls.LastFault(PathOf(name)) : new LinuxDirectory(opened, Path, name);
    }

    public override bool TryMakeDirectory(string name)
    {
        CheckName(name);
        if (LinuxCalls.MakeDirectoryAt(handle, name, 0x1FF) == 0)
            return true;
        var fault = LinuxCalls.LastFault(PathOf(name));
        return fault.Fault == FileFault.Exists ? false : throw fault;
    }

    public override EntryStat? Stat(string name)
    {
        CheckName(name);
        if (LinuxCalls.Statx(handle, name, LinuxCalls.LinkItself, LinuxCalls.StatMask, out var data) == 0)
            return Describe(data);
        var fault = LinuxCalls.LastFault(PathOf(name));
        return fault.Fault is FileFault.Missing ? null : throw fault;
    }

    public override EntryStat Stat(SafeFileHandle file) => Describe(StatOf(file));

    public override List<DirectoryEntry> List()
    {
        var entries = new List<DirectoryEntry>();
        Read(entry =>
        {
            entries.Add(entry);
            return true;
        });
        return entries;
    }

    public override bool IsEmpty()
    {
        var empty = true;
        Read(_ => empty = false);
        return empty;
    }

    public override SafeFileHandle OpenRead(string name)
    {
        CheckName(name);
        var flags = LinuxCalls.ReadOnly | LinuxCalls.NoFollow | LinuxCalls.NonBlocking | LinuxCalls.CloseOnExec;
        return Regular(LinuxCalls.OpenAt(handle, name, flags, 0), name);
    }

    public override SafeFileHandle OpenOrCreate(string name)
    {
        CheckName(name);
        var flags = LinuxCalls.ReadWrite | LinuxCalls.Create | LinuxCalls.NoFollow | LinuxCalls.NonBlocking | LinuxCalls.CloseOnExec;
        return Regular(LinuxCalls.OpenAt(handle, name, flags, 0x1B6), name);
    }

    public override SafeFileHandle Create(string name, bool executable)
    {
        CheckName(name);
        var flags = LinuxCalls.ReadWrite | LinuxCalls.Create | LinuxCalls.Exclusive | LinuxCalls.NoFollow | LinuxCalls.CloseOnExec;
        // 0777 or 0666: the process's umask takes away what the operator does not want.
        var opened = LinuxCalls.OpenAt(handle, name, flags, executable ? 0x1FFu : 0x1B6u);
        return opened.IsInvalid ? throw LinuxCalls.LastFault(PathOf(name)) : opened;
    }

    public override unsafe void SetModified(SafeFileHandle file, string name, long ticks)
    {
        var sinceEpoch = ticks - TicksAtUnixEpoch;
        var seconds = Math.DivRem(sinceEpoch, TimeSpan.TicksPerSecond, out var rest);
        if (rest < 0)
        {
            seconds--;
            rest += TimeSpan.TicksPerSecond;
        }

        var time = new LinuxCalls.TimeSpec { Seconds = seconds, Nanoseconds = rest * 100 };
        var times = stackalloc LinuxCalls.TimeSpec[] { time, time };
        if (LinuxCalls.SetTimes(file, times) != 0)
            throw LinuxCalls.LastFault(PathOf(name));
    }

    public override void SetExecutable(SafeFileHandle file, string name, bool executable)
    {
        var mode = StatOf(file).Mode & 0xFFFu;
        // Who may read may execute; set-user-id and the like never travel.
        var wanted = executable ? (mode | ((mode & 0x124u) >> 2)) & 0x1FFu : mode & 0x1B6u;
        if (wanted != mode && LinuxCalls.ChangeMode(file, wanted) != 0)
            throw LinuxCalls.LastFault(PathOf(name));
    }

    public override void Rename(string name, SafeDirectory to, string toName)
    {
        CheckName(name);
        CheckName(toName);
        if (LinuxCalls.RenameAt(handle, name, ((LinuxDirectory)to).handle, toName) != 0)
            throw LinuxCalls.LastFault(((LinuxDirectory)to).PathOf(toName));
    }

    public override void Unlink(string name)
    {
        CheckName(name);
        if (LinuxCalls.UnlinkAt(handle, name, 0) != 0)
            throw LinuxCalls.LastFault(PathOf(name));
    }

    public override void RemoveDirectory(string name)
    {
        CheckName(name);
        if (LinuxCalls.UnlinkAt(handle, name, LinuxCalls.RemoveDirectory) != 0)
            throw LinuxCalls.LastFault(PathOf(name));
    }

    public override void MakeLink(string name, string target)
    {
        CheckName(name);
        if (target.Length == 0 || target.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A link needs a target without NUL", nameof(target));
        if (LinuxCalls.SymbolicLinkAt(target, handle, name) != 0)
            throw LinuxCalls.LastFault(PathOf(name));
    }

    public override unsafe string ReadLink(string name)
    {
        CheckName(name);
        const int Longest = 4096;
        var buffer = stackalloc byte[Longest];
        var length = LinuxCalls.ReadLinkAt(handle, name, buffer, Longest);
        if (length < 0)
            throw LinuxCalls.LastFault(PathOf(name));
        var bytes = new ReadOnlySpan<byte>(buffer, (int)length);
        return length < Longest && Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : throw new FileFaultException(FileFault.NameRefused, PathOf(name), "the target of the link is not valid UTF-8 or too long");
    }

    public override bool IsOnVolumeOf(SafeDirectory other)
    {
        var mine = StatOf(handle);
        var theirs = StatOf(((LinuxDirectory)other).handle);
        // Two mounts of one device cannot rename into each other either.
        return mine.DeviceMajor == theirs.DeviceMajor && mine.DeviceMinor == theirs.DeviceMinor && mine.Mount == theirs.Mount;
    }

    public override void Sync() => DurableFile.Sync(handle, Path);

    public override void SyncVolume()
    {
        if (LinuxCalls.SyncVolume(handle) != 0)
            throw LinuxCalls.LastFault(Path);
    }

    public override void Dispose() => handle.Dispose();

    private static EntryStat Describe(in LinuxCalls.StatxData data)
    {
        var kind = (data.Mode & TypeMask) switch
        {
            0x8000 => EntryKind.File,
            0x4000 => EntryKind.Directory,
            0xA000 => EntryKind.Link,
            _ => EntryKind.Special,
        };
        return new EntryStat(
            kind, (long)data.Size, Ticks(data.ModifiedSeconds, data.ModifiedNanoseconds), Ticks(data.ChangedSeconds, data.ChangedNanoseconds),
            (data.Mode & 0x40) != 0, data.Mode & 0xFFFu, data.Links, data.Inode);
    }

    private static long Ticks(long seconds, uint nanoseconds) => TicksAtUnixEpoch + seconds * TimeSpan.TicksPerSecond + nanoseconds / 100;

    private LinuxCalls.StatxData StatOf(SafeFileHandle file) =>
        LinuxCalls.Statx(file, "", LinuxCalls.EmptyPath, LinuxCalls.StatMask, out var data) == 0 ? data : throw LinuxCalls.LastFault(Path);

    private string PathOf(string name) => Path + "/" + name;

    private SafeFileHandle Regular(SafeFileHandle file, string name)
    {
        if (file.IsInvalid)
            throw LinuxCalls.LastFault(PathOf(name));
        if ((StatOf(file).Mode & TypeMask) == 0x8000)
            return file;
        file.Dispose();
        throw new FileFaultException(FileFault.WrongKind, PathOf(name), "it is not a regular file");
    }

    private unsafe void Read(Func<DirectoryEntry, bool> take)
    {
        // A descriptor of its own: the position of a shared one would be shared too.
        var descriptor = LinuxCalls.OpenRawAt(handle, ".", LinuxCalls.ReadOnly | LinuxCalls.Directory | LinuxCalls.CloseOnExec, 0);
        if (descriptor < 0)
            throw LinuxCalls.LastFault(Path);
        var stream = LinuxCalls.OpenDirectoryStream(descriptor);
        if (stream == 0)
        {
            var fault = LinuxCalls.LastFault(Path);
            _ = LinuxCalls.CloseRaw(descriptor);
            throw fault;
        }

        try
        {
            while (true)
            {
                var entry = (byte*)LinuxCalls.ReadDirectory(stream);
                if (entry == null)
                {
                    if (Marshal.GetLastPInvokeError() != 0)
                        throw LinuxCalls.LastFault(Path);
                    return;
                }

                var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameOffset);
                if (bytes is [(byte)'.'] or [(byte)'.', (byte)'.'])
                    continue;
                var kind = entry[TypeOffset] switch
                {
                    8 => EntryKind.File,
                    4 => EntryKind.Directory,
                    10 => EntryKind.Link,
                    0 => EntryKind.Unknown,
                    _ => EntryKind.Special,
                };
                if (!take(new DirectoryEntry(Encoding.UTF8.GetString(bytes), kind, Utf8.IsValid(bytes))))
                    return;
            }
        }
        finally
        {
            _ = LinuxCalls.CloseDirectoryStream(stream);
        }
    }
}
