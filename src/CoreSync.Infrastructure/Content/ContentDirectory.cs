using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;

namespace CoreSync.Infrastructure.Content;

/// <summary>What is where in the directory <c>content/</c> of a core.</summary>
/// <remarks>
/// Content lies two levels deep by the first bytes of its hash, so that no directory grows large. Nothing from another core gets into a path but 32 bytes of hash.
/// Methods throw <see cref="FileFaultException"/>.
/// </remarks>
internal sealed class ContentDirectory(string dataDirectory)
{
    public string Root { get; } = Path.Combine(dataDirectory, "content");

    /// <summary>Files that are being written; a leftover of a crash is nobody's.</summary>
    public string Incoming => Path.Combine(Root, "incoming");

    /// <summary>Content that is being collected: back from here, or gone.</summary>
    public string Discarded => Path.Combine(Root, "discarded");

    /// <summary>A file per content known to be missing or damaged, named by its hash; it holds the damaged bytes.</summary>
    public string Damaged => Path.Combine(Root, "damaged");

    /// <summary>The directory of a content.</summary>
    public string DirectoryOf(ContentHash hash)
    {
        var name = hash.ToString();
        return Path.Combine(Root, name[..2], name[2..4]);
    }

    /// <summary>The file of a content.</summary>
    public string FileOf(ContentHash hash)
    {
        var name = hash.ToString();
        return Path.Combine(Root, name[..2], name[2..4], name);
    }

    /// <summary>Makes a directory durable with all that lies between it and the root.</summary>
    public void Make(string directory)
    {
        if (Directory.Exists(directory))
            return;
        MakeOnly(directory);
        for (var parent = Path.GetDirectoryName(directory)!; parent.Length >= Root.Length; parent = Path.GetDirectoryName(parent)!)
            Sync(parent);
    }

    /// <summary>Makes a directory; the caller makes it durable.</summary>
    public static void MakeOnly(string directory) => Guarded(directory, () => Directory.CreateDirectory(directory));

    /// <summary>Makes the names in a directory durable.</summary>
    public static void Sync(string directory)
    {
        using var opened = SafeDirectory.OpenRoot(directory);
        opened.Sync();
    }

    /// <summary>Makes everything on the volume durable.</summary>
    public void SyncVolume()
    {
        using var opened = SafeDirectory.OpenRoot(Root);
        opened.SyncVolume();
    }

    /// <summary>Renames a file, replacing another.</summary>
    public static void Rename(string from, string to) => Guarded(to, () =>
    {
        File.Move(from, to, overwrite: true);
        return true;
    });

    /// <summary>Renames a file if it is there.</summary>
    /// <returns>Whether it was.</returns>
    public static bool TryRename(string from, string to)
    {
        try
        {
            Rename(from, to);
            return true;
        }
        catch (FileFaultException fault) when (fault.Fault == FileFault.Missing)
        {
            return false;
        }
    }

    /// <summary>Makes an empty file where there is none.</summary>
    public static void Touch(string file) => Guarded(file, () =>
    {
        File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
        return true;
    });

    /// <summary>Removes a file if it is there.</summary>
    public static void Remove(string file)
    {
        try
        {
            Guarded(file, () =>
            {
                File.Delete(file);
                return true;
            });
        }
        catch (FileFaultException fault) when (fault.Fault == FileFault.Missing)
        {
            // With its directory.
        }
    }

    /// <summary>The hash that a file name stands for; null when it is none of ours.</summary>
    public static ContentHash? HashOf(string file) => ContentHash.TryParse(Path.GetFileName(file), out var hash) ? hash : null;

    /// <summary>Every content file, one directory after the other, in the order of their hashes.</summary>
    public IEnumerable<FileInfo> Files()
    {
        foreach (var first in Sorted(Root).Where(directory => directory.Name.Length == 2))
        {
            foreach (var second in Sorted(first.FullName))
            {
                foreach (var file in Listed(second.FullName))
                    yield return file;
            }
        }
    }

    /// <summary>The files in a directory by name; none when it is not there.</summary>
    public static IReadOnlyList<FileInfo> Listed(string directory) => Guarded(directory, () =>
    {
        var info = new DirectoryInfo(directory);
        return info.Exists ? [.. info.EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal)] : (IReadOnlyList<FileInfo>)[];
    });

    /// <summary>Does file work and translates its failures.</summary>
    public static T Guarded<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ManagedDirectory.Translate(exception, path);
        }
    }

    private static IReadOnlyList<DirectoryInfo> Sorted(string directory) => Guarded(directory, () =>
    {
        var info = new DirectoryInfo(directory);
        return info.Exists ? [.. info.EnumerateDirectories().OrderBy(child => child.Name, StringComparer.Ordinal)] : (IReadOnlyList<DirectoryInfo>)[];
    });
}
