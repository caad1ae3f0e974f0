using Microsoft.Win32.SafeHandles;

namespace CoreSync.Infrastructure.Files.Native;

/// <summary>An open directory. Everything below a component's root is reached through one, a single name at a time, so that no link is ever followed (N02).</summary>
/// <remarks>
/// On Linux the handle itself is the anchor: a directory that is swapped for a link after it was opened changes nothing, and one that is swapped before
/// is refused by the kernel. Methods throw <see cref="FileFaultException"/>.
/// </remarks>
internal abstract class SafeDirectory : IDisposable
{
    /// <summary>The path for messages; never used to reach anything on Linux.</summary>
    public abstract string Path { get; }

    /// <summary>Opens a root that an administrator chose. Its own name may not be a link; what lies above it is the administrator's.</summary>
    public static SafeDirectory OpenRoot(string path) =>
        LinuxCalls.Available ? LinuxDirectory.OpenRoot(path) : ManagedDirectory.OpenRoot(path);

    /// <summary>Opens a root, making it and what lies above it first.</summary>
    public static SafeDirectory OpenOrCreateRoot(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ManagedDirectory.Translate(exception, path);
        }

        return OpenRoot(path);
    }

    /// <summary>Opens a directory in this one.</summary>
    public abstract SafeDirectory OpenDirectory(string name);

    /// <summary>Makes a directory.</summary>
    /// <returns>False when the name exists, as whatever.</returns>
    public abstract bool TryMakeDirectory(string name);

    /// <summary>Describes an entry without following it; null when there is none.</summary>
    public abstract EntryStat? Stat(string name);

    /// <summary>Describes an open file.</summary>
    public abstract EntryStat Stat(SafeFileHandle file);

    /// <summary>All names, unordered, without <c>.</c> and <c>..</c>.</summary>
    public abstract List<DirectoryEntry> List();

    /// <summary>Whether the directory holds nothing at all.</summary>
    public abstract bool IsEmpty();

    /// <summary>Opens a regular file for reading. Never blocks on a pipe and never opens a device.</summary>
    public abstract SafeFileHandle OpenRead(string name);

    /// <summary>Opens a regular file for reading and writing, making it when it is missing.</summary>
    public abstract SafeFileHandle OpenOrCreate(string name);

    /// <summary>Makes a new file for writing; fails with <see cref="FileFault.Exists"/> whatever has the name.</summary>
    public abstract SafeFileHandle Create(string name, bool executable);

    /// <summary>Sets the time of the last modification.</summary>
    public abstract void SetModified(SafeFileHandle file, string name, long ticks);

    /// <summary>Lets everyone who may read the file execute it, or nobody.</summary>
    public abstract void SetExecutable(SafeFileHandle file, string name, bool executable);

    /// <summary>Moves an entry, replacing a file or link of that name.</summary>
    public abstract void Rename(string name, SafeDirectory to, string toName);

    /// <summary>Removes a file or link.</summary>
    public abstract void Unlink(string name);

    /// <summary>Removes an empty directory.</summary>
    public abstract void RemoveDirectory(string name);

    /// <summary>Makes a symbolic link.</summary>
    public abstract void MakeLink(string name, string target);

    /// <summary>Where a link points.</summary>
    public abstract string ReadLink(string name);

    /// <summary>Whether entries can be renamed from here to <paramref name="other"/>.</summary>
    public abstract bool IsOnVolumeOf(SafeDirectory other);

    /// <summary>Makes the names in this directory durable.</summary>
    public abstract void Sync();

    /// <summary>Makes everything on this directory's volume durable, at the price of one flush.</summary>
    public abstract void SyncVolume();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Guards the one assumption of all methods: a name is a single name.</summary>
    protected static void CheckName(string name)
    {
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().IndexOfAny('/', '\0') >= 0)
            throw new ArgumentException($"'{name}' is not a single name", nameof(name));
    }
}
