using System.Text;
using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Writes items inside one transaction and decides what the feed tells of each.</summary>
/// <remarks>
/// An item travels while it is flagged for auto sync. What travelled once is deleted or released by a change that travels too; after that its place in the
/// feed stays where it is, whatever happens to the item here, so that a target that was away learns of the release; rollup cores, which collect every item, are told where it was written last. What never travelled never does by itself:
/// when it changes, the flagged items that need it take the next sequences, so that it goes along with them (J4).
/// </remarks>
internal sealed class ItemWriter
{
    private const string FindSql =
        "SELECT row, sequence, content_sequence, change_kind, travels, kind, deleted, component, name, origin, refs, auto_sync, revision, hash, payloads, came_from, group_path FROM items WHERE id = $id";

    private const string PlaceColumns = "sequence, content_sequence, change_kind, travels, content_key, came_from, written";

    private const string PlaceParameters = "$sequence, $content_sequence, $change_kind, $travels, $content_key, $came_from, $written";

    private const int PlaceCount = 7;

    private const string InsertSql =
        $"""
        INSERT INTO items ({ItemRow.Columns}, {PlaceColumns}, own, name_key, stamp_size, stamp_modified, stamp_scanned, body)
        VALUES ({ItemRow.Parameters}, {PlaceParameters}, $own, $name_key, $stamp_size, $stamp_modified, $stamp_scanned, $body)
        """;

    // The body is named only where it changes: rewriting a large one for a new name would be waste.
    private const string UpdateAllSql =
        $"""
        UPDATE items SET ({ItemRow.PlainColumns}, {PlaceColumns}, {ItemRow.KeyColumns}, own, name_key)
          = ({ItemRow.PlainParameters}, {PlaceParameters}, {ItemRow.KeyParameters}, $own, $name_key)
        WHERE row = $row
        """;

    // SQLite rewrites the entries of every index of which a column is named, changed or not.
    private const string UpdatePlainSql =
        $"UPDATE items SET ({ItemRow.PlainColumns}, {PlaceColumns}) = ({ItemRow.PlainParameters}, {PlaceParameters}) WHERE row = $row";

    private const string UpdateStampSql =
        "UPDATE items SET stamp_size = $size, stamp_modified = $modified, stamp_scanned = $scanned WHERE row = $row";

    private const string AddReferenceSql = "INSERT OR IGNORE INTO item_references (needed, item) VALUES ($needed, $item)";

    private const string RemoveReferenceSql = "DELETE FROM item_references WHERE needed = $needed AND item = $item";

    private const string ReferrersSql =
        "SELECT i.row, i.id, i.travels, i.change_kind FROM item_references r JOIN items i ON i.id = r.item WHERE r.needed = $needed AND i.deleted = 0 LIMIT $limit";

    private const string MoveSql = "UPDATE items SET sequence = $sequence WHERE row = $row";

    // One referrer brings the item to a target already; more of them only help where the first is refused.
    private const int MaxReferrers = 1000;

    private const string UpdateBodySql = "UPDATE items SET body = $body WHERE row = $row";

    private readonly SqliteStatement find;
    private readonly SqliteStatement insert;
    private readonly SqliteSession session;
    private readonly RevisionRows revisions;
    private readonly DigestRows digests;
    private readonly CoreId here;
    private long sequence;

    /// <summary>Begins at the newest sequence of the store.</summary>
    public ItemWriter(SqliteSession session, TimeProvider time)
    {
        this.session = session;
        revisions = new RevisionRows(session, time);
        digests = new DigestRows(session);
        using (var core = session.Prepare("SELECT id, sequence FROM core").ExecuteReader())
        {
            if (!core.Read())
                throw StoreValues.Corrupt("the row of the core is missing");
            here = new CoreId(StoreValues.Guid(ItemRow.Blob(core, 0)));
            sequence = core.GetInt64(1);
        }

        find = session.Statement(FindSql);
        insert = session.Statement(InsertSql);
    }

    /// <summary>Writes one item and gives it the next sequence.</summary>
    /// <param name="write">The change.</param>
    /// <param name="from">The core that sent it, which has it (A8); null when it was made here.</param>
    public void Write(CatalogueWrite write, CoreId? from = null)
    {
        var before = Find(write.Item);
        var place = Place(before, write, from, ++sequence);
        // A9: what a flag or a release changes is no other version.
        if (before is { IsLiveDocument: true, IsOther: true })
            revisions.Keep(before.Value.Row, write.Item.Id);
        if (before is null)
            Insert(write, place);
        else
            Update(before.Value, write, place);
        WriteReferences(write.Item, before?.References ?? []);
        digests.Change(before?.Digest, DigestRows.Place(write.Item));
        if (!write.Item.IsDeleted && place is not { Travels: true, Kind: ChangeKind.Upsert })
            MoveReferrers(write.Item.Id);
    }

