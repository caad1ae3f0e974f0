using CoreSync.Application.Replication;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>The change feed over the items: each item occurs once, at its last change that travels.</summary>
internal static class FeedQueries
{
    private const string ChangeColumns = $"sequence, content_sequence, change_kind, {ItemRow.Columns}";

    private const int FirstItemColumn = 3;
    private const int BodyColumn = FirstItemColumn + ItemRow.Count;

    // Reading a body costs; it comes along only where it is sent inside a batch.
    private const string Inline = "CASE WHEN kind = 1 AND change_kind = 1 AND size <= $inline THEN body END";

    private const string ChangesSql =
        $"""
        SELECT {ChangeColumns}, {Inline} FROM items
        WHERE travels = 1 AND component = $component AND sequence > $after AND origin <> $not_from AND came_from IS NOT $not_from ORDER BY sequence LIMIT $limit
        """;

    private const string ChangeOfSql = $"SELECT {ChangeColumns}, {Inline} FROM items WHERE id = $id";

    // What an item's payloads have is told by their list: read only where there is one.
    private const string PayloadBytes = "CASE WHEN payloads IS NULL THEN 0 ELSE (SELECT coalesce(sum(value ->> 'size'), 0) FROM json_each(payloads)) END";

    // What is told may be older than what is here: a released item lives on, a deleted copy may be kept.
    private const string CopyOfSql =
        $"SELECT {ChangeColumns}, CASE WHEN kind = 1 AND size <= $inline THEN body END FROM items WHERE id = $id AND deleted = 0";

    private const string EntrySql = $"SELECT sequence, content_sequence, CASE WHEN travels = 1 THEN change_kind END, {ItemRow.Columns} FROM items WHERE id = $id";

    private const string BacklogSql =
        $"""
        SELECT count(*), coalesce(sum(CASE WHEN change_kind = 1 AND content_sequence > $after THEN size + {PayloadBytes} END), 0) FROM items
        WHERE travels = 1 AND component = $component AND sequence > $after AND origin <> $not_from AND came_from IS NOT $not_from
        """;

    private const string DeletesSql =
        """
        SELECT coalesce(sum(change_kind = 2 AND sequence > $after), 0), coalesce(sum(change_kind = 1), 0) FROM items
        WHERE travels = 1 AND component = $component AND origin <> $not_from
        """;

    /// <summary>Shorter than <paramref name="limit"/> only when the feed is drained: callers rely on it.</summary>
    public static IReadOnlyList<ItemChange> Changes(SqliteSession session, ComponentName component, Sequence after, CoreId? notFrom, int limit)
    {
        var command = session.Prepare(ChangesSql, "$component", "$after", "$not_from", "$limit", "$inline");
        command.Parameters[0].Value = component.Value;
        command.Parameters[1].Value = after.Value;
        command.Parameters[2].Value = NotFrom(notFrom);
        command.Parameters[3].Value = (long)limit;
        command.Parameters[4].Value = (long)ItemLimits.MaxInlineBytes;
        using var reader = command.ExecuteReader();
        var changes = new List<ItemChange>();
        var budget = (long)ItemLimits.MaxBatchContentBytes;
        while (reader.Read())
            changes.Add(Read(reader, ref budget));
        return changes;
    }

    public static IReadOnlyList<ItemChange> ChangesOf(SqliteSession session, IReadOnlyCollection<ItemId> items)
    {
        var changes = Read(session, ChangeOfSql, items);
        changes.Sort((left, right) => left.Sequence.CompareTo(right.Sequence));
        return changes;
    }

    public static IReadOnlyList<ItemChange> CopiesOf(SqliteSession session, IReadOnlyCollection<ItemId> items) =>
        [.. Read(session, CopyOfSql, items).Select(change => change with { Kind = ChangeKind.Upsert, Item = change.Item with { IsDeleted = false } })];

