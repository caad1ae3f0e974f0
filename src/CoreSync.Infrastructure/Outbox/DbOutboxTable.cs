using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using CoreSync.Application.Items;
using CoreSync.Application.Outbox;
using CoreSync.Items;

namespace CoreSync.Infrastructure.Outbox;

/// <summary>The table <c>coresync_outbox</c> in a product's database, through plain ADO.NET.</summary>
/// <remarks>
/// Entries are read and removed by what is there, never by a remembered number: PostgreSQL gives numbers before the commit, so a lower one may appear after a higher one.
/// Two transactions that change one item wait for each other at the product's own row, so the order within an item is the order of the commits.
/// </remarks>
internal sealed class DbOutboxTable(OutboxDialect dialect, Func<DbConnection> connect) : IOutboxTable
{
    // Documents read ahead are bounded, whatever their number.
    private const long MaxReadBytes = 32 * 1024 * 1024;

    private const string CreateSqlite =
        """
        CREATE TABLE IF NOT EXISTS coresync_outbox (
            number INTEGER PRIMARY KEY AUTOINCREMENT, entry TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, item TEXT NOT NULL, head TEXT, document BLOB,
            refused_code TEXT, refused_message TEXT)
        """;

    private const string CreatePostgreSql =
        """
        CREATE TABLE IF NOT EXISTS coresync_outbox (
            number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, entry TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, item TEXT NOT NULL, head TEXT, document BYTEA,
            refused_code TEXT, refused_message TEXT)
        """;

    private const string Insert = "INSERT INTO coresync_outbox (entry, kind, item, head, document) VALUES (@entry, @kind, @item, @head, @document)";

    private const string Select = "SELECT entry, kind, item, head, document FROM coresync_outbox WHERE refused_code IS NULL ORDER BY number LIMIT @limit";

    private const string SelectRefused = "SELECT entry, item, refused_code, refused_message FROM coresync_outbox WHERE refused_code IS NOT NULL ORDER BY number";

    private const string Delete = "DELETE FROM coresync_outbox WHERE entry = @entry";

    private const string Refuse = "UPDATE coresync_outbox SET refused_code = @code, refused_message = @message WHERE entry = @entry";

    public Task EnsureAsync(CancellationToken cancellationToken) => WithAsync(
        async connection =>
        {
            await RunAsync(connection, null, dialect == OutboxDialect.PostgreSql ? CreatePostgreSql : CreateSqlite, cancellationToken).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    public async Task AppendAsync(DbTransaction transaction, OutboxEntry entry, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection ?? throw new InvalidOperationException("The transaction is over: tell CoreSync before the commit");
        var head = entry.Draft is { } draft ? JsonSerializer.Serialize(DraftHead.Of(draft), DraftJson.Default.DraftHead) : null;
        await RunAsync(
            connection, transaction, Insert, cancellationToken,
            ("entry", Text(entry.Id)), ("kind", entry.Kind.ToString()), ("item", Text(entry.Item.Value)), ("head", head), ("document", entry.Draft?.Document.ToArray())).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<OutboxEntry>> ReadAsync(int limit, CancellationToken cancellationToken) => WithAsync<IReadOnlyList<OutboxEntry>>(
        async connection =>
        {
            var command = Command(connection, null, Select, ("limit", limit));
            await using var _ = command.ConfigureAwait(false);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var __ = reader.ConfigureAwait(false);
            var entries = new List<OutboxEntry>();
            var bytes = 0L;
            while (bytes < MaxReadBytes && await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                entries.Add(EntryOf(reader));
                bytes += entries[^1].Draft?.Document.Length ?? 0;
            }

            return entries;
        },
        cancellationToken);

    public Task<IReadOnlySet<Guid>> IdsAsync(CancellationToken cancellationToken) => WithAsync<IReadOnlySet<Guid>>(
        async connection =>
        {
            var command = Command(connection, null, "SELECT entry FROM coresync_outbox");
            await using var _ = command.ConfigureAwait(false);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var __ = reader.ConfigureAwait(false);
            var ids = new HashSet<Guid>();
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                ids.Add(Guid.Parse(reader.GetString(0), CultureInfo.InvariantCulture));
            return ids;
        },
        cancellationToken);

    public Task RemoveAsync(IReadOnlyCollection<Guid> entries, CancellationToken cancellationToken) => InTransactionAsync(
        async (connection, transaction) =>
        {
            foreach (var entry in entries)
                await RunAsync(connection, transaction, Delete, cancellationToken, ("entry", Text(entry))).ConfigureAwait(false);
        },
        cancellationToken);

    public Task RefuseAsync(IReadOnlyCollection<RefusedWrite> refused, CancellationToken cancellationToken) => InTransactionAsync(
        async (connection, transaction) =>
        {
            foreach (var entry in refused)
            {
                await RunAsync(connection, transaction, Refuse, cancellationToken, ("entry", Text(entry.Entry)), ("code", entry.Code), ("message", entry.Message))
                    .ConfigureAwait(false);
            }
        },
        cancellationToken);

    public Task<IReadOnlyList<RefusedWrite>> RefusedAsync(CancellationToken cancellationToken) => WithAsync<IReadOnlyList<RefusedWrite>>(
        async connection =>
        {
            var command = Command(connection, null, SelectRefused);
            await using var _ = command.ConfigureAwait(false);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var __ = reader.ConfigureAwait(false);
            var refused = new List<RefusedWrite>();
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                refused.Add(new RefusedWrite(
                    Guid.Parse(reader.GetString(0), CultureInfo.InvariantCulture), new ItemId(Guid.Parse(reader.GetString(1), CultureInfo.InvariantCulture)),
                    reader.GetString(2), reader.GetString(3)));
            }

            return refused;
        },
        cancellationToken);

    private static OutboxEntry EntryOf(DbDataReader reader)
    {
        var item = new ItemId(Guid.Parse(reader.GetString(2), CultureInfo.InvariantCulture));
        var draft = reader.IsDBNull(3) ? null
            : JsonSerializer.Deserialize(reader.GetString(3), DraftJson.Default.DraftHead)!.ToDraft(item, reader.IsDBNull(4) ? ReadOnlyMemory<byte>.Empty : reader.GetFieldValue<byte[]>(4));
        return new OutboxEntry(Guid.Parse(reader.GetString(0), CultureInfo.InvariantCulture), Enum.Parse<OutboxKind>(reader.GetString(1)), item, draft);
    }

    private async Task<T> WithAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        var connection = connect();
        await using var _ = connection.ConfigureAwait(false);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await work(connection).ConfigureAwait(false);
    }

    private Task<bool> InTransactionAsync(Func<DbConnection, DbTransaction, Task> work, CancellationToken cancellationToken) => WithAsync(
        async connection =>
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = transaction.ConfigureAwait(false);
            await work(connection, transaction).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    private static async Task RunAsync(
        DbConnection connection, DbTransaction? transaction, string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters)
    {
        var command = Command(connection, transaction, sql, parameters);
        await using var _ = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static DbCommand Command(DbConnection connection, DbTransaction? transaction, string sql, params (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // every text is a constant of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            parameter.DbType = value switch { int => System.Data.DbType.Int32, byte[] => System.Data.DbType.Binary, _ when name == "document" => System.Data.DbType.Binary, _ => System.Data.DbType.String };
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static string Text(Guid id) => id.ToString("D", CultureInfo.InvariantCulture);
}
