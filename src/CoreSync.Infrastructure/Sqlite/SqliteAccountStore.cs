using System.Text;
using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Errors;
using CoreSync.Items;
using Dapper;
using FluentResults;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Keeps the built-in accounts, with hashes of their passwords only.</summary>
internal sealed class SqliteAccountStore(SqliteDatabase database) : IAccountStore
{
    private const string Select =
        "SELECT name AS Name, rights AS Rights, components AS Components, stamp AS Stamp, enabled AS Enabled, password_hash AS PasswordHash FROM accounts";

    private const string ByKey = Select + " WHERE name_key = @key";

    private const string All = Select + " ORDER BY name_key";

    /// <inheritdoc/>
    public Task<Result> AddAsync(Account account, string passwordHash, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            if (session.Connection.QuerySingleOrDefault<Row>(ByKey, new { key = Key(account.Name) }) is not null)
                return Result.Fail(new AccountDuplicateError(account.Name));
            session.Connection.Execute(
                "INSERT INTO accounts (name_key, name, rights, components, stamp, enabled, password_hash) VALUES (@Key, @Name, @Rights, @Components, @Stamp, @Enabled, @Hash)",
                new
                {
                    Key = Key(account.Name),
                    account.Name,
                    Rights = account.Rights.ToString(),
                    Components = string.Join(',', account.Components),
                    account.Stamp,
                    Enabled = account.IsEnabled ? 1 : 0,
                    Hash = passwordHash,
                });
            return Result.Ok();
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<(Account Account, string PasswordHash)?> FindAsync(string name, CancellationToken cancellationToken) => database.ReadAsync<(Account, string)?>(
        session => session.Connection.QuerySingleOrDefault<Row>(ByKey, new { key = Key(name) }) is { } row ? (row.ToAccount(), row.PasswordHash) : null,
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Account>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<Account>>(
        session => [.. session.Connection.Query<Row>(All).Select(row => row.ToAccount())], cancellationToken);

    /// <inheritdoc/>
    public Task<Result> SetPasswordAsync(string name, string passwordHash, string stamp, CancellationToken cancellationToken) => ChangeAsync(
        "UPDATE accounts SET password_hash = @hash, stamp = @stamp WHERE name_key = @key", name, new { key = Key(name), hash = passwordHash, stamp }, cancellationToken);

    /// <inheritdoc/>
    public Task<Result> SetRightsAsync(string name, Rights rights, IReadOnlyList<ComponentName> components, string stamp, CancellationToken cancellationToken) => ChangeAsync(
        "UPDATE accounts SET rights = @rights, components = @components, stamp = @stamp WHERE name_key = @key", name,
        new { key = Key(name), rights = rights.ToString(), components = string.Join(',', components), stamp }, cancellationToken);

    /// <inheritdoc/>
    public Task<Result> SetEnabledAsync(string name, bool isEnabled, string stamp, CancellationToken cancellationToken) => ChangeAsync(
        "UPDATE accounts SET enabled = @enabled, stamp = @stamp WHERE name_key = @key", name, new { key = Key(name), enabled = isEnabled ? 1 : 0, stamp }, cancellationToken);

    /// <inheritdoc/>
    public Task<Result> RemoveAsync(string name, CancellationToken cancellationToken) =>
        ChangeAsync("DELETE FROM accounts WHERE name_key = @key", name, new { key = Key(name) }, cancellationToken);

    private Task<Result> ChangeAsync(string sql, string name, object parameters, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Connection.Execute(sql, parameters) > 0 ? Result.Ok() : Result.Fail(new AccountNotFoundError(name)), cancellationToken);

    // A name from a sign-in may be anything, also what cannot be normalised: such a name belongs to nobody, and no error tells so.
    private static string Key(string name) => (IsWellFormed(name) ? name.Normalize(NormalizationForm.FormC) : name).ToUpperInvariant();

    private static bool IsWellFormed(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
                return false;
        }

        return true;
    }

    private sealed class Row
    {
        public string Name { get; init; } = "";

        public string Rights { get; init; } = "";

        public string Components { get; init; } = "";

        public string Stamp { get; init; } = "";

        public long Enabled { get; init; }

        public string PasswordHash { get; init; } = "";

        public Account ToAccount() => new(
            Name, StoreValues.Enumeration<Rights>(Rights), [.. Components.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(StoreValues.Component)], Stamp)
        {
            IsEnabled = Enabled != 0,
        };
    }
}
