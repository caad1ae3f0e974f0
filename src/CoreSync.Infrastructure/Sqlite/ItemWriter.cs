using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Writes items inside one transaction and decides what the feed tells of each.</summary>
/// <remarks>
/// An item travels while it is flagged for auto sync. What travelled once is deleted or released by a change that travels too; after that its place in the
/// feed stays where it is, whatever happens to the item here, so that a target that was away learns of the release. What never travelled never does.
/// </remarks>
internal sealed class ItemWriter
{
    private const string FindSql = "SELECT row, sequence, content_sequence, change_kind, travels FROM items WHERE id = $id";

    private const string InsertSql =
        $"""
        INSERT INTO items ({ItemRow.Columns}, own, sequence, content_sequence, change_kind, travels, name_key, stamp_size, stamp_modified, stamp_scanned, body)
        VALUES ({ItemRow.Parameters}, $own, $sequence, $content_sequence, $change_kind, $travels, $name_key, $stamp_size, $stamp_modified, $stamp_scanned, $body)
        """;

    // The body is named only where it changes: rewriting a large one for a new name would be waste.
    private const string UpdateSql =
        $"""
        UPDATE items SET ({ItemRow.Columns}, own, sequence, content_sequence, change_kind, travels, name_key)
          = ({ItemRow.Parameters}, $own, $sequence, $content_sequence, $change_kind, $travels, $name_key)
        WHERE row = $row
        """;

    private const string UpdateStampSql =
        "UPDATE items SET stamp_size = $size, stamp_modified = $modified, stamp_scanned = $scanned WHERE row = $row";

    private const string UpdateBodySql = "UPDATE items SET body = $body WHERE row = $row";

    private readonly SqliteCommand find;
    private readonly SqliteCommand insert;
    private readonly SqliteCommand update;
    private readonly SqliteSession session;
    private readonly CoreId here;
    private long sequence;

    /// <summary>Begins at the newest sequence of the store.</summary>
    public ItemWriter(SqliteSession session)
    {
        this.session = session;
        using (var core = session.Prepare("SELECT id, sequence FROM core").ExecuteReader())
        {
            if (!core.Read())
                throw StoreValues.Corrupt("the row of the core is missing");
            here = new CoreId(StoreValues.Guid(ItemRow.Blob(core, 0)));
            sequence = core.GetInt64(1);
        }

        find = session.Prepare(FindSql, "$id");
        insert = session.Prepare(
            InsertSql,
            [
                .. ItemRow.Names, "$own", "$sequence", "$content_sequence", "$change_kind", "$travels", "$name_key", "$stamp_size", "$stamp_modified", "$stamp_scanned",
                "$body",
            ]);
        update = session.Prepare(
            UpdateSql, [.. ItemRow.Names, "$own", "$sequence", "$content_sequence", "$change_kind", "$travels", "$name_key", "$row"]);
    }

    /// <summary>Writes one item and gives it the next sequence.</summary>
    public void Write(CatalogueWrite write)
    {
        var before = Find(write.Item.Id);
        var place = Place(before, write, ++sequence);
        var command = before is null ? insert : update;
        var parameters = command.Parameters;
        ItemRow.Bind(parameters, write.Item);
        parameters[ItemRow.Count].Value = write.Item.Origin == here ? 1L : 0L;
        parameters[ItemRow.Count + 1].Value = place.Sequence;
        parameters[ItemRow.Count + 2].Value = place.ContentSequence;
        parameters[ItemRow.Count + 3].Value = (long)place.Kind;
        parameters[ItemRow.Count + 4].Value = place.Travels ? 1L : 0L;
        parameters[ItemRow.Count + 5].Value = write.Item.Kind == ItemKind.Document ? DBNull.Value : ItemRow.NameKey(RelativePath.KeyOf(write.Item.Name));
        if (before is null)
        {
            BindStamp(parameters, ItemRow.Count + 6, write.Stamp);
            parameters[ItemRow.Count + 9].Value = write.Item.IsDeleted ? DBNull.Value : ItemRow.Body(write.Document);
            command.ExecuteNonQuery();
            return;
        }

        parameters[ItemRow.Count + 6].Value = before.Value.Row;
        command.ExecuteNonQuery();
        UpdateRest(before.Value.Row, write);
    }

    /// <summary>Records the newest sequence; call once before the transaction ends.</summary>
    public Sequence Finish()
    {
        var command = session.Prepare("UPDATE core SET sequence = $sequence", "$sequence");
        command.Parameters[0].Value = sequence;
        command.ExecuteNonQuery();
        return new Sequence(sequence);
    }

    private static Position Place(Position? before, CatalogueWrite write, long next)
    {
        var kind = write.Kind switch
        {
            ChangeKind.Upsert when write.Item.IsDeleted => ChangeKind.Delete,
            ChangeKind.Upsert when !write.Item.AutoSync => ChangeKind.Release,
            _ => write.Kind,
        };
        if (kind == ChangeKind.Upsert)
        {
            // Content that changed while the item did not travel lies behind checkpoints already: it counts as changed now.
            var known = before is { Travels: true, Kind: ChangeKind.Upsert };
            return new Position(0, next, write.ContentChanged || !known ? next : before!.Value.ContentSequence, kind, true);
        }

        return before switch
        {
            { Travels: true, Kind: ChangeKind.Upsert } => new Position(0, next, before.Value.ContentSequence, kind, true),
            { Travels: true } => before.Value,
            _ => new Position(0, next, next, kind, false),
        };
    }

    private static void BindStamp(SqliteParameterCollection parameters, int first, FileStamp? stamp)
    {
        parameters[first].Value = stamp is { } size ? size.Size : DBNull.Value;
        parameters[first + 1].Value = stamp is { } modified ? modified.ModifiedTicks : DBNull.Value;
        parameters[first + 2].Value = stamp is { } scanned ? scanned.ScannedTicks : DBNull.Value;
    }

    private Position? Find(ItemId id)
    {
        find.Parameters[0].Value = StoreValues.Bytes(id.Value);
        using var reader = find.ExecuteReader();
        return reader.Read()
            ? new Position(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), (ChangeKind)reader.GetInt64(3), reader.GetInt64(4) != 0)
            : null;
    }

    private void UpdateRest(long row, CatalogueWrite write)
    {
        if (write.Stamp is not null)
        {
            var command = session.Prepare(UpdateStampSql, "$size", "$modified", "$scanned", "$row");
            BindStamp(command.Parameters, 0, write.Stamp);
            command.Parameters[3].Value = row;
            command.ExecuteNonQuery();
        }

        if (write.Item.IsDeleted || write.Document is not null)
        {
            var command = session.Prepare(UpdateBodySql, "$body", "$row");
            command.Parameters[0].Value = write.Item.IsDeleted ? DBNull.Value : ItemRow.Body(write.Document);
            command.Parameters[1].Value = row;
            command.ExecuteNonQuery();
        }
    }

    private readonly record struct Position(long Row, long Sequence, long ContentSequence, ChangeKind Kind, bool Travels);
}
