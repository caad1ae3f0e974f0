using System.Runtime.CompilerServices;
using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>The catalogue in SQLite: looking up, listing and writing. The feed is in <see cref="FeedQueries"/>.</summary>
internal sealed class SqliteCatalogue(SqliteDatabase database, TimeProvider time) : ICatalogue
{
    private const int FilesPage = 1000;

    private const string FindSql = $"SELECT {ItemRow.Columns} FROM items WHERE id = $id";

    private const string ByNameSql =
        $"""
        SELECT {ItemRow.Columns} FROM items
        WHERE deleted = 0 AND component = $component AND name = $name AND kind = 1 AND group_path = $group ORDER BY own DESC, row LIMIT 1
        """;

    private const string ReferrersSql =
        $"SELECT {ItemRow.Columns} FROM items WHERE deleted = 0 AND id IN (SELECT item FROM item_references WHERE needed = $needed)";

    private const string ListAllSql =
        $"""
        SELECT {ItemRow.Columns} FROM items
        WHERE deleted = 0 AND (component, name, id) > ($component, $name, $id) ORDER BY component, name, id LIMIT $limit
        """;

    private const string ListSql =
        $"""
        SELECT {ItemRow.Columns} FROM items
        WHERE deleted = 0 AND component = $component AND (name, id) > ($name, $id) ORDER BY name, id LIMIT $limit
        """;

    private const string FilesSql =
        $"""
        SELECT {ItemRow.Columns}, stamp_size, stamp_modified, stamp_scanned FROM items
        WHERE deleted = 0 AND component = $component AND (name, id) > ($name, $id) AND kind <> 1 AND own >= $own ORDER BY name, id LIMIT $limit
        """;

    private const string ContentSql =
        $"""
        SELECT {ItemRow.Columns}, stamp_size, stamp_modified, stamp_scanned FROM items
        WHERE content_key = $key AND component = $component AND hash = $hash LIMIT $limit
        """;

    private const string CollidingSql =
        $"SELECT {ItemRow.Columns} FROM items WHERE name_key = $key AND component = $component";

