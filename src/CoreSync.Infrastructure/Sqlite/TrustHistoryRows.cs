using CoreSync.Application.Lists;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using Dapper;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>The rows of the trust history; triggers refuse to change or remove one.</summary>
internal static class TrustHistoryRows
{
    private const string Select =
        """
        SELECT number AS Number, at AS At, fqdn AS Fqdn, kind AS Kind, fingerprint AS Fingerprint, previous_fingerprint AS PreviousFingerprint,
               problems AS Problems, actor AS Actor, origin AS Origin, reason AS Reason, previous_hash AS PreviousHash, hash AS Hash
        FROM trust_history
        """;

    private const string All = Select + " ORDER BY number";

    private const string OfTarget = Select + " WHERE fqdn = @fqdn ORDER BY number";

    private const string OfNumber = Select + " WHERE number = @number";

    private const string Last = Select + " ORDER BY number DESC LIMIT 1";

    /// <summary>Chains an entry to the last one, inside the caller's transaction.</summary>
    public static TrustHistoryEntry Append(SqliteSession session, TrustHistoryDraft draft)
    {
        var last = session.Connection.QuerySingleOrDefault<Row>(Last)?.ToEntry();
        var entry = TrustHistory.Append(last, draft.At, draft.Target, draft.Event, draft.Actor.Name, draft.Actor.Origin, draft.Reason);
        session.Connection.Execute(
            """
            INSERT INTO trust_history (number, at, fqdn, kind, fingerprint, previous_fingerprint, problems, actor, origin, reason, previous_hash, hash)
            VALUES (@Number, @At, @Fqdn, @Kind, @Fingerprint, @PreviousFingerprint, @Problems, @Actor, @Origin, @Reason, @PreviousHash, @Hash)
            """,
            Row.Of(entry));
        return entry;
    }

    /// <summary>One entry; null when there is none with that number.</summary>
    public static TrustHistoryEntry? Find(SqliteSession session, long number) => session.Connection.QuerySingleOrDefault<Row>(OfNumber, new { number })?.ToEntry();

    public static IReadOnlyList<TrustHistoryEntry> Read(SqliteSession session, Fqdn? target)
    {
        var rows = target is null ? session.Connection.Query<Row>(All) : session.Connection.Query<Row>(OfTarget, new { fqdn = target.Ascii });
        return [.. rows.Select(row => row.ToEntry())];
    }

    /// <summary>A page, oldest or newest first.</summary>
    public static Page<TrustHistoryEntry> Read(SqliteSession session, TrustHistoryFilter filter, PageNumber page)
    {
        var where = filter.Target is null ? "" : " WHERE fqdn = @fqdn";
        var values = new { fqdn = filter.Target?.Ascii, size = page.Size, skip = page.Skip };
        var total = session.Connection.ExecuteScalar<long>("SELECT count(*) FROM trust_history" + where, values);
        var rows = session.Connection.Query<Row>($"{Select}{where} ORDER BY number {(filter.Newest ? "DESC" : "ASC")} LIMIT @size OFFSET @skip", values);
        return new Page<TrustHistoryEntry>([.. rows.Select(row => row.ToEntry())], total, page.Number, page.Size);
    }

    private sealed class Row
    {
        public long Number { get; init; }

        public long At { get; init; }

        public string Fqdn { get; init; } = "";

        public string Kind { get; init; } = "";

        public byte[]? Fingerprint { get; init; }

        public byte[]? PreviousFingerprint { get; init; }

        public string Problems { get; init; } = "";

        public string Actor { get; init; } = "";

        public string Origin { get; init; } = "";

        public string Reason { get; init; } = "";

        public byte[] PreviousHash { get; init; } = [];

        public byte[] Hash { get; init; } = [];

        public static Row Of(TrustHistoryEntry entry) => new()
        {
            Number = entry.Number,
            At = entry.At.ToUnixTimeMilliseconds(),
            Fqdn = entry.Target.Ascii,
            Kind = entry.Event.Kind.ToString(),
            Fingerprint = entry.Event.Fingerprint?.Bytes.ToArray(),
            PreviousFingerprint = entry.Event.PreviousFingerprint?.Bytes.ToArray(),
            Problems = string.Join(',', entry.Event.Problems),
            Actor = entry.By,
            Origin = entry.Origin,
            Reason = entry.Reason,
            PreviousHash = entry.PreviousHash.ToArray(),
            Hash = entry.Hash.ToArray(),
        };

        /// <exception cref="CoreSyncException">With <see cref="TrustHistoryBrokenError"/>: this program does not write such rows.</exception>
        public TrustHistoryEntry ToEntry()
        {
            try
            {
                var entry = Parse();
                // The hash covers what is told; a row that tells the same in another way was altered as well.
                var written = Of(entry);
                if (written.Fqdn == Fqdn && written.Kind == Kind && written.Problems == Problems)
                    return entry;
            }
            catch (Exception exception) when (exception is CoreSyncException or ArgumentOutOfRangeException)
            {
                throw new CoreSyncException(new TrustHistoryBrokenError(Number, "it cannot be read"), exception);
            }

            throw new CoreSyncException(new TrustHistoryBrokenError(Number, "its content was altered"));
        }

        private TrustHistoryEntry Parse()
        {
            var what = new TrustEvent(
                StoreValues.Enumeration<TrustEventKind>(Kind), Value(Fingerprint), Value(PreviousFingerprint),
                [.. Problems.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(StoreValues.Enumeration<CertificateProblem>)]);
            return new TrustHistoryEntry(
                Number, DateTimeOffset.FromUnixTimeMilliseconds(At), StoreValues.Fqdn(Fqdn), what, Actor, Origin, Reason, PreviousHash, Hash);
        }

        private static CertificateFingerprint? Value(byte[]? bytes) => bytes switch
        {
            null => null,
            { Length: CertificateFingerprint.ByteLength } => CertificateFingerprint.FromBytes(bytes),
            _ => throw StoreValues.Corrupt("a fingerprint does not have 32 bytes"),
        };
    }
}
