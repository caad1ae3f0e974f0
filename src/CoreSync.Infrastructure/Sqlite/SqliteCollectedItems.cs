using CoreSync.Application.Rollup;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>The items as rollup cores collect them: all of them, each once, at the position of its last write.</summary>
/// <remarks>
/// That position is the sequence, unless the item's place in the feed for targets stayed behind (<see cref="ItemWriter"/>). So three ranges of three indexes make the feed, and
/// writing an item that travels costs nothing for it.
/// </remarks>
internal sealed class SqliteCollectedItems(SqliteDatabase database) : ICollectedItems
{
    private const string Told = "origin <> $reader AND came_from IS NOT $reader";

    // Content that changed while the place stayed is not dated: it counts as changed with the item.
    private const string Dates = "CASE WHEN travels = 1 AND change_kind <> 1 THEN coalesce(written, sequence) ELSE content_sequence END";

    private const string Body = "CASE WHEN kind = 1 AND deleted = 0 AND size <= $inline THEN body END";

    private const string ChangesSql =
        $"""
        SELECT place, dated, deleted, {ItemRow.Columns}, inline FROM (
            SELECT * FROM (SELECT sequence AS place, {Dates} AS dated, {ItemRow.Columns}, {Body} AS inline FROM items
                WHERE travels = 1 AND component = $component AND sequence > $after AND written IS NULL AND {Told} ORDER BY sequence LIMIT $limit)
            UNION ALL
            SELECT * FROM (SELECT sequence AS place, {Dates} AS dated, {ItemRow.Columns}, {Body} AS inline FROM items
                WHERE travels = 0 AND component = $component AND sequence > $after AND written IS NULL AND {Told} ORDER BY sequence LIMIT $limit)
            UNION ALL
            SELECT * FROM (SELECT written AS place, {Dates} AS dated, {ItemRow.Columns}, {Body} AS inline FROM items
                WHERE written IS NOT NULL AND component = $component AND written > $after AND {Told} ORDER BY written LIMIT $limit)
        ) ORDER BY place LIMIT $limit
        """;

    private const string ChangeOfSql =
        $"SELECT coalesce(written, sequence), {Dates}, deleted, {ItemRow.Columns}, {Body} FROM items WHERE id = $id AND {Told}";

    private const string BacklogSql =
        $"""
        SELECT count(*), coalesce(sum(CASE WHEN deleted = 0 AND {Dates} > $after THEN size +
                   CASE WHEN payloads IS NULL THEN 0 ELSE (SELECT coalesce(sum(value ->> 'size'), 0) FROM json_each(payloads)) END END), 0), coalesce(sum(deleted), 0)
        FROM items WHERE (travels = 1 AND component = $component AND sequence > $after AND written IS NULL AND {Told})
            OR (travels = 0 AND component = $component AND sequence > $after AND written IS NULL AND {Told})
            OR (written IS NOT NULL AND component = $component AND written > $after AND {Told})
        """;

    private const string LiveSql = $"SELECT count(*) FROM items WHERE deleted = 0 AND component = $component AND {Told}";

    private const string TotalsSql = $"SELECT id, revision, hash, payloads, origin FROM items WHERE deleted = 0 AND component = $component AND {Told}";

    private const string EntriesSql =
        $"""
        SELECT id, revision, hash, payloads FROM items
        WHERE id > $after AND id <= $last AND component = $component AND origin = $origin AND deleted = 0 AND {Told} ORDER BY id LIMIT $limit
        """;

    private const int ScanPage = 5000;