    /// <inheritdoc/>
    public Task<Item?> FindAsync(ItemId id, CancellationToken cancellationToken) => database.ReadAsync(session => Find(session, id), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<ItemId, Item>> FindAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<ItemId, Item>>(
            session =>
            {
                var found = new Dictionary<ItemId, Item>(ids.Count);
                foreach (var id in ids)
                {
                    if (Find(session, id) is { } item)
                        found[id] = item;
                }

                return found;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<Item?> FindByNameAsync(ComponentName component, string group, string name, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session =>
            {
                var command = session.Prepare(ByNameSql, "$component", "$name", "$group");
                command.Parameters[0].Value = component.Value;
                command.Parameters[1].Value = name;
                command.Parameters[2].Value = group;
                return ReadItems(command).FirstOrDefault();
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Item>> ReferrersAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Item>>(
            session =>
            {
                var command = session.Prepare(ReferrersSql, "$needed");
                var found = new Dictionary<ItemId, Item>();
                foreach (var id in ids)
                {
                    command.Parameters[0].Value = StoreValues.Bytes(id.Value);
                    foreach (var item in ReadItems(command))
                        found[item.Id] = item;
                }

                return [.. found.Values];
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Item>> ListAsync(
        ComponentName? component, (ComponentName Component, string Name, ItemId Id)? after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Item>>(
            session =>
            {
                var command = session.Prepare(component is null ? ListAllSql : ListSql, "$component", "$name", "$id", "$limit");
                command.Parameters[0].Value = component?.Value ?? after?.Component.Value ?? "";
                BindAfter(command, after is { } position ? (position.Name, position.Id) : null);
                command.Parameters[3].Value = (long)limit;
                return ReadItems(command);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<ComponentName, long>> CountAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<ComponentName, long>>(
            session =>
            {
                using var reader = session.Prepare("SELECT component, count(*) FROM items WHERE deleted = 0 GROUP BY component").ExecuteReader();
                var counts = new Dictionary<ComponentName, long>();
                while (reader.Read())
                    counts.Add(StoreValues.Component(reader.GetString(0)), reader.GetInt64(1));
                return counts;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ScannedFile> FilesAsync(ComponentName component, bool own, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Pages by key: no read transaction is held while the caller works, so the WAL can be checkpointed meanwhile.
        (string Name, ItemId Id)? after = null;
        while (true)
        {
            var page = await database.ReadAsync(session => Files(session, component, own, after), cancellationToken).ConfigureAwait(false);
            foreach (var file in page)
                yield return file;
            if (page.Count < FilesPage)
                yield break;
            after = (page[^1].Item.Name, page[^1].Item.Id);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ScannedFile>> FilesWithContentAsync(ComponentName component, ContentHash hash, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ScannedFile>>(
            session =>
            {
                var command = session.Prepare(ContentSql, "$component", "$hash", "$limit", "$key");
                command.Parameters[0].Value = component.Value;
                command.Parameters[1].Value = hash.ToArray();
                command.Parameters[2].Value = (long)limit;
                command.Parameters[3].Value = ItemRow.ContentKey(hash);
                return ReadFiles(command);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Item>> CollidingAsync(ComponentName component, RelativePath path, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Item>>(
            session =>
            {
                var key = path.CollisionKey;
                var command = session.Prepare(CollidingSql, "$component", "$key");
                command.Parameters[0].Value = component.Value;
                command.Parameters[1].Value = ItemRow.NameKey(key);
                return [.. ReadItems(command).Where(item => RelativePath.KeyOf(item.Name) == key)];
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> ReadDocumentAsync(ItemId id, CancellationToken cancellationToken) => database.ReadAsync<ReadOnlyMemory<byte>?>(
        session =>
        {
            var command = session.Prepare("SELECT body FROM items WHERE id = $id AND kind = 1 AND deleted = 0", "$id");
            command.Parameters[0].Value = StoreValues.Bytes(id.Value);
            using var reader = command.ExecuteReader();
            return reader.Read() ? ItemRow.Content(reader, 0) : null;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<Sequence> WriteAsync(IReadOnlyList<CatalogueWrite> writes, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var writer = new ItemWriter(session, time);
            foreach (var write in writes)
                writer.Write(write);
            return writer.Finish();
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task TouchAsync(IReadOnlyList<(ItemId Id, FileStamp Stamp)> stamps, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var statement = session.Statement("UPDATE items SET stamp_size = $size, stamp_modified = $modified, stamp_scanned = $scanned WHERE id = $id");
            foreach (var (id, stamp) in stamps)
            {
                statement.Bind(1, stamp.Size);
                statement.Bind(2, stamp.ModifiedTicks);
                statement.Bind(3, stamp.ScannedTicks);
                statement.Bind(4, id.Value);
                statement.Run();
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<Sequence> HeadAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => new Sequence(session.Number("SELECT sequence FROM core")), cancellationToken);

    /// <inheritdoc/>
    public Task SkipToAsync(Sequence reached, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var command = session.Prepare("UPDATE core SET sequence = max(sequence, $reached)", "$reached");
            command.Parameters[0].Value = reached.Value;
            command.ExecuteNonQuery();
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ItemChange>> ChangesAsync(
        ComponentName component, Sequence after, CoreId? notFrom, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FeedQueries.Changes(session, component, after, notFrom, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ItemChange>> ChangesOfAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FeedQueries.ChangesOf(session, items), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<FeedEntry>> EntriesAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FeedQueries.Entries(session, items), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ItemChange>> CopiesOfAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FeedQueries.CopiesOf(session, items), cancellationToken);

    /// <inheritdoc/>
    public Task<(long Changes, long Bytes)> BacklogAsync(ComponentName component, Sequence after, CoreId? notFrom, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FeedQueries.Backlog(session, component, after, notFrom), cancellationToken);

    /// <inheritdoc/>
    public Task<(long Deletes, long Live)> DeletesAsync(ComponentName component, Sequence after, CoreId? notFrom, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FeedQueries.Deletes(session, component, after, notFrom), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ScanProblem>> ScanProblemsAsync(ComponentName component, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ScanProblem>>(
            session =>
            {
                var command = session.Prepare("SELECT path, code, message FROM scan_problems WHERE component = $component ORDER BY path", "$component");
                command.Parameters[0].Value = component.Value;
                using var reader = command.ExecuteReader();
                var problems = new List<ScanProblem>();
                while (reader.Read())
                    problems.Add(new ScanProblem(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
                return problems;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task SetScanProblemsAsync(ComponentName component, IReadOnlyList<ScanProblem> problems, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var delete = session.Prepare("DELETE FROM scan_problems WHERE component = $component", "$component");
            delete.Parameters[0].Value = component.Value;
            delete.ExecuteNonQuery();
            var insert = session.Prepare(
                "INSERT INTO scan_problems (component, path, code, message) VALUES ($component, $path, $code, $message)", "$component", "$path", "$code", "$message");
            foreach (var problem in problems)
            {
                insert.Parameters[0].Value = component.Value;
                insert.Parameters[1].Value = problem.Path;
                insert.Parameters[2].Value = problem.Code;
                insert.Parameters[3].Value = problem.Message;
                insert.ExecuteNonQuery();
            }
        },
        cancellationToken);

    /// <summary>An item inside the caller's transaction.</summary>
    internal static Item? Find(SqliteSession session, ItemId id)
    {
        var command = session.Prepare(FindSql, "$id");
        command.Parameters[0].Value = StoreValues.Bytes(id.Value);
        using var reader = command.ExecuteReader();
        return reader.Read() ? ItemRow.Read(reader, 0) : null;
    }

    private static List<ScannedFile> Files(SqliteSession session, ComponentName component, bool own, (string Name, ItemId Id)? after)
    {
        var command = session.Prepare(FilesSql, "$component", "$name", "$id", "$limit", "$own");
        command.Parameters[0].Value = component.Value;
        BindAfter(command, after);
        command.Parameters[3].Value = (long)FilesPage;
        command.Parameters[4].Value = own ? 1L : 0L;
        return ReadFiles(command);
    }

    private static void BindAfter(SqliteCommand command, (string Name, ItemId Id)? after)
    {
        command.Parameters[1].Value = after?.Name ?? "";
        command.Parameters[2].Value = after is { } position ? StoreValues.Bytes(position.Id.Value) : Array.Empty<byte>();
    }

    private static List<Item> ReadItems(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var items = new List<Item>();
        while (reader.Read())
            items.Add(ItemRow.Read(reader, 0));
        return items;
    }

    private static List<ScannedFile> ReadFiles(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var files = new List<ScannedFile>();
        while (reader.Read())
        {
            var stamp = reader.IsDBNull(ItemRow.Count)
                ? default
                : new FileStamp(reader.GetInt64(ItemRow.Count), reader.GetInt64(ItemRow.Count + 1), reader.GetInt64(ItemRow.Count + 2));
            files.Add(new ScannedFile(ItemRow.Read(reader, 0), stamp));
        }

        return files;
    }
}
