using CoreSync.Application.Verification;
using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Purges tombstones in one transaction with the horizon that it leaves.</summary>
internal sealed class SqliteTombstoneStore(SqliteDatabase database) : ITombstoneStore
{
    // A target that never received the component, or another store's items, has passed nothing.
    private const string PassedSql =
        """
        SELECT min(CASE WHEN checkpoints.store_id = (SELECT store_id FROM core) THEN checkpoints.sequence ELSE 0 END)
        FROM targets LEFT JOIN checkpoints ON checkpoints.target = targets.id AND checkpoints.component = $component WHERE targets.direction = 'Push'
        """;

    // A rollup core that has not asked for long, or never took this component, is compared when it does; nothing waits for it.
    private const string ReadSql =
        """
        SELECT min(CASE WHEN reader_positions.store_id = (SELECT store_id FROM core) THEN reader_positions.sequence ELSE 0 END)
        FROM readers JOIN reader_positions ON reader_positions.reader = readers.core AND reader_positions.component = $component WHERE readers.seen_at > $seen
        """;

    private const string HorizonSql =
        """
        INSERT INTO feed_horizons (component, sequence, written) VALUES ($component, $sequence, $written)
        ON CONFLICT (component) DO UPDATE SET sequence = max(sequence, excluded.sequence), written = max(written, excluded.written)
        """;

    /// <inheritdoc/>
    public Task<Sequence> HorizonAsync(ComponentName component, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var command = session.Prepare("SELECT sequence FROM feed_horizons WHERE component = $component", "$component");
            command.Parameters[0].Value = component.Value;
            return new Sequence((long)(command.ExecuteScalar() ?? 0L));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task NoteAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var command = session.Prepare("INSERT OR IGNORE INTO feed_times (sequence, at) SELECT sequence, $at FROM core", "$at");
            command.Parameters[0].Value = StoreValues.Ticks(now);
            command.ExecuteNonQuery();
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<int> PurgeAsync(DateTimeOffset before, DateTimeOffset readersSince, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            if (session.Number("SELECT EXISTS (SELECT 1 FROM doubts JOIN targets ON targets.id = doubts.target WHERE targets.direction = 'Push')") != 0)
                return 0;
            var old = OldEnough(session, before);
            var purged = 0;
            foreach (var component in Components(session))
                purged += Purge(session, component, Math.Min(old, Math.Min(Passed(session, component), Read(session, component, readersSince))));
            return purged;
        },
        cancellationToken);

    private static long OldEnough(SqliteSession session, DateTimeOffset before)
    {
        var command = session.Prepare("SELECT max(sequence) FROM feed_times WHERE at <= $before", "$before");
        command.Parameters[0].Value = StoreValues.Ticks(before);
        var sequence = command.ExecuteScalar() is long found ? found : 0;
        var forget = session.Prepare("DELETE FROM feed_times WHERE sequence < $sequence", "$sequence");
        forget.Parameters[0].Value = sequence;
        forget.ExecuteNonQuery();
        return sequence;
    }

    private static List<string> Components(SqliteSession session)
    {
        using var reader = session.Prepare("SELECT DISTINCT component FROM items WHERE deleted = 1").ExecuteReader();
        var components = new List<string>();
        while (reader.Read())
            components.Add(reader.GetString(0));
        return components;
    }

    private static long Passed(SqliteSession session, string component)
    {
        if (session.Number("SELECT count(*) FROM targets WHERE direction = 'Push'") == 0)
            return long.MaxValue;
        var command = session.Prepare(PassedSql, "$component");
        command.Parameters[0].Value = component;
        return command.ExecuteScalar() is long passed ? passed : 0;
    }

    private static long Read(SqliteSession session, string component, DateTimeOffset since)
    {
        var command = session.Prepare(ReadSql, "$component", "$seen");
        command.Parameters[0].Value = component;
        command.Parameters[1].Value = StoreValues.Ticks(since);
        return command.ExecuteScalar() is long read ? read : long.MaxValue;
    }

    private static int Purge(SqliteSession session, string component, long last)
    {
        var written = session.Prepare(
            "SELECT max(coalesce(written, sequence)) FROM items WHERE component = $component AND deleted = 1 AND coalesce(written, sequence) <= $last", "$component", "$last");
        written.Parameters[0].Value = component;
        written.Parameters[1].Value = last;
        if (written.ExecuteScalar() is not long told)
            return 0;
        var newest = session.Prepare(
            "SELECT max(sequence) FROM items WHERE component = $component AND deleted = 1 AND travels = 1 AND coalesce(written, sequence) <= $last", "$component", "$last");
        newest.Parameters[0].Value = component;
        newest.Parameters[1].Value = last;
        var horizon = newest.ExecuteScalar();
        var delete = session.Prepare("DELETE FROM items WHERE component = $component AND deleted = 1 AND coalesce(written, sequence) <= $last", "$component", "$last");
        delete.Parameters[0].Value = component;
        delete.Parameters[1].Value = last;
        var purged = delete.ExecuteNonQuery();
        var record = session.Prepare(HorizonSql, "$component", "$sequence", "$written");
        record.Parameters[0].Value = component;
        record.Parameters[1].Value = horizon is long sequence ? sequence : 0;
        record.Parameters[2].Value = told;
        record.ExecuteNonQuery();
        return purged;
    }
}
