using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Writes applied changes into the catalogue; inside the caller's transaction.</summary>
internal static class AppliedRows
{
    private const string ItemSql = $"SELECT {ItemRow.Columns} FROM items WHERE id = $id AND deleted = 0";

    private const string ReferrersSql = "SELECT item FROM item_references WHERE needed = $needed";

    /// <summary>Writes changes in their order, and what gives way to them.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="applied">The changes.</param>
    /// <param name="from">The core that sent an item, which has it (A8); null when nobody did.</param>
    /// <param name="time">The clock.</param>
    public static void Write(SqliteSession session, IReadOnlyList<AppliedItem> applied, Func<ItemId, CoreId?> from, TimeProvider time)
    {
        if (applied.Count == 0)
            return;
        var writer = new ItemWriter(session, time);
        foreach (var item in applied)
        {
            if (item.Supersedes is { } mine)
                Displace(session, writer, mine, item.Item.Id, time);
            writer.Write(new CatalogueWrite(item.Item, item.ContentChanged, item.Kind, item.Document), from(item.Item.Id));
        }

        writer.Finish();
    }

    // Deleted as by a person: what it was is kept as a previous revision, its targets learn of it, its id leads to what took its place.
    private static void Displace(SqliteSession session, ItemWriter writer, ItemId mine, ItemId theirs, TimeProvider time)
    {
        if (Find(session, mine) is not { } item)
            return;
        writer.Write(new CatalogueWrite(ItemChanges.Tombstone(item, Next(item)), ContentChanged: true, ChangeKind.Delete));
        foreach (var referrer in Referrers(session, mine))
        {
            var references = referrer.References.Select(reference => reference == mine ? theirs : reference).Distinct().ToList();
            writer.Write(new CatalogueWrite(referrer with { References = references, Revision = Next(referrer) }, ContentChanged: false));
        }

        ConflictRows.Link(session, mine, theirs, time.GetUtcNow(), "policy", replace: false);

        // Only the origin makes revisions.
        Revision Next(Item changed) => writer.IsOwn(changed) ? changed.Revision.Next() : changed.Revision;
    }

    private static Item? Find(SqliteSession session, ItemId id)
    {
        var command = session.Prepare(ItemSql, "$id");
        command.Parameters[0].Value = StoreValues.Bytes(id.Value);
        using var reader = command.ExecuteReader();
        return reader.Read() ? ItemRow.Read(reader, 0) : null;
    }

    private static List<Item> Referrers(SqliteSession session, ItemId needed)
    {
        var ids = new List<ItemId>();
        var command = session.Prepare(ReferrersSql, "$needed");
        command.Parameters[0].Value = StoreValues.Bytes(needed.Value);
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                ids.Add(new ItemId(StoreValues.Guid(ItemRow.Blob(reader, 0))));
        }

        return [.. ids.Select(id => Find(session, id)).OfType<Item>()];
    }
}
