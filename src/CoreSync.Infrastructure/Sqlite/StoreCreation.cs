using CoreSync.Infrastructure.Files.Native;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Makes a data directory, all or nothing: what it made is removed again unless <see cref="Keep"/> is called; what was there stays.</summary>
internal sealed class StoreCreation(DataDirectory directory) : IDisposable
{
    private readonly List<string> made = [];
    private UnixFileMode? modeBefore;
    private bool kept;

    private string NewStore => directory.Database + ".new";

    /// <summary>Makes the directory, or takes an existing one; only its owner may enter it from now on.</summary>
    public void MakeDirectory()
    {
        for (var path = directory.Root; path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(path))
        {
            // A file in the way is not ours: it must never be among what is removed again.
            if (File.Exists(path))
            {
                made.Clear();
                throw new IOException($"{path} is a file");
            }

            made.Insert(0, path);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory.Root);
            return;
        }

        if (made.Count == 0)
            modeBefore = File.GetUnixFileMode(directory.Root);
        Directory.CreateDirectory(directory.Root);
        File.SetUnixFileMode(directory.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Makes the folders of the data directory; <c>keys</c> and all others for the owner only.</summary>
    public void MakeFolders()
    {
        foreach (var folder in directory.Folders.Where(folder => !Directory.Exists(folder)))
        {
            made.Add(folder);
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
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
        made.Add(directory.Database);
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
        RemoveNewStore();
        foreach (var path in Enumerable.Reverse(made))
        {
            if (Directory.Exists(path))
            {
                if (path == directory.Root)
                    File.Delete(directory.LockFile);
                Directory.Delete(path);
            }
            else if (File.Exists(path))
            {
                File.Delete(path);
            }
        }

        if (modeBefore is { } mode && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(directory.Root, mode);
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
