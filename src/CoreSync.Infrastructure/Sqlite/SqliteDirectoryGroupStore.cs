using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Errors;
using Dapper;
using FluentResults;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Keeps the rights of groups of the LDAP directory.</summary>
internal sealed class SqliteDirectoryGroupStore(SqliteDatabase database) : IDirectoryGroupStore
{
    /// <inheritdoc/>
    public Task<Result> AddAsync(DirectoryGroup group, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Connection.Execute(
            "INSERT INTO directory_groups (dn_key, dn, rights, components) VALUES (@Key, @Dn, @Rights, @Components) ON CONFLICT (dn_key) DO NOTHING",
            new { group.Name.Key, Dn = group.Name.Text, Rights = group.Rights.ToString(), Components = string.Join(',', group.Components) }) > 0
            ? Result.Ok()
            : Result.Fail(new DirectoryGroupDuplicateError(group.Name.Text)),
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DirectoryGroup>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<DirectoryGroup>>(
        session => [.. session.Connection.Query<Row>("SELECT dn AS Dn, rights AS Rights, components AS Components FROM directory_groups ORDER BY dn_key").Select(row => row.ToGroup())],
        cancellationToken);

    /// <inheritdoc/>
    public Task<Result> RemoveAsync(DistinguishedName name, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Connection.Execute("DELETE FROM directory_groups WHERE dn_key = @Key", new { name.Key }) > 0
            ? Result.Ok()
            : Result.Fail(new DirectoryGroupNotFoundError(name.Text)),
        cancellationToken);

    private sealed class Row
    {
        public string Dn { get; init; } = "";

        public string Rights { get; init; } = "";

        public string Components { get; init; } = "";

        public DirectoryGroup ToGroup() => new(
            DistinguishedName.Parse(Dn).Value, StoreValues.Enumeration<Rights>(Rights),
            [.. Components.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(StoreValues.Component)]);
    }
}
