using CoreSync.Conflicts;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>What waits for a person, what was decided, and what took whose place; inside the caller's transaction.</summary>
internal static class ConflictRows
{
    private const string OwnColumns = "source, reason, other, first_at, last_at, decision, decided_at, decided_by, sequence, change_kind, content_sequence";

    private const string OwnParameters =
        "$source, $reason, $other, $first_at, $last_at, $decision, $decided_at, $decided_by, $sequence, $change_kind, $content_sequence";

    private const int OwnCount = 11;

    private const string SaveSql =
        $"INSERT OR REPLACE INTO conflicts ({ItemRow.Columns}, {OwnColumns}, body) VALUES ({ItemRow.Parameters}, {OwnParameters}, $body)";

    private const string FindSql = $"SELECT {ItemRow.Columns}, {OwnColumns}, body FROM conflicts WHERE id = $id";

    private const string ListSql = $"SELECT {ItemRow.Columns}, {OwnColumns}, NULL FROM conflicts WHERE decision IS NULL OR $decided ORDER BY first_at, id";

    /// <summary>Adds changes that wait from now on; of each item the newest stays.</summary>
    public static void Hold(SqliteSession session, IReadOnlyList<Conflict> held)
    {
        foreach (var conflict in held)
            Save(session, conflict);
    }

    /// <summary>Removes what does not wait any more; what was decided stays.</summary>
    public static void Forget(SqliteSession session, IReadOnlyList<ItemId> items)
    {
        if (items.Count == 0)
            return;
        var statement = session.Statement("DELETE FROM conflicts WHERE id = $id AND decision IS NULL");
        foreach (var item in items)
        {
            statement.Bind(1, item.Value);
            statement.Run();
        }
    }

    public static void Save(SqliteSession session, Conflict conflict)
    {
        var statement = session.Statement(SaveSql);
        ItemRow.Bind(statement, conflict.Change.Item);
        statement.Bind(ItemRow.Count + 1, conflict.Source.Value);
        statement.Bind(ItemRow.Count + 2, conflict.Reason.ToString());
        if (conflict.Other is { } other)
            statement.Bind(ItemRow.Count + 3, other.Value);
        else
            statement.BindNull(ItemRow.Count + 3);
        statement.Bind(ItemRow.Count + 4, conflict.FirstAt.UtcTicks);
        statement.Bind(ItemRow.Count + 5, conflict.LastAt.UtcTicks);
        BindText(statement, ItemRow.Count + 6, conflict.Decision?.ToString());
        statement.Bind(ItemRow.Count + 7, conflict.DecidedAt?.UtcTicks);
        BindText(statement, ItemRow.Count + 8, conflict.DecidedBy);
        statement.Bind(ItemRow.Count + 9, conflict.Change.Sequence.Value);
        statement.Bind(ItemRow.Count + 10, (long)conflict.Change.Kind);
        statement.Bind(ItemRow.Count + 11, conflict.Change.ContentSequence.Value);
        statement.Bind(ItemRow.Count + 12, conflict.Change.Content);
        statement.Run();
    }

    public static Conflict? Find(SqliteSession session, ItemId item)
    {
        var command = session.Prepare(FindSql, "$id");
        command.Parameters[0].Value = StoreValues.Bytes(item.Value);
        using var reader = command.ExecuteReader();
        return reader.Read() ? Read(reader) : null;
    }

    public static IReadOnlyList<Conflict> List(SqliteSession session, bool decided)
    {
        var command = session.Prepare(ListSql, "$decided");
        command.Parameters[0].Value = decided ? 1L : 0L;
        using var reader = command.ExecuteReader();
        var conflicts = new List<Conflict>();
        while (reader.Read())
            conflicts.Add(Read(reader));
        return conflicts;
    }

    public static bool IsWaiting(SqliteSession session, ItemId item)
    {
        var command = session.Prepare("SELECT count(*) FROM conflicts WHERE id = $id AND decision IS NULL", "$id");
        command.Parameters[0].Value = StoreValues.Bytes(item.Value);
        return (long)command.ExecuteScalar()! > 0;
    }

    /// <summary>Records that an item of this core gives way to another one.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="mine">The item of this core.</param>
    /// <param name="theirs">What takes its place.</param>
    /// <param name="at">When.</param>
    /// <param name="by">Who decided.</param>
    /// <param name="replace">Whether a former record of that item gives way too.</param>
    public static void Link(SqliteSession session, ItemId mine, ItemId theirs, DateTimeOffset at, string by, bool replace)
    {
        var command = session.Prepare(
            replace
                ? "INSERT OR REPLACE INTO links (mine, theirs, at, made_by) VALUES ($mine, $theirs, $at, $by)"
                : "INSERT OR IGNORE INTO links (mine, theirs, at, made_by) VALUES ($mine, $theirs, $at, $by)",
            "$mine", "$theirs", "$at", "$by");
        command.Parameters[0].Value = StoreValues.Bytes(mine.Value);
        command.Parameters[1].Value = StoreValues.Bytes(theirs.Value);
        command.Parameters[2].Value = at.UtcTicks;
        command.Parameters[3].Value = by;
        command.ExecuteNonQuery();
    }

    private static Conflict Read(SqliteDataReader reader)
    {
        var first = ItemRow.Count;
        var change = new ItemChange(
            new Sequence(reader.GetInt64(first + 8)), (ChangeKind)reader.GetInt64(first + 9), ItemRow.Read(reader, 0), new Sequence(reader.GetInt64(first + 10)))
        {
            Content = ItemRow.Content(reader, first + OwnCount),
        };
        return new Conflict(
            change, new CoreId(StoreValues.Guid(ItemRow.Blob(reader, first))), StoreValues.Enumeration<ConflictReason>(reader.GetString(first + 1)),
            reader.IsDBNull(first + 2) ? null : new ItemId(StoreValues.Guid(ItemRow.Blob(reader, first + 2))), StoreValues.Moment(reader.GetInt64(first + 3)),
            StoreValues.Moment(reader.GetInt64(first + 4)), reader.IsDBNull(first + 5) ? null : StoreValues.Enumeration<ConflictDecision>(reader.GetString(first + 5)),
            reader.IsDBNull(first + 6) ? null : StoreValues.Moment(reader.GetInt64(first + 6)), reader.IsDBNull(first + 7) ? null : reader.GetString(first + 7));
    }

    private static void BindText(SqliteStatement statement, int position, string? text)
    {
        if (text is null)
            statement.BindNull(position);
        else
            statement.Bind(position, text);
    }
}
