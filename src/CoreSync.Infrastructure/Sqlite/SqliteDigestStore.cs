using System.Buffers.Binary;
using CoreSync.Application.Verification;
using CoreSync.Items;
using CoreSync.Servers;
using CoreSync.Verification;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Reads the digests and the items that they stand for; both lie in the order of ids.</summary>
internal sealed class SqliteDigestStore(SqliteDatabase database) : IDigestStore
{
    private const string CountedSql = "SELECT id, revision, hash, payloads, component, origin FROM items WHERE auto_sync = 1 AND deleted = 0";

    private const string TotalsSql = "SELECT component, origin, items, sum FROM digests WHERE component = $component OR $component = '' ORDER BY component, origin";

    private const string BucketsSql =
        """
        SELECT bucket, items, sum FROM digests
        WHERE component = $component AND origin = $origin AND bucket BETWEEN $first AND $last ORDER BY bucket
        """;

    private const string EntriesSql =
        """
        SELECT id, revision, hash, payloads FROM items
        WHERE id > $after AND id <= $last AND component = $component AND origin = $origin AND auto_sync = 1 AND deleted = 0 ORDER BY id LIMIT $limit
        """;

    private const int ScanPage = 5000;

    /// <inheritdoc/>
    public async Task<bool> EnsureAsync(CancellationToken cancellationToken)
    {
        if (await database.ReadAsync(IsComplete, cancellationToken).ConfigureAwait(false))
            return false;
        return await database.WriteAsync(
            session =>
            {
                if (IsComplete(session))
                    return false;
                session.Execute("DELETE FROM digests");
                var rows = new DigestRows(session);
                foreach (var place in Counted(session))
                    rows.Change(null, place);
                rows.Finish();
                session.Execute("UPDATE digest_state SET complete = 1");
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OriginDigest>> TotalsAsync(ComponentName? component, CancellationToken cancellationToken)
    {
        await EnsureAsync(cancellationToken).ConfigureAwait(false);
        return await database.ReadAsync(
            session =>
            {
                var statement = session.Prepare(TotalsSql, "$component");
                statement.Parameters[0].Value = component?.Value ?? "";
                using var reader = statement.ExecuteReader();
                var totals = new SortedDictionary<(string Component, Guid Origin), Digest>();
                while (reader.Read())
                {
                    var key = (reader.GetString(0), StoreValues.Guid(ItemRow.Blob(reader, 1)));
                    totals[key] = totals.GetValueOrDefault(key).Plus(reader.GetInt64(2), Number(ItemRow.Blob(reader, 3)));
                }

                return Told(totals);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RangeDigest>> RangesAsync(ComponentName component, CoreId origin, IdPrefix within, int digits, CancellationToken cancellationToken)
    {
        await EnsureAsync(cancellationToken).ConfigureAwait(false);
        var ranges = new SortedDictionary<IdPrefix, Digest>();
        if (digits <= DigestRows.BucketDigits)
        {
            foreach (var (bucket, digest) in await BucketsAsync(component, origin, within, cancellationToken).ConfigureAwait(false))
                Add(ranges, IdPrefix.Of(new ItemId(Guid.ParseExact($"{bucket:x3}".PadRight(IdPrefix.MaxDigits, '0'), "N")), digits), digest);
        }
        else
        {
            ItemId? after = null;
            IReadOnlyList<DigestEntry> page;
            do
            {
                page = await EntriesAsync(component, origin, within, after, ScanPage, cancellationToken).ConfigureAwait(false);
                foreach (var entry in page)
                    Add(ranges, IdPrefix.Of(entry.Id, digits), new Digest(1, entry.Sum));
                after = page.Count == 0 ? null : page[^1].Id;
            }
            while (page.Count == ScanPage);
        }

        return [.. ranges.Select(range => new RangeDigest(range.Key, range.Value))];
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DigestEntry>> EntriesAsync(
        ComponentName component, CoreId origin, IdPrefix within, ItemId? after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<DigestEntry>>(
            session =>
            {
                var command = session.Prepare(EntriesSql, "$after", "$last", "$component", "$origin", "$limit");
                command.Parameters[0].Value = after is { } last ? StoreValues.Bytes(last.Value) : Before(within.First);
                command.Parameters[1].Value = StoreValues.Bytes(within.Last.Value);
                command.Parameters[2].Value = component.Value;
                command.Parameters[3].Value = StoreValues.Bytes(origin.Value);
                command.Parameters[4].Value = (long)limit;
                using var reader = command.ExecuteReader();
                var entries = new List<DigestEntry>();
                while (reader.Read())
                {
                    var id = StoreValues.Guid(ItemRow.Blob(reader, 0));
                    var payloads = reader.IsDBNull(3) ? [] : PayloadJson.Value(reader.GetString(3));
                    entries.Add(new DigestEntry(
                        new ItemId(id), new Revision(reader.GetInt64(1)), DigestRows.Sum(id, reader.GetInt64(1), ItemRow.Blob(reader, 2), payloads)));
                }

                return entries;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<OriginDigest>> RecountAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var totals = new SortedDictionary<(string Component, Guid Origin), Digest>();
            foreach (var place in Counted(session))
                totals[(place.Component, place.Origin)] = totals.GetValueOrDefault((place.Component, place.Origin)).Plus(1, place.Sum);
            return Told(totals);
        },
        cancellationToken);

    private static bool IsComplete(SqliteSession session) => session.Number("SELECT complete FROM digest_state") != 0;

    private static IEnumerable<DigestPlace> Counted(SqliteSession session)
    {
        using var reader = session.Prepare(CountedSql).ExecuteReader();
        while (reader.Read())
        {
            var id = StoreValues.Guid(ItemRow.Blob(reader, 0));
            var payloads = reader.IsDBNull(3) ? [] : PayloadJson.Value(reader.GetString(3));
            yield return new DigestPlace(
                reader.GetString(4), StoreValues.Guid(ItemRow.Blob(reader, 5)), DigestRows.Bucket(id),
                DigestRows.Sum(id, reader.GetInt64(1), ItemRow.Blob(reader, 2), payloads));
        }
    }

    private Task<List<(int Bucket, Digest Digest)>> BucketsAsync(ComponentName component, CoreId origin, IdPrefix within, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session =>
            {
                var command = session.Prepare(BucketsSql, "$component", "$origin", "$first", "$last");
                command.Parameters[0].Value = component.Value;
                command.Parameters[1].Value = StoreValues.Bytes(origin.Value);
                command.Parameters[2].Value = (long)DigestRows.Bucket(within.First.Value);
                command.Parameters[3].Value = (long)DigestRows.Bucket(within.Last.Value);
                using var reader = command.ExecuteReader();
                var buckets = new List<(int, Digest)>();
                while (reader.Read())
                    buckets.Add(((int)reader.GetInt64(0), new Digest(reader.GetInt64(1), Number(ItemRow.Blob(reader, 2)))));
                return buckets;
            },
            cancellationToken);

    private static void Add(SortedDictionary<IdPrefix, Digest> ranges, IdPrefix range, Digest digest) =>
        ranges[range] = ranges.GetValueOrDefault(range).Plus(digest.Items, digest.Sum);

    private static UInt128 Number(byte[] bytes) =>
        bytes.Length == 16 ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : throw StoreValues.Corrupt("a digest does not have 16 bytes");

    // The empty blob comes before every id.
    internal static byte[] Before(ItemId first) => first.Value == Guid.Empty ? [] : Bytes(first, -1);

    private static byte[] Bytes(ItemId id, int step)
    {
        var bytes = StoreValues.Bytes(id.Value);
        var number = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        BinaryPrimitives.WriteUInt128BigEndian(bytes, unchecked(number + (UInt128)(Int128)step));
        return bytes;
    }

    private static IReadOnlyList<OriginDigest> Told(SortedDictionary<(string Component, Guid Origin), Digest> totals) =>
        [.. totals.Where(total => total.Value != Digest.None).Select(total => new OriginDigest(StoreValues.Component(total.Key.Component), new CoreId(total.Key.Origin), total.Value))];
}
