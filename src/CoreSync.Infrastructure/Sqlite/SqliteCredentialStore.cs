using CoreSync.Application.Accounts;
using CoreSync.Errors;
using CoreSync.Servers;
using Dapper;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Keeps credentials; passwords only encrypted, bound to their scope and user name.</summary>
internal sealed class SqliteCredentialStore(SqliteDatabase database, ISecretProtector protector) : ICredentialStore
{
    /// <inheritdoc/>
    public async Task<Credential?> FindAsync(CredentialScope scope, CancellationToken cancellationToken)
    {
        var row = await database.ReadAsync(
            session => session.Connection.QuerySingleOrDefault<Row>(
                "SELECT kind AS Kind, target AS Target, user_name AS UserName, secret AS Secret FROM credentials WHERE scope = @scope", new { scope = Key(scope) }),
            cancellationToken).ConfigureAwait(false);
        return row is null ? null : new Credential(row.UserName, protector.Unprotect(Purpose(scope, row.UserName), row.Secret));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<(CredentialScope Scope, string User)>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<(CredentialScope, string)>>(
            session =>
            [
                .. session.Connection.Query<Row>("SELECT kind AS Kind, target AS Target, user_name AS UserName FROM credentials ORDER BY scope")
                    .Select(row => (row.ToScope(), row.UserName)),
            ],
            cancellationToken);

    /// <inheritdoc/>
    public Task SetAsync(CredentialScope scope, Credential credential, CancellationToken cancellationToken)
    {
        var row = new
        {
            Scope = Key(scope),
            Kind = scope.Kind.ToString(),
            Target = scope.Target is { } target ? StoreValues.Bytes(target.Value) : null,
            credential.User,
            Secret = protector.Protect(Purpose(scope, credential.User), credential.Password),
        };
        return database.WriteAsync(
            session =>
            {
                try
                {
                    session.Connection.Execute(
                        """
                        INSERT INTO credentials (scope, kind, target, user_name, secret) VALUES (@Scope, @Kind, @Target, @User, @Secret)
                        ON CONFLICT (scope) DO UPDATE SET user_name = excluded.user_name, secret = excluded.secret
                        """,
                        row);
                }
                catch (SqliteException exception) when (SqliteErrors.IsForeignKey(exception))
                {
                    throw new CoreSyncException(new TargetNotFoundError(scope.Target?.ToString() ?? ""), exception);
                }
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> ClearAsync(CredentialScope scope, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Connection.Execute("DELETE FROM credentials WHERE scope = @scope", new { scope = Key(scope) }) > 0, cancellationToken);

    private static string Key(CredentialScope scope) => scope.Kind switch
    {
        CredentialKind.Default => "default",
        CredentialKind.Scheduler => "scheduler",
        CredentialKind.Directory => "directory",
        CredentialKind.Target when scope.Target is { } target => "target:" + target,
        _ => throw new ArgumentException("The credential of a target names its target", nameof(scope)),
    };

    private static string Purpose(CredentialScope scope, string user) => $"credential/{Key(scope)}/{user}";

    private sealed class Row
    {
        public string Kind { get; init; } = "";

        public byte[]? Target { get; init; }

        public string UserName { get; init; } = "";

        public byte[] Secret { get; init; } = [];

        public CredentialScope ToScope() => new(StoreValues.Enumeration<CredentialKind>(Kind), Target is null ? null : new TargetId(StoreValues.Guid(Target)));
    }
}
