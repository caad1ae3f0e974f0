using CoreSync.Application.Rollup;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;
using Dapper;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Rollup cores that collect from this core, and what they acknowledged.</summary>
internal sealed class SqliteReaderStore(SqliteDatabase database) : IReaderStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<FeedReader>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<FeedReader>>(
        session =>
        [
            .. session.Connection.Query<Row>("SELECT core AS Core, name AS Name, account AS Account, seen_at AS SeenAt, refused AS Refused FROM readers ORDER BY name, core")
                .Select(row => new FeedReader(new CoreId(StoreValues.Guid(row.Core)), row.Name, row.Account, StoreValues.Moment(row.SeenAt), row.Refused)),
        ],
        cancellationToken);

    /// <inheritdoc/>
    public Task MeetAsync(FeedReader reader, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Connection.Execute(
                """
                INSERT INTO readers (core, name, account, seen_at, refused, epoch, writer) VALUES (@core, @name, @account, @seen, @refused, 0, zeroblob(16))
                ON CONFLICT (core) DO UPDATE SET name = excluded.name, account = excluded.account, seen_at = excluded.seen_at, refused = excluded.refused
                """,
                new
                {
                    core = StoreValues.Bytes(reader.Core.Value),
                    name = reader.Name,
                    account = reader.Account,
                    seen = StoreValues.Ticks(reader.SeenAt),
                    refused = reader.Refused,
                });
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(CoreId reader, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Connection.Execute("DELETE FROM readers WHERE core = @core", new { core = StoreValues.Bytes(reader.Value) }) > 0, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<ComponentName, Checkpoint>> PositionsAsync(CoreId reader, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<ComponentName, Checkpoint>>(
            session => session.Connection.Query<PositionRow>(
                    "SELECT component AS Component, store_id AS StoreId, sequence AS Sequence, mark AS Mark FROM reader_positions WHERE reader = @reader",
                    new { reader = StoreValues.Bytes(reader.Value) })
                .ToDictionary(
                    row => StoreValues.Component(row.Component),
                    row => new Checkpoint(StoreValues.Guid(row.StoreId), new Sequence(row.Sequence)) { Mark = row.Mark is { } mark ? StoreValues.Guid(mark) : Guid.Empty }),
            cancellationToken);

    /// <inheritdoc/>
    public Task AcknowledgeAsync(CoreId reader, ComponentName component, Checkpoint position, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var core = StoreValues.Bytes(reader.Value);
            if (session.Connection.Execute("UPDATE readers SET seen_at = @now WHERE core = @core", new { core, now = StoreValues.Ticks(now) }) == 0)
                return;
            session.Connection.Execute(
                """
                INSERT INTO reader_positions (reader, component, store_id, sequence, mark) VALUES (@core, @component, @store, @sequence, @mark)
                ON CONFLICT (reader, component) DO UPDATE SET store_id = excluded.store_id, sequence = excluded.sequence, mark = excluded.mark
                """,
                new
                {
                    core,
                    component = component.Value,
                    store = StoreValues.Bytes(position.StoreId),
                    sequence = position.Sequence.Value,
                    mark = position.Mark == Guid.Empty ? null : StoreValues.Bytes(position.Mark),
                });
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<TargetWriter> WriterAsync(CoreId reader, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Connection.QuerySingleOrDefault<WriterRow>(
            "SELECT epoch AS Epoch, writer AS Writer, raised_at AS RaisedAt FROM readers WHERE core = @core", new { core = StoreValues.Bytes(reader.Value) }) is { } row
            ? new TargetWriter(row.Epoch, StoreValues.Guid(row.Writer), StoreValues.Moment(row.RaisedAt))
            : TargetWriter.None,
        cancellationToken);

    /// <inheritdoc/>
    public Task SaveWriterAsync(CoreId reader, TargetWriter writer, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Connection.Execute(
                "UPDATE readers SET epoch = @epoch, writer = @writer, raised_at = @raised WHERE core = @core",
                new
                {
                    core = StoreValues.Bytes(reader.Value),
                    epoch = writer.Epoch,
                    writer = StoreValues.Bytes(writer.Writer),
                    raised = StoreValues.Ticks(writer.RaisedAt),
                });
        },
        cancellationToken);

    private sealed class Row
    {
        public byte[] Core { get; init; } = [];

        public string Name { get; init; } = "";

        public string Account { get; init; } = "";

        public long SeenAt { get; init; }

        public string? Refused { get; init; }
    }

    private sealed class PositionRow
    {
        public string Component { get; init; } = "";

        public byte[] StoreId { get; init; } = [];

        public long Sequence { get; init; }

        public byte[]? Mark { get; init; }
    }

    private sealed class WriterRow
    {
        public long Epoch { get; init; }

        public byte[] Writer { get; init; } = [];

        public long? RaisedAt { get; init; }
    }
}
