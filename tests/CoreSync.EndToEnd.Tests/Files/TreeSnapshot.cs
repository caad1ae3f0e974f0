using System.Security.Cryptography;

namespace CoreSync.EndToEnd.Tests.Files;

/// <summary>What must arrive of a directory: every file with content, executable bit and time, and every empty directory.</summary>
internal static class TreeSnapshot
{
    public static SortedDictionary<string, string> Of(string root)
    {
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var directory in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories))
        {
            if (!Directory.EnumerateFileSystemEntries(directory).Any())
                entries[Path.GetRelativePath(root, directory) + "/"] = "empty directory";
        }

        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            using var content = File.OpenRead(file);
            var executable = !OperatingSystem.IsWindows() && File.GetUnixFileMode(file).HasFlag(UnixFileMode.UserExecute);
            entries[Path.GetRelativePath(root, file)] =
                $"{content.Length} {Convert.ToHexStringLower(SHA256.HashData(content))} {(executable ? "x" : "-")} {File.GetLastWriteTimeUtc(file).Ticks}";
        }

        return entries;
    }

    /// <summary>Asserts equality and names the first differences only: trees have thousands of entries.</summary>
    public static void AssertSame(string expected, string actual)
    {
        var left = Of(expected);
        var right = Of(actual);
        var differences = left.Keys.Union(right.Keys).Where(path => left.GetValueOrDefault(path) != right.GetValueOrDefault(path)).Take(10)
            .Select(path => $"{path}: {left.GetValueOrDefault(path, "absent")} | {right.GetValueOrDefault(path, "absent")}").ToList();
        Assert.True(differences.Count == 0, $"{expected} and {actual} differ:\n{string.Join('\n', differences)}");
        Assert.NotEmpty(left);
    }

    /// <summary>Copies a tree with times and modes.</summary>
    public static void Copy(string from, string to)
    {
        foreach (var directory in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, directory)));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            File.Copy(file, copy);
            File.SetLastWriteTimeUtc(copy, File.GetLastWriteTimeUtc(file));
        }
    }
}
