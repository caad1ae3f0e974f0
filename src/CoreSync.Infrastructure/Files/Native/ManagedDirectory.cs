using Microsoft.Win32.SafeHandles;

namespace CoreSync.Infrastructure.Files.Native;

/// <summary><see cref="SafeDirectory"/> for platforms without the Linux calls.</summary>
/// <remarks>
/// It checks that no directory from the root down is a link or junction before each operation, and that the entry itself is none. Between the check and
/// the operation another process of the same account could still swap one: the guarantee of <see cref="LinuxDirectory"/> is not reached here.
/// </remarks>
internal sealed class ManagedDirectory : SafeDirectory
{
    private readonly ManagedDirectory? parent;

    private ManagedDirectory(string path, ManagedDirectory? parent)
    {
        Path = path;
        this.parent = parent;
    }

    public override string Path { get; }

    public static new ManagedDirectory OpenRoot(string path)
    {
        var root = new ManagedDirectory(System.IO.Path.TrimEndingDirectorySeparator(path), null);
        root.Check();
        return root;
    }

    public override SafeDirectory OpenDirectory(string name)
    {
        var directory = new ManagedDirectory(PathOf(name), this);
        directory.Check();
        return directory;
    }

    public override bool TryMakeDirectory(string name) => Guarded(name, path =>
    {
        if (Describe(path) is not null)
            return false;
        Directory.CreateDirectory(path);
        return true;
    });

    public override EntryStat? Stat(string name) => Guarded(name, Describe);

