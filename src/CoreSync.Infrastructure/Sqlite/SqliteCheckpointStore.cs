using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using Dapper;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>The source's memory of where its targets stand.</summary>
internal sealed class SqliteCheckpointStore(SqliteDatabase database) : ICheckpointStore
{
    /// <inheritdoc/>
    public Task<Checkpoint> FindAsync(TargetId target, ComponentName component, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Connection.QuerySingleOrDefault<Row>(
            "SELECT store_id AS StoreId, sequence AS Sequence, mark AS Mark FROM checkpoints WHERE target = @target AND component = @component",
            new { target = StoreValues.Bytes(target.Value), component = component.Value }) is { } row
            ? new Checkpoint(StoreValues.Guid(row.StoreId), new Sequence(row.Sequence)) { Mark = row.Mark is { } mark ? StoreValues.Guid(mark) : Guid.Empty }
            : Checkpoint.None,
        cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(TargetId target, ComponentName component, Checkpoint checkpoint, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            RequireTarget(session, target);
            session.Connection.Execute(
                """
                INSERT INTO checkpoints (target, component, store_id, sequence, mark) VALUES (@target, @component, @store, @sequence, @mark)
                ON CONFLICT (target, component) DO UPDATE SET store_id = excluded.store_id, sequence = excluded.sequence, mark = excluded.mark
                """,
                new
                {
                    target = StoreValues.Bytes(target.Value),
                    component = component.Value,
                    store = StoreValues.Bytes(checkpoint.StoreId),
                    sequence = checkpoint.Sequence.Value,
                    mark = checkpoint.Mark == Guid.Empty ? null : StoreValues.Bytes(checkpoint.Mark),
                });
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ItemFailure>> FailuresAsync(TargetId target, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<ItemFailure>>(
        session =>
        [
            .. session.Connection.Query<FailureRow>(
                """
                SELECT item AS Item, component AS Component, kind AS Kind, code AS Code, message AS Message, attempts AS Attempts, last_at AS LastAt,
                       next_at AS NextAt, quarantined_at AS QuarantinedAt
                FROM failures WHERE target = @target ORDER BY component, item
                """,
                new { target = StoreValues.Bytes(target.Value) }).Select(row => row.ToFailure()),
        ],
        cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset?> FailuresDueAtAsync(TargetId target, CancellationToken cancellationToken) => database.ReadAsync(
        session => StoreValues.Moment(session.Connection.ExecuteScalar<long?>(
            "SELECT min(coalesce(next_at, 0)) FROM failures WHERE target = @target", new { target = StoreValues.Bytes(target.Value) })),
        cancellationToken);

    /// <inheritdoc/>
    public Task SaveFailuresAsync(TargetId target, IReadOnlyList<ItemFailure> failed, IReadOnlyCollection<ItemId> resolved, CancellationToken cancellationToken)
    {
        if (failed.Count == 0 && resolved.Count == 0)
            return Task.CompletedTask;
        return database.WriteAsync(
            session =>
            {
                RequireTarget(session, target);
                Forget(session, target, resolved);
                Record(session, target, failed);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<ItemId, Revision>> CopiesAsync(TargetId target, IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken)
    {
        var copies = new Dictionary<ItemId, Revision>(items.Count);
        if (items.Count == 0)
            return copies;
        await database.ReadAsync(
            session =>
            {
                var command = session.Prepare("SELECT revision FROM sent_copies WHERE target = $target AND item = $item", "$target", "$item");
                command.Parameters[0].Value = StoreValues.Bytes(target.Value);
                foreach (var item in items)
                {
                    command.Parameters[1].Value = StoreValues.Bytes(item.Value);
                    if (command.ExecuteScalar() is long revision)
                        copies[item] = new Revision(revision);
                }

                return copies;
            },
            cancellationToken).ConfigureAwait(false);
        return copies;
    }

    /// <inheritdoc/>
    public Task SaveCopiesAsync(TargetId target, IReadOnlyCollection<Item> copies, CancellationToken cancellationToken)
    {
        if (copies.Count == 0)
            return Task.CompletedTask;
        return database.WriteAsync(
            session =>
            {
                RequireTarget(session, target);
                var command = session.Prepare(
                    """
                    INSERT INTO sent_copies (target, item, revision) VALUES ($target, $item, $revision)
                    ON CONFLICT (target, item) DO UPDATE SET revision = excluded.revision
                    """,
                    "$target", "$item", "$revision");
                command.Parameters[0].Value = StoreValues.Bytes(target.Value);
                foreach (var item in copies)
                {
                    command.Parameters[1].Value = StoreValues.Bytes(item.Id.Value);
                    command.Parameters[2].Value = item.Revision.Value;
                    command.ExecuteNonQuery();
                }
            },
            cancellationToken);
    }

    private static void Forget(SqliteSession session, TargetId target, IReadOnlyCollection<ItemId> items)
    {
        var command = session.Prepare("DELETE FROM failures WHERE target = $target AND item = $item", "$target", "$item");
        command.Parameters[0].Value = StoreValues.Bytes(target.Value);
        foreach (var item in items)
        {
            command.Parameters[1].Value = StoreValues.Bytes(item.Value);
            command.ExecuteNonQuery();
        }
    }

    private static void Record(SqliteSession session, TargetId target, IReadOnlyList<ItemFailure> failures)
    {
        var command = session.Prepare(
            """
            INSERT INTO failures (target, item, component, kind, code, message, attempts, last_at, next_at, quarantined_at)
            VALUES ($target, $item, $component, $kind, $code, $message, $attempts, $last_at, $next_at, $quarantined_at)
            ON CONFLICT (target, item) DO UPDATE SET component = excluded.component, kind = excluded.kind, code = excluded.code, message = excluded.message,
                attempts = excluded.attempts, last_at = excluded.last_at, next_at = excluded.next_at, quarantined_at = excluded.quarantined_at
            """,
            "$target", "$item", "$component", "$kind", "$code", "$message", "$attempts", "$last_at", "$next_at", "$quarantined_at");
        command.Parameters[0].Value = StoreValues.Bytes(target.Value);
        foreach (var failure in failures)
        {
            command.Parameters[1].Value = StoreValues.Bytes(failure.Item.Value);
            command.Parameters[2].Value = failure.Component.Value;
            command.Parameters[3].Value = failure.Kind.ToString();
            command.Parameters[4].Value = failure.Code;
            command.Parameters[5].Value = failure.Message;
            command.Parameters[6].Value = (long)failure.Attempts;
            command.Parameters[7].Value = StoreValues.Ticks(failure.LastAt);
            command.Parameters[8].Value = StoreValues.Ticks(failure.NextAt) as object ?? DBNull.Value;
            command.Parameters[9].Value = StoreValues.Ticks(failure.QuarantinedSince) as object ?? DBNull.Value;
            command.ExecuteNonQuery();
        }
    }

    // The target may have been removed while a job to it was running: the job ends with that.
    private static void RequireTarget(SqliteSession session, TargetId target)
    {
        if (session.Connection.ExecuteScalar<long>("SELECT count(*) FROM targets WHERE id = @id", new { id = StoreValues.Bytes(target.Value) }) == 0)
            throw new CoreSyncException(new TargetNotFoundError(target.ToString()));
    }

    private sealed class Row
    {
        public byte[] StoreId { get; init; } = [];

        public long Sequence { get; init; }

        public byte[]? Mark { get; init; }
    }

    private sealed class FailureRow
    {
        public byte[] Item { get; init; } = [];

        public string Component { get; init; } = "";

        public string Kind { get; init; } = "";

        public string Code { get; init; } = "";

        public string Message { get; init; } = "";

        public long Attempts { get; init; }

        public long LastAt { get; init; }

        public long? NextAt { get; init; }

        public long? QuarantinedAt { get; init; }

        public ItemFailure ToFailure() => new(
            new ItemId(StoreValues.Guid(Item)), StoreValues.Component(Component), StoreValues.Enumeration<ItemOutcomeKind>(Kind), Code, Message, (int)Attempts,
            StoreValues.Moment(LastAt), StoreValues.Moment(NextAt), StoreValues.Moment(QuarantinedAt));
    }
}
