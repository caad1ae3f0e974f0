using System.Collections.Concurrent;
using CoreSync.Application;
using CoreSync.Errors;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>The file <c>coresync.db</c>: one writer behind an async lock, a few pooled readers. Other processes share it through WAL.</summary>
/// <remarks>
/// The provider's async methods are synchronous underneath, so the work runs on the caller's thread. Never creates the file: a store that
/// vanished must not come back empty (S07).
/// </remarks>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>How long a statement waits for a lock of another process.</summary>
    /// <value>10 s.</value>
    public const int BusySeconds = 10;

    private const int MaxIdleReaders = 8;

    private readonly ConcurrentBag<SqliteSession> readers = [];
    private readonly SemaphoreSlim writing = new(1, 1);
    private SqliteSession? writer;
    private bool disposed;

    public SqliteDatabase(IOptions<CoreSyncOptions> options)
        : this(new DataDirectory(options.Value.DataDirectory))
    {
    }

    public SqliteDatabase(DataDirectory directory) => Directory = directory;

    /// <summary>Raised after each commit of this process.</summary>
    public event Action? Written;

    /// <summary>Where it is.</summary>
    public DataDirectory Directory { get; }

    /// <summary>Reads in one snapshot.</summary>
    /// <exception cref="CoreSyncException">The store failed.</exception>
    public Task<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        try
        {
            return Task.FromResult(Read(read));
        }
        catch (CoreSyncException exception)
        {
            return Task.FromException<T>(exception);
        }
    }

    /// <summary>Writes in one durable transaction. Nothing was written when it throws.</summary>
    /// <exception cref="CoreSyncException">The store failed.</exception>
    public async Task<T> WriteAsync<T>(Func<SqliteSession, T> write, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Write(write);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Writes in one durable transaction.</summary>
    /// <exception cref="CoreSyncException">The store failed.</exception>
    public Task WriteAsync(Action<SqliteSession> write, CancellationToken cancellationToken) =>
        WriteAsync(
            session =>
            {
                write(session);
                return true;
            },
            cancellationToken);

    /// <summary>Opens a connection of its own, for the monitor and for maintenance. The caller disposes it.</summary>
    /// <exception cref="CoreSyncException">The store failed.</exception>
    public SqliteSession Open(bool forWriting)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        try
        {
            return Open(Directory.Database, forWriting, SqliteOpenMode.ReadWrite);
        }
        catch (SqliteException exception)
        {
            throw Translate(exception);
        }
    }

    /// <summary>Opens a connection to a store file and sets what SQLite does not remember in the file.</summary>
    public static SqliteSession Open(string file, bool forWriting, SqliteOpenMode mode)
    {
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = BusySeconds,
            ForeignKeys = true,
        };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Execute("PRAGMA busy_timeout = 10000");
            session.Execute("PRAGMA synchronous = FULL");
            session.Execute("PRAGMA trusted_schema = OFF");
            if (forWriting)
            {
                session.Execute("PRAGMA cache_size = -65536");
                session.Execute("PRAGMA wal_autocheckpoint = 4000");
                session.Execute("PRAGMA journal_size_limit = 67108864");
            }
            else
            {
                session.Execute("PRAGMA query_only = 1");
            }

            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        // A write that is under way ends first; its connection is not pulled away from it.
        writing.Wait(TimeSpan.FromSeconds(BusySeconds));
        while (readers.TryTake(out var reader))
            reader.Dispose();
        writer?.Dispose();
        writing.Dispose();
    }

    /// <summary>Our words for SQLite's. A store that is not there is told apart from one that cannot be opened.</summary>
    public CoreSyncException Translate(SqliteException exception) =>
        Directory.MissingStore() is { } missing ? new CoreSyncException(missing, exception) : SqliteErrors.Translate(exception, Directory.Database);

    private T Read<T>(Func<SqliteSession, T> read)
    {
        SqliteSession? session = null;
        try
        {
            if (!readers.TryTake(out session))
                session = Open(forWriting: false);
            session.Execute("BEGIN");
            var result = read(session);
            session.Execute("COMMIT");
            GiveBack(ref session);
            return result;
        }
        catch (SqliteException exception)
        {
            throw Translate(exception);
        }
        finally
        {
            session?.Dispose();
        }
    }

    private void GiveBack(ref SqliteSession? session)
    {
        if (disposed || readers.Count >= MaxIdleReaders)
            return;
        readers.Add(session!);
        session = null;
    }

    private T Write<T>(Func<SqliteSession, T> write)
    {
        T result;
        var sound = false;
        try
        {
            writer ??= Open(forWriting: true);
            // IMMEDIATE: takes the write lock now, so that sequences are given in commit order (S14) and no read has to be upgraded.
            writer.Execute("BEGIN IMMEDIATE");
            result = write(writer);
            writer.Execute("COMMIT");
            sound = true;
        }
        catch (SqliteException exception)
        {
            sound = SqliteErrors.LeavesConnectionSound(exception) && RollBack();
            throw Translate(exception);
        }
        catch
        {
            sound = RollBack();
            throw;
        }
        finally
        {
            // After a failed write or fsync the connection's view of the file is not to be believed.
            if (!sound)
            {
                writer?.Dispose();
                writer = null;
            }
        }

        Written?.Invoke();
        return result;
    }

    private bool RollBack()
    {
        if (writer is null)
            return false;
        try
        {
            if (writer.IsInTransaction)
                writer.Execute("ROLLBACK");
            return true;
        }
        catch (SqliteException)
        {
            // The caller reports the first failure; the connection is given up.
            return false;
        }
    }
}
