using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using Dapper;
using FluentResults;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Keeps trust records and the append-only history.</summary>
internal sealed class SqliteTrustStore(SqliteDatabase database, TrustChain chain) : ITrustStore
{
    private const string Select =
        """
        SELECT trust.target AS Target, targets.fqdn AS Fqdn, trust.state AS State, trust.since_at AS SinceAt, trust.version AS Version,
               trust.authorised AS Authorised, trust.authorised_der AS AuthorisedDer, trust.previous AS Previous, trust.previous_der AS PreviousDer,
               trust.pending AS Pending, trust.pending_der AS PendingDer, trust.announced AS Announced, trust.announced_der AS AnnouncedDer,
               trust.announced_at AS AnnouncedAt, trust.mode AS Mode
        FROM trust JOIN targets ON targets.id = trust.target
        """;

    private const string ById = Select + " WHERE trust.target = @target";

    private const string Several = Select + " WHERE trust.target IN (SELECT unhex(value) FROM json_each(@asked))";

    private const string All = Select + " ORDER BY targets.fqdn";

    /// <inheritdoc/>
    public Task<TrustRecord?> FindAsync(TargetId target, CancellationToken cancellationToken) => database.ReadAsync(session => Find(session, target), cancellationToken);

    /// <summary>The record of a target, inside the caller's transaction.</summary>
    public static TrustRecord? Find(SqliteSession session, TargetId target) =>
        session.Connection.QuerySingleOrDefault<Row>(ById, new { target = StoreValues.Bytes(target.Value) })?.ToRecord();

    /// <summary>The records of several targets, a list of <see cref="StoreValues.List"/>, inside the caller's transaction.</summary>
    public static IEnumerable<TrustRecord> Find(SqliteSession session, string asked) => session.Connection.Query<Row>(Several, new { asked }).Select(row => row.ToRecord());

    /// <inheritdoc/>
    public Task<IReadOnlyList<TrustRecord>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<TrustRecord>>(
        session => [.. session.Connection.Query<Row>(All).Select(row => row.ToRecord())], cancellationToken);

    /// <inheritdoc/>
    public Task<Result> SaveAsync(TrustRecord record, TrustHistoryDraft entry, CancellationToken cancellationToken) => chain.SaveAsync(
        session =>
        {
            var saved = session.Connection.Execute(
                """
                UPDATE trust SET state = @State, since_at = @SinceAt, version = version + 1, authorised = @Authorised, authorised_der = @AuthorisedDer,
                       previous = @Previous, previous_der = @PreviousDer, pending = @Pending, pending_der = @PendingDer,
                       announced = @Announced, announced_der = @AnnouncedDer, announced_at = @AnnouncedAt, mode = @Mode
                WHERE target = @Target AND version = @Version
                """,
                Row.Of(record));
            if (saved > 0)
                return Result.Ok();
            var exists = session.Connection.ExecuteScalar<long>("SELECT count(*) FROM trust WHERE target = @target", new { target = StoreValues.Bytes(record.Target.Value) });
            return exists == 0 ? Result.Fail(new TargetNotFoundError(record.Fqdn.Ascii)) : Result.Fail(new TrustConcurrencyError(record.Fqdn.Ascii));
        },
        entry, cancellationToken);

    /// <inheritdoc/>
    public Task AppendAsync(TrustHistoryDraft entry, CancellationToken cancellationToken) =>
        chain.SaveAsync(_ => Result.Ok(), entry, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TrustHistoryEntry>> HistoryAsync(Fqdn? target, CancellationToken cancellationToken) =>
        database.ReadAsync(session => TrustHistoryRows.Read(session, target), cancellationToken);

    /// <inheritdoc/>
    public Task<TrustAnchor?> AnchorAsync(CancellationToken cancellationToken) => Task.FromResult(chain.Anchor());

    /// <summary>Adds the record of a new target inside the caller's transaction.</summary>
    public static void Insert(SqliteSession session, TrustRecord record) => session.Connection.Execute(
        """
        INSERT INTO trust (target, state, since_at, version, authorised, authorised_der, previous, previous_der, pending, pending_der)
        VALUES (@Target, @State, @SinceAt, @Version, @Authorised, @AuthorisedDer, @Previous, @PreviousDer, @Pending, @PendingDer)
        """,
        Row.Of(record));

    private sealed class Row
    {
        public byte[] Target { get; init; } = [];

        public string Fqdn { get; init; } = "";

        public string State { get; init; } = "";

        public long? SinceAt { get; init; }

        public long Version { get; init; }

        public string? Authorised { get; init; }

        public byte[]? AuthorisedDer { get; init; }

        public string? Previous { get; init; }

        public byte[]? PreviousDer { get; init; }

        public string? Pending { get; init; }

        public byte[]? PendingDer { get; init; }

        public string? Announced { get; init; }

        public byte[]? AnnouncedDer { get; init; }

        public long? AnnouncedAt { get; init; }

        public string Mode { get; init; } = nameof(TrustMode.Explicit);

        public static Row Of(TrustRecord record) => new()
        {
            Target = StoreValues.Bytes(record.Target.Value),
            Fqdn = record.Fqdn.Ascii,
            State = record.State.ToString(),
            SinceAt = StoreValues.Ticks(record.Since),
            Version = record.Version,
            Authorised = AuthorisationJson.Text(record.Authorised),
            AuthorisedDer = record.Authorised?.Certificate.Der.ToArray(),
            Previous = AuthorisationJson.Text(record.Previous),
            PreviousDer = record.Previous?.Certificate.Der.ToArray(),
            Pending = ReviewJson.Text(record.Pending),
            PendingDer = record.Pending?.Certificate.Der.ToArray(),
            Announced = AnnouncedJson.Text(record.Announced),
            AnnouncedDer = record.Announced?.Certificate.Der.ToArray(),
            AnnouncedAt = StoreValues.Ticks(record.AnnouncedAt),
            Mode = record.Mode.ToString(),
        };

        public TrustRecord ToRecord()
        {
            var state = StoreValues.Enumeration<TrustState>(State);
            var authorised = AuthorisationJson.Value(Authorised, AuthorisedDer);
            if (state == TrustState.Trusted && authorised is null)
                throw StoreValues.Corrupt($"the trust in {Fqdn} has no certificate");
            return TrustRecord.Restore(
                new TargetId(StoreValues.Guid(Target)), StoreValues.Fqdn(Fqdn), state, StoreValues.Moment(SinceAt), authorised,
                AuthorisationJson.Value(Previous, PreviousDer), ReviewJson.Value(Pending, PendingDer), Version,
                AnnouncedJson.Value(Announced, AnnouncedDer), StoreValues.Moment(AnnouncedAt),
                StoreValues.Enumeration<TrustMode>(Mode));
        }
    }
}