    public static IReadOnlyList<FeedEntry> Entries(SqliteSession session, IReadOnlyCollection<ItemId> items)
    {
        var command = session.Prepare(EntrySql, "$id");
        var entries = new List<FeedEntry>(items.Count);
        foreach (var id in items)
        {
            command.Parameters[0].Value = StoreValues.Bytes(id.Value);
            using var reader = command.ExecuteReader();
            if (!reader.Read())
                continue;
            ChangeKind? told = reader.IsDBNull(2) ? null : (ChangeKind)reader.GetInt64(2);
            entries.Add(new FeedEntry(ItemRow.Read(reader, FirstItemColumn), new Sequence(reader.GetInt64(0)), new Sequence(reader.GetInt64(1)), told));
        }

        return entries;
    }

    /// <summary>A row of what rollup cores collect: position, date of the content, life, item, content. Every live item is kept in sync by them, flagged here or not.</summary>
    public static ItemChange ReadCollected(SqliteDataReader reader, ref long budget)
    {
        var item = ItemRow.Read(reader, FirstItemColumn);
        if (item.OriginName is { } name)
            item = item with { Name = name, OriginName = null };
        var kind = item.IsDeleted ? ChangeKind.Delete : ChangeKind.Upsert;
        return WithContent(
            reader, new ItemChange(new Sequence(reader.GetInt64(0)), kind, item with { AutoSync = !item.IsDeleted, IsEdited = false }, new Sequence(reader.GetInt64(1))), ref budget);
    }

    private static List<ItemChange> Read(SqliteSession session, string sql, IReadOnlyCollection<ItemId> items)
    {
        var command = session.Prepare(sql, "$id", "$inline");
        command.Parameters[1].Value = (long)ItemLimits.MaxInlineBytes;
        var changes = new List<ItemChange>(items.Count);
        var budget = (long)ItemLimits.MaxBatchContentBytes;
        foreach (var id in items)
        {
            command.Parameters[0].Value = StoreValues.Bytes(id.Value);
            using var reader = command.ExecuteReader();
            if (reader.Read())
                changes.Add(Read(reader, ref budget));
        }

        return changes;
    }

    public static (long Changes, long Bytes) Backlog(SqliteSession session, ComponentName component, Sequence after, CoreId? notFrom)
    {
        var command = session.Prepare(BacklogSql, "$component", "$after", "$not_from");
        command.Parameters[0].Value = component.Value;
        command.Parameters[1].Value = after.Value;
        command.Parameters[2].Value = NotFrom(notFrom);
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    public static (long Deletes, long Live) Deletes(SqliteSession session, ComponentName component, Sequence after, CoreId? notFrom)
    {
        var command = session.Prepare(DeletesSql, "$component", "$after", "$not_from");
        command.Parameters[0].Value = component.Value;
        command.Parameters[1].Value = after.Value;
        command.Parameters[2].Value = NotFrom(notFrom);
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    // No item comes from the empty id.
    private static byte[] NotFrom(CoreId? core) => core is { } id ? StoreValues.Bytes(id.Value) : [];

    private static ItemChange Read(SqliteDataReader reader, ref long budget)
    {
        var kind = (ChangeKind)reader.GetInt64(2);
        var item = ItemRow.Read(reader, FirstItemColumn);
        // A3: a name that this core gave stays here; names travel as the origin's.
        if (item.OriginName is { } name)
            item = item with { Name = name, OriginName = null };
        // What is told may differ from what the item is here: a deleted copy may be kept, a released item be deleted later.
        var change = new ItemChange(new Sequence(reader.GetInt64(0)), kind, item with { IsDeleted = kind == ChangeKind.Delete }, new Sequence(reader.GetInt64(1)));
        return WithContent(reader, change, ref budget);
    }

    private static ItemChange WithContent(SqliteDataReader reader, ItemChange change, ref long budget)
    {
        if (change.Item.Size > budget || reader.IsDBNull(BodyColumn))
            return change;
        // Memory is bounded (S5): content beyond what fits in a batch is read when its turn comes.
        budget -= change.Item.Size;
        return change with { Content = ItemRow.Blob(reader, BodyColumn) };
    }
}