    /// <inheritdoc/>
    public Task<IReadOnlyList<ItemChange>> ChangesAsync(ComponentName component, Sequence after, CoreId reader, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ItemChange>>(
            session =>
            {
                var command = session.Prepare(ChangesSql, "$component", "$after", "$reader", "$limit", "$inline");
                command.Parameters[0].Value = component.Value;
                command.Parameters[1].Value = after.Value;
                command.Parameters[2].Value = StoreValues.Bytes(reader.Value);
                command.Parameters[3].Value = (long)limit;
                command.Parameters[4].Value = (long)ItemLimits.MaxInlineBytes;
                using var rows = command.ExecuteReader();
                var changes = new List<ItemChange>();
                var budget = (long)ItemLimits.MaxBatchContentBytes;
                while (rows.Read())
                    changes.Add(FeedQueries.ReadCollected(rows, ref budget));
                return changes;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ItemChange>> ChangesOfAsync(IReadOnlyCollection<ItemId> items, CoreId reader, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ItemChange>>(
            session =>
            {
                var command = session.Prepare(ChangeOfSql, "$id", "$reader", "$inline");
                command.Parameters[1].Value = StoreValues.Bytes(reader.Value);
                command.Parameters[2].Value = (long)ItemLimits.MaxInlineBytes;
                var changes = new List<ItemChange>(items.Count);
                var budget = (long)ItemLimits.MaxBatchContentBytes;
                foreach (var id in items)
                {
                    command.Parameters[0].Value = StoreValues.Bytes(id.Value);
                    using var rows = command.ExecuteReader();
                    if (rows.Read())
                        changes.Add(FeedQueries.ReadCollected(rows, ref budget));
                }

                return changes;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<CollectedBacklog> BacklogAsync(ComponentName component, Sequence after, CoreId reader, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var waiting = session.Prepare(BacklogSql, "$component", "$after", "$reader");
            waiting.Parameters[0].Value = component.Value;
            waiting.Parameters[1].Value = after.Value;
            waiting.Parameters[2].Value = StoreValues.Bytes(reader.Value);
            using var rows = waiting.ExecuteReader();
            rows.Read();
            var (changes, bytes, deletes) = (rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2));
            return new CollectedBacklog(changes, bytes, deletes, deletes == 0 ? 0 : Live(session, component, reader));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<Sequence> HorizonAsync(ComponentName component, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var command = session.Prepare("SELECT written FROM feed_horizons WHERE component = $component", "$component");
            command.Parameters[0].Value = component.Value;
            return new Sequence((long)(command.ExecuteScalar() ?? 0L));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<OriginDigest>> TotalsAsync(ComponentName component, CoreId reader, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<OriginDigest>>(
            session =>
            {
                var command = session.Prepare(TotalsSql, "$component", "$reader");
                command.Parameters[0].Value = component.Value;
                command.Parameters[1].Value = StoreValues.Bytes(reader.Value);
                using var rows = command.ExecuteReader();
                var totals = new SortedDictionary<Guid, Digest>();
                while (rows.Read())
                {
                    var origin = StoreValues.Guid(ItemRow.Blob(rows, 4));
                    totals[origin] = totals.GetValueOrDefault(origin).Plus(1, Entry(rows).Sum);
                }

                return [.. totals.Select(total => new OriginDigest(component, new CoreId(total.Key), total.Value))];
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RangeDigest>> RangesAsync(
        ComponentName component, CoreId origin, CoreId reader, IdPrefix within, int digits, CancellationToken cancellationToken)
    {
        var ranges = new SortedDictionary<IdPrefix, Digest>();
        ItemId? after = null;
        IReadOnlyList<DigestEntry> page;
        do
        {
            page = await EntriesAsync(component, origin, reader, within, after, ScanPage, cancellationToken).ConfigureAwait(false);
            foreach (var entry in page)
            {
                var range = IdPrefix.Of(entry.Id, digits);
                ranges[range] = ranges.GetValueOrDefault(range).Plus(1, entry.Sum);
            }

            after = page.Count == 0 ? null : page[^1].Id;
        }
        while (page.Count == ScanPage);
        return [.. ranges.Select(range => new RangeDigest(range.Key, range.Value))];
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DigestEntry>> EntriesAsync(
        ComponentName component, CoreId origin, CoreId reader, IdPrefix within, ItemId? after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<DigestEntry>>(
            session =>
            {
                var command = session.Prepare(EntriesSql, "$after", "$last", "$component", "$origin", "$reader", "$limit");
                command.Parameters[0].Value = after is { } last ? StoreValues.Bytes(last.Value) : SqliteDigestStore.Before(within.First);
                command.Parameters[1].Value = StoreValues.Bytes(within.Last.Value);
                command.Parameters[2].Value = component.Value;
                command.Parameters[3].Value = StoreValues.Bytes(origin.Value);
                command.Parameters[4].Value = StoreValues.Bytes(reader.Value);
                command.Parameters[5].Value = (long)limit;
                using var rows = command.ExecuteReader();
                var entries = new List<DigestEntry>();
                while (rows.Read())
                    entries.Add(Entry(rows));
                return entries;
            },
            cancellationToken);

    private static long Live(SqliteSession session, ComponentName component, CoreId reader)
    {
        var command = session.Prepare(LiveSql, "$component", "$reader");
        command.Parameters[0].Value = component.Value;
        command.Parameters[1].Value = StoreValues.Bytes(reader.Value);
        return (long)(command.ExecuteScalar() ?? 0L);
    }

    private static DigestEntry Entry(SqliteDataReader rows)
    {
        var id = StoreValues.Guid(ItemRow.Blob(rows, 0));
        var payloads = rows.IsDBNull(3) ? [] : PayloadJson.Value(rows.GetString(3));
        return new DigestEntry(new ItemId(id), new Revision(rows.GetInt64(1)), DigestRows.Sum(id, rows.GetInt64(1), ItemRow.Blob(rows, 2), payloads));
    }
}