    public override EntryStat Stat(SafeFileHandle file)
    {
        var mode = OperatingSystem.IsWindows() ? 0 : (uint)File.GetUnixFileMode(file);
        return new EntryStat(
            EntryKind.File, RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file).Ticks, 0, (mode & 0x40) != 0, mode, 1, 0);
    }

    public override List<DirectoryEntry> List() => Guarded(null, path =>
        new DirectoryInfo(path).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, ReturnSpecialDirectories = false })
            .Select(entry => new DirectoryEntry(entry.Name, KindOf(entry), !entry.Name.Contains('\ufffd', StringComparison.Ordinal))).ToList());

    public override bool IsEmpty() => Guarded(null, path => !Directory.EnumerateFileSystemEntries(path).Any());

    public override SafeFileHandle OpenRead(string name) => Guarded(name, path =>
    {
        CheckRegular(path);
        return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    });

    public override SafeFileHandle OpenOrCreate(string name) => Guarded(name, path =>
    {
        if (Describe(path) is not null)
            CheckRegular(path);
        return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
    });

    public override SafeFileHandle Create(string name, bool executable) => Guarded(name, path =>
    {
        if (Describe(path) is not null)
            throw new FileFaultException(FileFault.Exists, path, "it exists");
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
        if (executable)
            SetExecutable(file, name, true);
        return file;
    });

    public override void SetModified(SafeFileHandle file, string name, long ticks) => Guarded(name, _ =>
    {
        File.SetLastWriteTimeUtc(file, new DateTime(ticks, DateTimeKind.Utc));
        return true;
    });

    public override void SetExecutable(SafeFileHandle file, string name, bool executable)
    {
        if (OperatingSystem.IsWindows())
            return;
        var mode = File.GetUnixFileMode(file);
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(file, executable ? mode | (UnixFileMode)(((int)mode & 0x124) >> 2) : mode & ~Execute);
    }

    public override void Rename(string name, SafeDirectory to, string toName) => Guarded(name, path =>
    {
        var target = (ManagedDirectory)to;
        target.CheckChain();
        CheckName(toName);
        if (Describe(path) is { Kind: EntryKind.Directory })
            Directory.Move(path, target.PathOf(toName));
        else
            File.Move(path, target.PathOf(toName), overwrite: true);
        return true;
    });

    public override void Unlink(string name) => Guarded(name, path =>
    {
        if (Describe(path) is not { } entry)
            throw new FileFaultException(FileFault.Missing, path, "it does not exist");
        if (entry.Kind == EntryKind.Directory)
            throw new FileFaultException(FileFault.WrongKind, path, "it is a directory");
        File.Delete(path);
        return true;
    });

    public override void RemoveDirectory(string name) => Guarded(name, path =>
    {
        switch (Describe(path))
        {
            case null:
                throw new FileFaultException(FileFault.Missing, path, "it does not exist");
            case { Kind: not EntryKind.Directory }:
                throw new FileFaultException(FileFault.WrongKind, path, "it is no directory");
        }

        if (Directory.EnumerateFileSystemEntries(path).Any())
            throw new FileFaultException(FileFault.NotEmpty, path, "it is not empty");
        Directory.Delete(path);
        return true;
    });

    public override void MakeLink(string name, string target) => Guarded(name, path =>
    {
        File.CreateSymbolicLink(path, target);
        return true;
    });

    public override string ReadLink(string name) => Guarded(name, path =>
        new FileInfo(path).LinkTarget ?? throw new FileFaultException(FileFault.WrongKind, path, "it is no link"));

    public override bool IsOnVolumeOf(SafeDirectory other) =>
        string.Equals(System.IO.Path.GetPathRoot(Path), System.IO.Path.GetPathRoot(other.Path), StringComparison.OrdinalIgnoreCase);

    /// <summary>NTFS and APFS journal their names; there is no call for a directory.</summary>
    public override void Sync()
    {
    }

    public override void SyncVolume()
    {
    }

    public override void Dispose()
    {
    }

    /// <summary>Turns what .NET throws into a fault.</summary>
    internal static FileFaultException Translate(Exception exception, string path)
    {
        if (exception is FileFaultException fault)
            return fault;
        // Windows: 112 and 39 disk full, 145 not empty, 183 and 80 exist, 17 other volume. Unix: the number itself.
        var code = exception.HResult & 0xFFFF;
        return new FileFaultException(exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => FileFault.Missing,
            UnauthorizedAccessException => FileFault.Denied,
            PathTooLongException => FileFault.NameRefused,
            _ when OperatingSystem.IsWindows() => code switch
            {
                112 or 39 => FileFault.Full,
                145 => FileFault.NotEmpty,
                183 or 80 => FileFault.Exists,
                17 => FileFault.CrossVolume,
                _ => FileFault.Failed,
            },
            _ => exception.HResult switch
            {
                28 or 69 or 122 => FileFault.Full,
                17 => FileFault.Exists,
                20 or 21 => FileFault.WrongKind,
                30 => FileFault.Denied,
                _ => FileFault.Failed,
            },
        }, path, exception.Message);
    }

    private static EntryKind KindOf(FileSystemInfo entry) =>
        (entry.Attributes & FileAttributes.ReparsePoint) != 0 || entry.LinkTarget is not null ? EntryKind.Link
        : (entry.Attributes & FileAttributes.Directory) != 0 ? EntryKind.Directory
        : (entry.Attributes & FileAttributes.Device) != 0 ? EntryKind.Special
        : EntryKind.File;

    private static EntryStat? Describe(string path)
    {
        FileSystemInfo entry = new FileInfo(path);
        if (!entry.Exists)
        {
            entry = new DirectoryInfo(path);
            if (!entry.Exists && entry.LinkTarget is null)
                return null;
        }

        var kind = KindOf(entry);
        var mode = OperatingSystem.IsWindows() || kind == EntryKind.Link ? 0 : (uint)entry.UnixFileMode;
        return new EntryStat(
            kind, entry is FileInfo { Exists: true } file && kind == EntryKind.File ? file.Length : 0, entry.LastWriteTimeUtc.Ticks, 0, (mode & 0x40) != 0, mode, 1, 0);
    }

    private static void CheckRegular(string path)
    {
        switch (Describe(path))
        {
            case null:
                throw new FileFaultException(FileFault.Missing, path, "it does not exist");
            case { Kind: not EntryKind.File }:
                throw new FileFaultException(FileFault.WrongKind, path, "it is not a regular file");
        }
    }

    private string PathOf(string name)
    {
        CheckName(name);
        return System.IO.Path.Combine(Path, name);
    }

    private void Check()
    {
        CheckChain();
        switch (Describe(Path))
        {
            case null:
                throw new FileFaultException(FileFault.Missing, Path, "it does not exist");
            case { Kind: not EntryKind.Directory }:
                throw new FileFaultException(FileFault.WrongKind, Path, "it is a link or no directory");
        }
    }

    private void CheckChain()
    {
        for (var directory = this; directory is not null; directory = directory.parent)
        {
            if (Describe(directory.Path) is { Kind: not EntryKind.Directory })
                throw new FileFaultException(FileFault.WrongKind, directory.Path, "it is a link or no directory");
        }
    }

    private T Guarded<T>(string? name, Func<string, T> operation)
    {
        var path = name is null ? Path : PathOf(name);
        try
        {
            CheckChain();
            return operation(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Translate(exception, path);
        }
    }
}
