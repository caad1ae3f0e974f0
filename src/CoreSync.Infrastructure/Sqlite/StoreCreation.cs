using CoreSync.Infrastructure.Files.Native;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Makes a data directory, all or nothing: what it made is removed again unless <see cref="Keep"/> is called; what was there stays.</summary>
internal sealed class StoreCreation(DataDirectory directory) : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Stack<string> folders = [];
    private readonly bool hadLockFile = File.Exists(directory.LockFile);
    private UnixFileMode? modeBefore;
    private bool storeIsMade;
    private bool kept;

    private string NewStore => directory.Database + ".new";

    /// <summary>Makes the directory, or takes an existing one; only its owner may enter it from now on.</summary>
    public void MakeDirectory()
    {
        var missing = new Stack<string>();
        for (var path = directory.Root; path is not null && !Path.Exists(path); path = Path.GetDirectoryName(path))
            missing.Push(path);
        var exists = missing.Count == 0;
        while (missing.TryPop(out var path))
            Make(path);
        if (!Directory.Exists(directory.Root))
            throw new IOException($"{directory.Root} is not a directory");
        if (!exists || OperatingSystem.IsWindows())
            return;
        modeBefore = File.GetUnixFileMode(directory.Root);
        File.SetUnixFileMode(directory.Root, OwnerOnly);
    }

    /// <summary>Makes the folders of the data directory, for the owner only.</summary>
    public void MakeFolders()
    {
        foreach (var folder in directory.Folders.Where(folder => !Directory.Exists(folder)))
            Make(folder);
    }

    /// <summary>Makes the store under another name and renames it when it is complete and durable: a half-made one never has the name that is opened.</summary>
    public void MakeStore(Action<SqliteSession> fill)
    {
        RemoveNewStore();
        using (var session = SqliteDatabase.Open(NewStore, forWriting: true, SqliteOpenMode.ReadWriteCreate))
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(NewStore, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            session.Execute("PRAGMA page_size = 8192");
            if (session.Prepare("PRAGMA journal_mode = WAL").ExecuteScalar() is not "wal")
                throw new IOException("the file system cannot hold a store: it lacks shared memory for SQLite's WAL");
            session.Execute("BEGIN IMMEDIATE");
            SqliteSchema.Upgrade(session);
            fill(session);
            session.Execute("COMMIT");
            session.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        File.Move(NewStore, directory.Database, overwrite: false);
        storeIsMade = true;
        using var root = SafeDirectory.OpenRoot(directory.Root);
        root.Sync();
    }

    /// <summary>All is made: nothing is taken back.</summary>
    public void Keep() => kept = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (kept)
            return;
        Try(RemoveNewStore);
        if (storeIsMade)
            Try(() => File.Delete(directory.Database));
        if (!hadLockFile)
            Try(() => File.Delete(directory.LockFile));
        while (folders.TryPop(out var folder))
            Try(() => Directory.Delete(folder));
        Try(RestoreMode);
    }

    // The reason why the creation failed is told, not that clearing up failed too.
    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    private void RestoreMode()
    {
        if (modeBefore is { } mode && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(directory.Root, mode);
    }

    private void Make(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly);
        folders.Push(folder);
    }

    private void RemoveNewStore()
    {
        // Nothing was made: the directory could not be.
        if (!Directory.Exists(directory.Root))
            return;
        foreach (var suffix in (string[])["", "-wal", "-shm", "-journal"])
            File.Delete(NewStore + suffix);
    }
}
