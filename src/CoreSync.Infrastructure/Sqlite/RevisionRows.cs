using System.Globalization;
using CoreSync.Conflicts;
using CoreSync.Items;
using CoreSync.Settings;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>What documents were before their changes (A9); kept inside the transaction of the change.</summary>
internal sealed class RevisionRows
{
    // The version is told apart from others of its revision only when it was made here: the origin makes each revision once.
    private const string KeepSql =
        $"""
        INSERT INTO item_revisions (edit, kept_at, {ItemRow.Columns}, body)
        SELECT CASE WHEN edited = 0 THEN 0 ELSE 1 + (SELECT coalesce(max(edit), 0) FROM item_revisions WHERE id = items.id AND revision = items.revision) END,
               $at, {ItemRow.Columns}, body
        FROM items WHERE row = $row
        """;

    private const string PruneSql =
        """
        DELETE FROM item_revisions WHERE id = $id AND row NOT IN (SELECT row FROM item_revisions WHERE id = $same ORDER BY row DESC LIMIT $keep)
        """;

    private const string ListSql = $"SELECT edit, kept_at, {ItemRow.Columns} FROM item_revisions WHERE id = $id ORDER BY row DESC";

    private const string BodySql = "SELECT body FROM item_revisions WHERE id = $id AND revision = $revision AND edit = $edit";

    private readonly SqliteSession session;
    private readonly long now;
    private readonly long keep;

    /// <summary>Reads how many are kept.</summary>
    public RevisionRows(SqliteSession session, TimeProvider time)
    {
        this.session = session;
        now = time.GetUtcNow().UtcTicks;
        var command = session.Prepare("SELECT value FROM settings WHERE key = $key", "$key");
        command.Parameters[0].Value = Setting.KeepRevisions.Key;
        keep = long.Parse(command.ExecuteScalar() as string ?? Setting.KeepRevisions.Default, CultureInfo.InvariantCulture);
    }

    /// <summary>Keeps the document in a row of the catalogue as it is before a change, and forgets what is too old.</summary>
    public void Keep(long row, ItemId item)
    {
        if (keep == 0)
            return;
        var insert = session.Statement(KeepSql);
        insert.Bind(1, now);
        insert.Bind(2, row);
        insert.Run();
        var prune = session.Statement(PruneSql);
        prune.Bind(1, item.Value);
        prune.Bind(2, item.Value);
        prune.Bind(3, keep);
        prune.Run();
    }

    public static IReadOnlyList<ItemRevision> List(SqliteSession session, ItemId item)
    {
        var command = session.Prepare(ListSql, "$id");
        command.Parameters[0].Value = StoreValues.Bytes(item.Value);
        using var reader = command.ExecuteReader();
        var revisions = new List<ItemRevision>();
        while (reader.Read())
            revisions.Add(new ItemRevision(ItemRow.Read(reader, 2), (int)reader.GetInt64(0), StoreValues.Moment(reader.GetInt64(1))));
        return revisions;
    }

    public static ReadOnlyMemory<byte>? Document(SqliteSession session, ItemRevision revision)
    {
        var command = session.Prepare(BodySql, "$id", "$revision", "$edit");
        command.Parameters[0].Value = StoreValues.Bytes(revision.Item.Id.Value);
        command.Parameters[1].Value = revision.Item.Revision.Value;
        command.Parameters[2].Value = (long)revision.Edit;
        using var reader = command.ExecuteReader();
        return reader.Read() ? ItemRow.Content(reader, 0) : null;
    }
}

/// <summary>Gives out previous versions of documents.</summary>
internal sealed class SqliteItemRevisions(SqliteDatabase database) : Application.Items.IItemRevisions
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<ItemRevision>> ListAsync(ItemId item, CancellationToken cancellationToken) =>
        database.ReadAsync(session => RevisionRows.List(session, item), cancellationToken);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> ReadDocumentAsync(ItemRevision revision, CancellationToken cancellationToken) =>
        database.ReadAsync(session => RevisionRows.Document(session, revision), cancellationToken);
}
