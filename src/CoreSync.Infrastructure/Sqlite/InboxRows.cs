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
        $"SELECT {ItemRow.Columns}, source, stream, sequence, change_kind, content_sequence, body FROM inbox ORDER BY source, sequence";

    /// <summary>Adds changes; one that is there already is replaced by itself.</summary>
    public static void Insert(SqliteSession session, CoreId source, ComponentName component, IReadOnlyList<ItemChange> changes)
    {
        var command = session.Prepare(InsertSql, [.. ItemRow.Names, "$source", "$stream", "$sequence", "$change_kind", "$content_sequence", "$body"]);
        var parameters = command.Parameters;
        parameters[ItemRow.Count].Value = StoreValues.Bytes(source.Value);
        parameters[ItemRow.Count + 1].Value = component.Value;
        foreach (var change in changes)
        {
            ItemRow.Bind(parameters, change.Item);
            parameters[ItemRow.Count + 2].Value = change.Sequence.Value;
            parameters[ItemRow.Count + 3].Value = (long)change.Kind;
            parameters[ItemRow.Count + 4].Value = change.ContentSequence.Value;
            parameters[ItemRow.Count + 5].Value = ItemRow.Body(change.Content);
            command.ExecuteNonQuery();
        }
    }

    /// <summary>Everything, by source and sequence.</summary>
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
        var command = session.Prepare(
            "DELETE FROM inbox WHERE source = $source AND stream = $stream AND sequence = $sequence", "$source", "$stream", "$sequence");
        command.Parameters[0].Value = StoreValues.Bytes(source.Value);
        command.Parameters[1].Value = component.Value;
        foreach (var sequence in settled)
        {
            command.Parameters[2].Value = sequence.Value;
            command.ExecuteNonQuery();
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
