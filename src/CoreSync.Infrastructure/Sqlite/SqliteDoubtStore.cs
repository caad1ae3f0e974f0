using CoreSync.Application.Verification;
using CoreSync.Items;
using CoreSync.Servers;
using CoreSync.Verification;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Doubts about targets, their writers, and what was detached from them.</summary>
internal sealed class SqliteDoubtStore(SqliteDatabase database) : IDoubtStore
{
    private const string RaiseSql =
        """
        INSERT INTO doubts (target, component, reason, items) SELECT id, $component, $reason, $items FROM targets WHERE id = $target
        ON CONFLICT (target, component) DO UPDATE SET reason = excluded.reason, items = CASE WHEN items IS NULL OR excluded.items IS NULL THEN NULL ELSE CAST(items || excluded.items AS BLOB) END
        """;

    private const string RaiseEverywhereSql =
        """
        INSERT INTO doubts (target, component, reason) SELECT targets.id, components.name, $reason FROM targets, components WHERE targets.direction = 'Push'
        ON CONFLICT (target, component) DO UPDATE SET reason = excluded.reason, items = NULL
        """;

    private const string SaveWriterSql =
        """
        INSERT INTO target_writers (target, epoch, writer, raised_at, blocked_at) SELECT id, $epoch, $writer, $raised, $blocked FROM targets WHERE id = $target
        ON CONFLICT (target) DO UPDATE SET epoch = excluded.epoch, writer = excluded.writer, raised_at = excluded.raised_at, blocked_at = excluded.blocked_at
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<ComponentName, Doubt>> DoubtsAsync(TargetId target, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<ComponentName, Doubt>>(
            session =>
            {
                var command = session.Prepare("SELECT component, reason, items FROM doubts WHERE target = $target", "$target");
                command.Parameters[0].Value = StoreValues.Bytes(target.Value);
                using var reader = command.ExecuteReader();
                var doubts = new Dictionary<ComponentName, Doubt>();
                while (reader.Read())
                {
                    var items = reader.IsDBNull(2) ? [] : ItemRow.References(ItemRow.Blob(reader, 2));
                    doubts.Add(StoreValues.Component(reader.GetString(0)), new Doubt(StoreValues.Enumeration<DoubtReason>(reader.GetString(1)), [.. items.Distinct()]));
                }

                return doubts;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task RaiseAsync(TargetId target, IReadOnlyCollection<ComponentName> components, Doubt doubt, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var command = session.Prepare(RaiseSql, "$component", "$reason", "$items", "$target");
            foreach (var component in components)
            {
                command.Parameters[0].Value = component.Value;
                command.Parameters[1].Value = doubt.Reason.ToString();
                command.Parameters[2].Value = (object?)ItemRow.References(doubt.Items)?.ToArray() ?? DBNull.Value;
                command.Parameters[3].Value = StoreValues.Bytes(target.Value);
                command.ExecuteNonQuery();
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task RaiseEverywhereAsync(DoubtReason reason, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var command = session.Prepare(RaiseEverywhereSql, "$reason");
            command.Parameters[0].Value = reason.ToString();
            command.ExecuteNonQuery();
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task SettleAsync(TargetId target, ComponentName component, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var command = session.Prepare("DELETE FROM doubts WHERE target = $target AND component = $component", "$target", "$component");
            command.Parameters[0].Value = StoreValues.Bytes(target.Value);
            command.Parameters[1].Value = component.Value;
            command.ExecuteNonQuery();
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<TargetWriter> WriterAsync(TargetId target, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var command = session.Prepare("SELECT epoch, writer, raised_at, blocked_at FROM target_writers WHERE target = $target", "$target");
            command.Parameters[0].Value = StoreValues.Bytes(target.Value);
            using var reader = command.ExecuteReader();
            return reader.Read()
                ? new TargetWriter(reader.GetInt64(0), StoreValues.Guid(ItemRow.Blob(reader, 1)), Moment(reader, 2), Moment(reader, 3))
                : TargetWriter.None;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task SaveWriterAsync(TargetId target, TargetWriter writer, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var command = session.Prepare(SaveWriterSql, "$epoch", "$writer", "$raised", "$blocked", "$target");
            command.Parameters[0].Value = writer.Epoch;
            command.Parameters[1].Value = StoreValues.Bytes(writer.Writer);
            command.Parameters[2].Value = (object?)StoreValues.Ticks(writer.RaisedAt) ?? DBNull.Value;
            command.Parameters[3].Value = (object?)StoreValues.Ticks(writer.BlockedAt) ?? DBNull.Value;
            command.Parameters[4].Value = StoreValues.Bytes(target.Value);
            command.ExecuteNonQuery();
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlySet<ItemId>> DetachedAsync(TargetId target, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlySet<ItemId>>(
        session =>
        {
            var command = session.Prepare("SELECT item FROM detached WHERE target = $target", "$target");
            command.Parameters[0].Value = StoreValues.Bytes(target.Value);
            using var reader = command.ExecuteReader();
            var items = new HashSet<ItemId>();
            while (reader.Read())
                items.Add(new ItemId(StoreValues.Guid(ItemRow.Blob(reader, 0))));
            return items;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task SetDetachedAsync(TargetId target, IReadOnlyCollection<ItemId> items, bool detached, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var command = detached
                ? session.Prepare("INSERT OR IGNORE INTO detached (target, item) VALUES ($target, $item)", "$target", "$item")
                : session.Prepare("DELETE FROM detached WHERE target = $target AND item = $item", "$target", "$item");
            command.Parameters[0].Value = StoreValues.Bytes(target.Value);
            foreach (var item in items)
            {
                command.Parameters[1].Value = StoreValues.Bytes(item.Value);
                command.ExecuteNonQuery();
            }
        },
        cancellationToken);

    private static DateTimeOffset? Moment(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : StoreValues.Moment(reader.GetInt64(column));
}
