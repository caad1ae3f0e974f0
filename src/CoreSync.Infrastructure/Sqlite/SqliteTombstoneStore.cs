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
        FROM targets LEFT JOIN checkpoints ON checkpoints.target = targets.id AND checkpoints.component = $component
        """;

    private const string HorizonSql =
        """
        INSERT INTO feed_horizons (component, sequence) VALUES ($component, $sequence)
        ON CONFLICT (component) DO UPDATE SET sequence = max(sequence, excluded.sequence)
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
    public Task<int> PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            if (session.Number("SELECT EXISTS (SELECT 1 FROM doubts)") != 0)
                return 0;
            var old = OldEnough(session, before);
            var purged = 0;
            foreach (var component in Components(session))
                purged += Purge(session, component, Math.Min(old, Passed(session, component)));
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
        if (session.Number("SELECT count(*) FROM targets") == 0)
            return long.MaxValue;
        var command = session.Prepare(PassedSql, "$component");
        command.Parameters[0].Value = component;
        return command.ExecuteScalar() is long passed ? passed : 0;
    }

    private static int Purge(SqliteSession session, string component, long last)
    {
        var newest = session.Prepare(
            "SELECT max(sequence) FROM items WHERE component = $component AND deleted = 1 AND travels = 1 AND sequence <= $last", "$component", "$last");
        newest.Parameters[0].Value = component;
        newest.Parameters[1].Value = last;
        var horizon = newest.ExecuteScalar();
        var delete = session.Prepare("DELETE FROM items WHERE component = $component AND deleted = 1 AND sequence <= $last", "$component", "$last");
        delete.Parameters[0].Value = component;
        delete.Parameters[1].Value = last;
        var purged = delete.ExecuteNonQuery();
        if (horizon is not long sequence)
            return purged;
        var record = session.Prepare(HorizonSql, "$component", "$sequence");
        record.Parameters[0].Value = component;
        record.Parameters[1].Value = sequence;
        record.ExecuteNonQuery();
        return purged;
    }
}