    /// <summary>Whether this core made an item.</summary>
    public bool IsOwn(Item item) => item.Origin == here;

    /// <summary>Records the newest sequence; call once before the transaction ends.</summary>
    public Sequence Finish()
    {
        digests.Finish();
        var command = session.Prepare("UPDATE core SET sequence = $sequence", "$sequence");
        command.Parameters[0].Value = sequence;
        command.ExecuteNonQuery();
        return new Sequence(sequence);
    }

    private static Position Place(Position? before, CatalogueWrite write, CoreId? from, long next)
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
            return new Position(0, next, write.ContentChanged || !known ? next : before!.Value.ContentSequence, kind, true) { From = from };
        }

        return before switch
        {
            { Travels: true, Kind: ChangeKind.Upsert } => new Position(0, next, before.Value.ContentSequence, kind, true) { From = from },
            { Travels: true } => before.Value with { Written = next },
            _ => new Position(0, next, next, kind, false) { From = from },
        };
    }

    private static ReadOnlyMemory<byte>? Body(CatalogueWrite write)
    {
        if (write.Item.IsDeleted)
            return null;
        return write.Document;
    }

    private static void BindStamp(SqliteStatement statement, int first, FileStamp? stamp)
    {
        if (stamp is { } seen)
        {
            statement.Bind(first, seen.Size);
            statement.Bind(first + 1, seen.ModifiedTicks);
            statement.Bind(first + 2, seen.ScannedTicks);
            return;
        }

        for (var i = 0; i < 3; i++)
            statement.BindNull(first + i);
    }

    private Position? Find(Item item)
    {
        Span<byte> hash = stackalloc byte[ContentHash.ByteLength];
        item.Hash.CopyTo(hash);
        find.Bind(1, item.Id.Value);
        Position? found = find.Step()
            ? new Position(find.Number(0), find.Number(1), find.Number(2), (ChangeKind)find.Number(3), find.Number(4) != 0)
            {
                HasSameKey = find.Number(5) == (long)item.Kind && find.Number(6) != 0 == item.IsDeleted && find.Holds(7, item.Component.Value)
                    && find.Holds(8, item.Name) && find.Holds(9, item.Origin.Value),
                References = ItemRow.References(find.Blob(10)),
                IsLiveDocument = find.Number(5) == (long)ItemKind.Document && find.Number(6) == 0,
                IsOther = item.IsDeleted || !find.Blob(13).SequenceEqual(hash) || !find.Holds(8, item.Name) || !find.Holds(16, item.Group)
                    || !ItemRow.References(find.Blob(10)).SequenceEqual(item.References)
                    || !(item.Payloads.Count == 0 ? find.Blob(14).IsEmpty : find.Holds(14, PayloadJson.Text(item.Payloads))),
                Digest = find.Number(11) != 0 && find.Number(6) == 0 ? DigestOf(item) : null,
                From = find.Blob(15) is { Length: 16 } from ? new CoreId(new Guid(from, bigEndian: true)) : null,
            }
            : null;
        find.Reset();
        return found;
    }

    // What the row that was found counts for.
    private DigestPlace DigestOf(Item item)
    {
        var component = find.Holds(7, item.Component.Value) ? item.Component.Value : Encoding.UTF8.GetString(find.Blob(7));
        var payloads = find.Blob(14) is { IsEmpty: false } json ? PayloadJson.Value(Encoding.UTF8.GetString(json)) : [];
        var id = item.Id.Value;
        return new DigestPlace(component, new Guid(find.Blob(9), bigEndian: true), DigestRows.Bucket(id), DigestRows.Sum(id, find.Number(12), find.Blob(13), payloads));
    }

    private void Insert(CatalogueWrite write, Position place)
    {
        ItemRow.Bind(insert, write.Item);
        BindPlace(insert, ItemRow.Count + 1, write.Item, place);
        insert.Bind(ItemRow.Count + PlaceCount + 1, write.Item.Origin == here);
        insert.Bind(ItemRow.Count + PlaceCount + 2, NameKey(write.Item));
        BindStamp(insert, ItemRow.Count + PlaceCount + 3, write.Stamp);
        insert.Bind(ItemRow.Count + PlaceCount + 6, Body(write));
        insert.Run();
    }

    private void Update(Position before, CatalogueWrite write, Position place)
    {
        var statement = session.Statement(before.HasSameKey ? UpdatePlainSql : UpdateAllSql);
        ItemRow.BindPlain(statement, 1, write.Item);
        BindPlace(statement, ItemRow.PlainCount + 1, write.Item, place);
        var next = ItemRow.PlainCount + PlaceCount + 1;
        if (!before.HasSameKey)
        {
            ItemRow.BindKey(statement, next, write.Item);
            statement.Bind(next + ItemRow.KeyCount, write.Item.Origin == here);
            statement.Bind(next + ItemRow.KeyCount + 1, NameKey(write.Item));
            next += ItemRow.KeyCount + 2;
        }

        statement.Bind(next, before.Row);
        statement.Run();
        UpdateRest(before.Row, write);
    }

    private void BindPlace(SqliteStatement statement, int first, Item item, Position place)
    {
        statement.Bind(first, place.Sequence);
        statement.Bind(first + 1, place.ContentSequence);
        statement.Bind(first + 2, (long)place.Kind);
        statement.Bind(first + 3, place.Travels);
        statement.Bind(first + 4, item is { Kind: ItemKind.File, IsDeleted: false } && item.Origin == here ? ItemRow.ContentKey(item.Hash) : null);
        if (place.From is { } from)
            statement.Bind(first + 5, from.Value);
        else
            statement.BindNull(first + 5);
        statement.Bind(first + 6, place.Written);
    }

    private static long? NameKey(Item item) => item.Kind == ItemKind.Document || item.IsDeleted ? null : ItemRow.NameKey(RelativePath.KeyOf(item.Name));

    private void UpdateRest(long row, CatalogueWrite write)
    {
        if (write.Stamp is not null)
        {
            var statement = session.Statement(UpdateStampSql);
            BindStamp(statement, 1, write.Stamp);
            statement.Bind(4, row);
            statement.Run();
        }

        if (write.Item.IsDeleted || write.Document is not null)
        {
            var statement = session.Statement(UpdateBodySql);
            statement.Bind(1, Body(write));
            statement.Bind(2, row);
            statement.Run();
        }
    }

    private void WriteReferences(Item item, ItemId[] before)
    {
        var after = item.References;
        if (before.Length == 0 && after.Count == 0 || before.SequenceEqual(after))
            return;
        var remove = session.Statement(RemoveReferenceSql);
        foreach (var needed in before.Except(after))
            RunReference(remove, needed, item.Id);
        var add = session.Statement(AddReferenceSql);
        foreach (var needed in after.Except(before))
            RunReference(add, needed, item.Id);
    }

    // Transitively: what needs it without being flagged brings nothing by itself, but what needs that may.
    private void MoveReferrers(ItemId changed)
    {
        var seen = new HashSet<ItemId> { changed };
        var left = new Queue<ItemId>(seen);
        while (seen.Count < MaxReferrers && left.TryDequeue(out var needed))
        {
            foreach (var (row, id, isFlagged) in Referrers(needed))
            {
                if (!seen.Add(id))
                    continue;
                if (isFlagged)
                    Move(row);
                else
                    left.Enqueue(id);
            }
        }
    }

    private List<(long Row, ItemId Id, bool IsFlagged)> Referrers(ItemId needed)
    {
        var statement = session.Statement(ReferrersSql);
        statement.Bind(1, needed.Value);
        statement.Bind(2, (long)MaxReferrers);
        var found = new List<(long, ItemId, bool)>();
        while (statement.Step())
            found.Add((statement.Number(0), new ItemId(new Guid(statement.Blob(1), bigEndian: true)), statement.Number(2) != 0 && (ChangeKind)statement.Number(3) == ChangeKind.Upsert));
        statement.Reset();
        return found;
    }

    private void Move(long row)
    {
        var statement = session.Statement(MoveSql);
        statement.Bind(1, ++sequence);
        statement.Bind(2, row);
        statement.Run();
    }

    private static void RunReference(SqliteStatement statement, ItemId needed, ItemId item)
    {
        statement.Bind(1, needed.Value);
        statement.Bind(2, item.Value);
        statement.Run();
    }

    private readonly record struct Position(long Row, long Sequence, long ContentSequence, ChangeKind Kind, bool Travels)
    {
        /// <summary>Name, component, kind, origin and life are what they were.</summary>
        public bool HasSameKey { get; init; }

        /// <summary>Where it was written last, when its place in the feed stayed where it was: what rollup cores are told of.</summary>
        public long? Written { get; init; }

        /// <summary>The core that sent what the feed tells of it.</summary>
        public CoreId? From { get; init; }

        /// <summary>What the item referred to.</summary>
        public ItemId[] References { get; init; } = [];

        /// <summary>A version that may be kept.</summary>
        public bool IsLiveDocument { get; init; }

        /// <summary>Content, name, group, references or life differ from what is written.</summary>
        public bool IsOther { get; init; }

        /// <summary>What the item counted for in the digests.</summary>
        public DigestPlace? Digest { get; init; }
    }
}
