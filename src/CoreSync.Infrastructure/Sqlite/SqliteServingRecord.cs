using CoreSync.Application.Cores;
using Dapper;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Remembers where the running service listens.</summary>
internal sealed class SqliteServingRecord(SqliteDatabase database) : IServingRecord
{
    /// <inheritdoc/>
    public Task<Serving?> FindAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Connection.QuerySingleOrDefault<Row>(
            "SELECT host AS Host, port AS Port, process_id AS ProcessId, version AS Version, runtime AS Runtime, started_at AS StartedAt FROM serving") is { } row
            ? new Serving(row.Host, (int)row.Port, (int)row.ProcessId, row.Version, row.Runtime, StoreValues.Moment(row.StartedAt))
            : null,
        cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(Serving serving, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Connection.Execute(
                """
                INSERT INTO serving (one, host, port, process_id, version, runtime, started_at) VALUES (1, @Host, @Port, @ProcessId, @Version, @Runtime, @StartedAt)
                ON CONFLICT (one) DO UPDATE SET host = excluded.host, port = excluded.port, process_id = excluded.process_id, version = excluded.version,
                    runtime = excluded.runtime, started_at = excluded.started_at
                """,
                new { serving.Host, serving.Port, serving.ProcessId, serving.Version, serving.Runtime, StartedAt = StoreValues.Ticks(serving.StartedAt) });
        },
        cancellationToken);

    private sealed class Row
    {
        public string Host { get; init; } = "";

        public long Port { get; init; }

        public long ProcessId { get; init; }

        public string Version { get; init; } = "";

        public string Runtime { get; init; } = "";

        public long StartedAt { get; init; }
    }
}
