using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Received changes that are not applied yet; inside the caller's transaction.</summary>
internal static class InboxRows
{
    private const string InsertSql =
        $"""
        INSERT OR REPLACE INTO inbox ({ItemRow.Columns}, source, stream, sequence, change_kind, content_sequence, body)
        VALUES ({ItemRow.Parameters}, $source, $stream, $sequence, $change_kind, $content_sequence, $body)
        """;

    private const string ReadSql =
        $"SELECT {ItemRow.Columns}, source, stream, sequence, change_kind, content_sequence, body FROM inbox ORDER BY source, row";

    /// <summary>Adds changes; one that is there already is replaced by itself.</summary>
    public static void Insert(SqliteSession session, CoreId source, ComponentName component, IReadOnlyList<ItemChange> changes)
    {
        var statement = session.Statement(InsertSql);
        statement.Bind(ItemRow.Count + 1, source.Value);
        statement.Bind(ItemRow.Count + 2, component.Value);
        foreach (var change in changes)
        {
            ItemRow.Bind(statement, change.Item);
            statement.Bind(ItemRow.Count + 3, change.Sequence.Value);
            statement.Bind(ItemRow.Count + 4, (long)change.Kind);
            statement.Bind(ItemRow.Count + 5, change.ContentSequence.Value);
            statement.Bind(ItemRow.Count + 6, change.Content);
            statement.Run();
        }
    }

    /// <summary>Everything, by source and in the order in which it was to be applied.</summary>
    public static IReadOnlyList<(CoreId Source, ComponentName Component, ItemChange Change)> Read(SqliteSession session)
    {
        using var reader = session.Prepare(ReadSql).ExecuteReader();
        var changes = new List<(CoreId, ComponentName, ItemChange)>();
        while (reader.Read())
        {
            var change = new ItemChange(
                new Sequence(reader.GetInt64(ItemRow.Count + 2)), (ChangeKind)reader.GetInt64(ItemRow.Count + 3), ItemRow.Read(reader, 0),
                new Sequence(reader.GetInt64(ItemRow.Count + 4)))
            {
                Content = ItemRow.Content(reader, ItemRow.Count + 5),
            };
            changes.Add((new CoreId(StoreValues.Guid(ItemRow.Blob(reader, ItemRow.Count))), StoreValues.Component(reader.GetString(ItemRow.Count + 1)), change));
        }

        return changes;
    }

    /// <summary>Removes changes that are done.</summary>
    public static void Remove(SqliteSession session, CoreId source, ComponentName component, IReadOnlyList<Sequence> settled)
    {
        var statement = session.Statement("DELETE FROM inbox WHERE source = $source AND stream = $stream AND sequence = $sequence");
        statement.Bind(1, source.Value);
        statement.Bind(2, component.Value);
        foreach (var sequence in settled)
        {
            statement.Bind(3, sequence.Value);
            statement.Run();
        }
    }

    /// <summary>Removes all changes of one stream.</summary>
    public static void RemoveAll(SqliteSession session, CoreId source, ComponentName component)
    {
        var command = session.Prepare("DELETE FROM inbox WHERE source = $source AND stream = $stream", "$source", "$stream");
        command.Parameters[0].Value = StoreValues.Bytes(source.Value);
        command.Parameters[1].Value = component.Value;
        command.ExecuteNonQuery();
    }
}
