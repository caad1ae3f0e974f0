using CoreSync.Application.Cores;
using CoreSync.Errors;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Asks SQLite for <c>data_version</c>: it differs after a commit by any other connection, of this process or another.</summary>
internal sealed class SqliteStoreMonitor : IStoreMonitor, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly SqliteDatabase database;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private SqliteSession? session;
    private TaskCompletionSource written = NewSignal();
    private long dataVersion;
    private long version;

    public SqliteStoreMonitor(SqliteDatabase database, TimeProvider time)
    {
        this.database = database;
        this.time = time;
        database.Written += Signal;
    }

    /// <inheritdoc/>
    public long Version
    {
        get
        {
            lock (gate)
                return Look_NeedsLock();
        }
    }

    /// <inheritdoc/>
    public async Task WaitForChangeAsync(long seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task signal;
            lock (gate)
            {
                // The signal of before the look: a write between the two is not missed.
                signal = written.Task;
                if (Look_NeedsLock() > seen)
                    return;
            }

            await WaitAsync(signal, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        database.Written -= Signal;
        lock (gate)
        {
            session?.Dispose();
            session = null;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task WaitAsync(Task signal, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(signal, Task.Delay(Interval, time, end.Token)).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Signal()
    {
        lock (gate)
        {
            written.TrySetResult();
            written = NewSignal();
        }
    }

    private long Look_NeedsLock()
    {
        try
        {
            session ??= database.Open(forWriting: false);
            var found = session.Number("PRAGMA data_version");
            if (found != dataVersion)
            {
                dataVersion = found;
                version++;
            }

            return version;
        }
        catch (SqliteException exception)
        {
            session?.Dispose();
            session = null;
            // A new connection counts anew: the next look reports a change, which is the safe side.
            dataVersion = 0;
            var failure = database.Translate(exception);
            return failure.Error is StoreUnavailableError ? version : throw failure;
        }
    }
}
