using CoreSync.Application.Accounts;
using Dapper;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Keeps sessions of the admin API and the console, without their secrets.</summary>
internal sealed class SqliteAdminSessionStore(SqliteDatabase database) : IAdminSessionStore
{
    private const string ByHash =
        """
        SELECT hash AS Hash, account AS Account, stamp AS Stamp, kind AS Kind, origin AS Origin, started_at AS StartedAt, seen_at AS SeenAt, ends_at AS EndsAt
        FROM admin_sessions WHERE hash = @hash
        """;

    /// <inheritdoc/>
    public Task AddAsync(StoredAdminSession session, int keep, CancellationToken cancellationToken) => database.WriteAsync(
        store =>
        {
            store.Connection.Execute("DELETE FROM admin_sessions WHERE ends_at <= @now", new { now = StoreValues.Ticks(session.StartedAt) });
            store.Connection.Execute(
                """
                DELETE FROM admin_sessions WHERE account = @account
                AND hash NOT IN (SELECT hash FROM admin_sessions WHERE account = @account ORDER BY started_at DESC, hash LIMIT @others)
                """,
                new { account = session.Account, others = keep - 1 });
            store.Connection.Execute(
                "INSERT INTO admin_sessions (hash, account, stamp, kind, origin, started_at, seen_at, ends_at) VALUES (@Hash, @Account, @Stamp, @Kind, @Origin, @StartedAt, @SeenAt, @EndsAt)",
                Row.Of(session));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<StoredAdminSession?> FindAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken) => database.ReadAsync(
        store => store.Connection.QuerySingleOrDefault<Row>(ByHash, new { hash = hash.ToArray() })?.ToSession(), cancellationToken);

    /// <inheritdoc/>
    public Task TouchAsync(ReadOnlyMemory<byte> hash, DateTimeOffset at, CancellationToken cancellationToken) => database.WriteAsync(
        store => { store.Connection.Execute("UPDATE admin_sessions SET seen_at = @at WHERE hash = @hash", new { hash = hash.ToArray(), at = StoreValues.Ticks(at) }); },
        cancellationToken);

    /// <inheritdoc/>
    public Task<StoredAdminSession?> RemoveAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken) => database.WriteAsync(
        store =>
        {
            var found = store.Connection.QuerySingleOrDefault<Row>(ByHash, new { hash = hash.ToArray() })?.ToSession();
            if (found is not null)
                store.Connection.Execute("DELETE FROM admin_sessions WHERE hash = @hash", new { hash = hash.ToArray() });
            return found;
        },
        cancellationToken);

    private sealed class Row
    {
        public byte[] Hash { get; init; } = [];

        public string Account { get; init; } = "";

        public string Stamp { get; init; } = "";

        public string Kind { get; init; } = "";

        public string Origin { get; init; } = "";

        public long StartedAt { get; init; }

        public long SeenAt { get; init; }

        public long EndsAt { get; init; }

        public static Row Of(StoredAdminSession session) => new()
        {
            Hash = session.Hash.ToArray(),
            Account = session.Account,
            Stamp = session.Stamp,
            Kind = session.Kind.ToString(),
            Origin = session.Origin,
            StartedAt = StoreValues.Ticks(session.StartedAt),
            SeenAt = StoreValues.Ticks(session.SeenAt),
            EndsAt = StoreValues.Ticks(session.EndsAt),
        };

        public StoredAdminSession ToSession() => new(
            Hash, Account, Stamp, StoreValues.Enumeration<AdminSessionKind>(Kind), Origin, StoreValues.Moment(StartedAt), StoreValues.Moment(SeenAt), StoreValues.Moment(EndsAt));
    }
}
