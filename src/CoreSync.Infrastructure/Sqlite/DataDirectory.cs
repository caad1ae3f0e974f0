using CoreSync.Errors;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>What is where in the data directory of a core.</summary>
internal sealed class DataDirectory(string directory)
{
    private static readonly string[] FolderNames = ["content", "keys", "log", "inbox", "tmp"];
    private static readonly string[] PrecedeNothing = ["keys", "content"];

    /// <summary>The absolute path.</summary>
    public string Root { get; } = Path.GetFullPath(directory);

    /// <summary>The store.</summary>
    public string Database => Path.Combine(Root, "coresync.db");

    /// <summary>Held by the process that runs the engine.</summary>
    public string LockFile => Path.Combine(Root, "coresync.lock");

    /// <summary>The folders that a core has from the start.</summary>
    public IReadOnlyList<string> Folders => [.. FolderNames.Select(name => Path.Combine(Root, name))];

    /// <summary>Says why there is no store; null when the file is there.</summary>
    public CoreSyncError? MissingStore()
    {
        if (File.Exists(Database))
            return null;
        var left = Leftovers();
        return left is null
            ? new StoreNotInitialisedError(Root)
            : new StoreCorruptError(Database, $"the file is missing, although {left} is there");
    }

    // A core was here: keys, content or SQLite's own files never come before the store.
    private string? Leftovers()
    {
        foreach (var file in (string[])[Database + "-wal", Database + "-journal"])
        {
            if (File.Exists(file))
                return Path.GetFileName(file);
        }

        foreach (var name in PrecedeNothing)
        {
            var folder = Path.Combine(Root, name);
            if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
                return name;
        }

        return null;
    }
}
