using System.Security.Cryptography;

namespace CoreSync.Console.Quickstart;

/// <summary>Copies and compares directories by their content. Links are left out: CoreSync does not follow them.</summary>
internal static class DirectoryTree
{
    /// <summary>Copies all files and directories; executable bits and modification times stay.</summary>
    public static (int Files, long Bytes) Copy(string from, string to, CancellationToken stop)
    {
        var files = 0;
        var bytes = 0L;
        Directory.CreateDirectory(to);
        foreach (var entry in Entries(from))
        {
            stop.ThrowIfCancellationRequested();
            var destination = Path.Combine(to, Path.GetRelativePath(from, entry.FullName));
            if (entry is FileInfo file)
            {
                file.CopyTo(destination);
                files++;
                bytes += file.Length;
            }
            else
            {
                Directory.CreateDirectory(destination);
            }
        }

        return (files, bytes);
    }

    /// <summary>Paths that differ in presence, kind, content or executable bit; empty when the two are identical.</summary>
    public static IReadOnlyList<string> Differences(string left, string right, CancellationToken stop)
    {
        var ours = Entries(left).ToDictionary(entry => Path.GetRelativePath(left, entry.FullName), StringComparer.Ordinal);
        var theirs = Entries(right).ToDictionary(entry => Path.GetRelativePath(right, entry.FullName), StringComparer.Ordinal);
        var different = new List<string>();
        foreach (var path in ours.Keys.Union(theirs.Keys).Order(StringComparer.Ordinal))
        {
            stop.ThrowIfCancellationRequested();
            if (!ours.TryGetValue(path, out var one) || !theirs.TryGetValue(path, out var other) || !AreEqual(one, other))
                different.Add(path);
        }

        return different;
    }

    private static IEnumerable<FileSystemInfo> Entries(string root) => new DirectoryInfo(root).EnumerateFileSystemInfos("*", new EnumerationOptions
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
    }).Where(entry => !entry.Name.StartsWith(Items.RelativePath.ReservedPrefix, StringComparison.Ordinal));

    private static bool AreEqual(FileSystemInfo one, FileSystemInfo other)
    {
        if (one is not FileInfo left || other is not FileInfo right)
            return one is DirectoryInfo && other is DirectoryInfo;
        return left.Length == right.Length && IsExecutable(left) == IsExecutable(right) && Hash(left).AsSpan().SequenceEqual(Hash(right));
    }

    private static bool IsExecutable(FileInfo file) => !OperatingSystem.IsWindows() && file.UnixFileMode.HasFlag(UnixFileMode.UserExecute);

    private static byte[] Hash(FileInfo file)
    {
        using var stream = file.OpenRead();
        return SHA256.HashData(stream);
    }
}
