using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using Dapper;
using FluentResults;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Keeps the cores that present their certificate to this one.</summary>
internal sealed class SqliteClientStore(SqliteDatabase database, TrustChain chain) : IClientStore
{
    private const string Select =
        """
        SELECT core AS Core, fqdn AS Fqdn, account AS Account, state AS State, since_at AS SinceAt, version AS Version, authorised AS Authorised,
               authorised_der AS AuthorisedDer, previous AS Previous, previous_der AS PreviousDer, pending AS Pending, pending_der AS PendingDer
        FROM clients
        """;

    private const string ById = Select + " WHERE core = @core";

    private const string All = Select + " ORDER BY fqdn, core";

    /// <inheritdoc/>
    public Task<ClientEnrolment?> FindAsync(CoreId core, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Connection.QuerySingleOrDefault<Row>(ById, new { core = StoreValues.Bytes(core.Value) })?.ToClient(), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ClientEnrolment>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<ClientEnrolment>>(
        session => [.. session.Connection.Query<Row>(All).Select(row => row.ToClient())], cancellationToken);

    /// <inheritdoc/>
    public Task<Result> SaveAsync(ClientEnrolment client, TrustHistoryDraft entry, CancellationToken cancellationToken) => chain.SaveAsync(
        session =>
        {
            var saved = session.Connection.Execute(
                """
                INSERT INTO clients (core, fqdn, account, state, since_at, version, authorised, authorised_der, previous, previous_der, pending, pending_der)
                VALUES (@Core, @Fqdn, @Account, @State, @SinceAt, 1, @Authorised, @AuthorisedDer, @Previous, @PreviousDer, @Pending, @PendingDer)
                ON CONFLICT (core) DO UPDATE SET fqdn = @Fqdn, account = @Account, state = @State, since_at = @SinceAt, version = version + 1, authorised = @Authorised,
                    authorised_der = @AuthorisedDer, previous = @Previous, previous_der = @PreviousDer, pending = @Pending, pending_der = @PendingDer
                WHERE version = @Version
                """,
                Row.Of(client));
            return saved == 0 ? Result.Fail(new TrustConcurrencyError(client.Name.Ascii)) : Result.Ok();
        },
        entry, cancellationToken);

    private sealed class Row
    {
        public byte[] Core { get; init; } = [];

        public string Fqdn { get; init; } = "";

        public string Account { get; init; } = "";

        public string State { get; init; } = "";

        public long? SinceAt { get; init; }

        public long Version { get; init; }

        public string? Authorised { get; init; }

        public byte[]? AuthorisedDer { get; init; }

        public string? Previous { get; init; }

        public byte[]? PreviousDer { get; init; }

        public string? Pending { get; init; }

        public byte[]? PendingDer { get; init; }

        public static Row Of(ClientEnrolment client) => new()
        {
            Core = StoreValues.Bytes(client.Core.Value),
            Fqdn = client.Name.Ascii,
            Account = client.Account,
            State = client.Trust.State.ToString(),
            SinceAt = StoreValues.Ticks(client.Trust.Since),
            Version = client.Trust.Version,
            Authorised = AuthorisationJson.Text(client.Trust.Authorised),
            AuthorisedDer = client.Trust.Authorised?.Certificate.Der.ToArray(),
            Previous = AuthorisationJson.Text(client.Trust.Previous),
            PreviousDer = client.Trust.Previous?.Certificate.Der.ToArray(),
            Pending = ReviewJson.Text(client.Trust.Pending),
            PendingDer = client.Trust.Pending?.Certificate.Der.ToArray(),
        };

        public ClientEnrolment ToClient()
        {
            var state = StoreValues.Enumeration<TrustState>(State);
            var authorised = AuthorisationJson.Value(Authorised, AuthorisedDer);
            if (state == TrustState.Trusted && authorised is null)
                throw StoreValues.Corrupt($"the enrolment of {Fqdn} has no certificate");
            var core = StoreValues.Guid(Core);
            return new ClientEnrolment(new CoreId(core), Account, TrustRecord.Restore(
                new TargetId(core), StoreValues.Fqdn(Fqdn), state, StoreValues.Moment(SinceAt), authorised, AuthorisationJson.Value(Previous, PreviousDer),
                ReviewJson.Value(Pending, PendingDer), Version));
        }
    }
}
