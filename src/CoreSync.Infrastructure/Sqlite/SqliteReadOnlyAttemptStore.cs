using CoreSync.Application.Items;
using CoreSync.Items;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Counts attempts to change read-only copies.</summary>
internal sealed class SqliteReadOnlyAttemptStore(SqliteDatabase database, TimeProvider time) : IReadOnlyAttemptStore
{
    private const string CountSql =
        """
        INSERT INTO read_only_attempts (item, attempts, last_at, last_by) VALUES ($item, 1, $at, $by)
        ON CONFLICT (item) DO UPDATE SET attempts = attempts + 1, last_at = excluded.last_at, last_by = excluded.last_by
        """;

    private const string SumSql =
        """
        SELECT coalesce(sum(attempts), 0), count(*), coalesce(max(last_at), 0) FROM read_only_attempts
        WHERE EXISTS (SELECT 1 FROM items WHERE id = item AND own = 0 AND auto_sync = 1 AND deleted = 0)
        """;

    /// <inheritdoc/>
    public Task CountAsync(ItemId item, string by, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var command = session.Prepare(CountSql, "$item", "$at", "$by");
            command.Parameters[0].Value = StoreValues.Bytes(item.Value);
            command.Parameters[1].Value = time.GetUtcNow().UtcTicks;
            command.Parameters[2].Value = by;
            command.ExecuteNonQuery();
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<(long Attempts, int Items, DateTimeOffset LastAt)?> SumAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<(long, int, DateTimeOffset)?>(
            session =>
            {
                using var reader = session.Prepare(SumSql).ExecuteReader();
                reader.Read();
                return reader.GetInt64(1) == 0 ? null : (reader.GetInt64(0), (int)reader.GetInt64(1), StoreValues.Moment(reader.GetInt64(2)));
            },
            cancellationToken);
}
