using System.Data.Common;
using System.Text;
using CoreSync.Application.Items;
using CoreSync.Infrastructure.Outbox;
using CoreSync.Items;
using CoreSync.Testing;
using Microsoft.Data.Sqlite;

namespace CoreSync.Application.Tests.Outbox;

/// <summary>A product's own database with one table of scripts; SQLite unless told otherwise.</summary>
internal sealed class ProductDatabase : IDisposable
{
    private readonly TempDirectory? directory;
    private readonly Func<DbConnection> connect;

    public ProductDatabase()
    {
        var file = directory = new TempDirectory();
        connect = () => new SqliteConnection($"Data Source={file.At("product.db")};Pooling=False;Default Timeout=5");
        using var connection = Open();
        Run(connection, null, "PRAGMA journal_mode = WAL");
        Run(connection, null, CreateScripts);
    }

    public ProductDatabase(OutboxDialect dialect, Func<DbConnection> connect)
    {
        Dialect = dialect;
        this.connect = connect;
        using var connection = Open();
        Run(connection, null, CreateScripts);
    }

    private const string CreateScripts = "CREATE TABLE scripts (id TEXT PRIMARY KEY, text TEXT NOT NULL)";

    public OutboxDialect Dialect { get; }

    public DbConnection Connect() => connect();

    public DbConnection Open()
    {
        var connection = Connect();
        connection.Open();
        return connection;
    }

    /// <summary>Changes a script and tells, in one transaction; <paramref name="commits"/> off rolls both back.</summary>
    public async Task SaveAsync(ICoreSyncItems items, ItemDraft draft, bool commits = true)
    {
        await using var connection = Open();
        await using var transaction = await connection.BeginTransactionAsync();
        Run(connection, transaction, $"INSERT INTO scripts VALUES ('{draft.Id}', '{Encoding.UTF8.GetString(draft.Document.Span)}') ON CONFLICT (id) DO UPDATE SET text = excluded.text");
        var told = await items.PutAsync(transaction, draft);
        Assert.True(told.IsSuccess, told.ToString());
        if (commits)
            await transaction.CommitAsync();
    }

    public async Task InTransactionAsync(Func<DbTransaction, Task> work)
    {
        await using var connection = Open();
        await using var transaction = await connection.BeginTransactionAsync();
        await work(transaction);
        await transaction.CommitAsync();
    }

    public long Rows(string table)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }

    public void Dispose() => directory?.Dispose();

    private static void Run(DbConnection connection, DbTransaction? transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }
}

/// <summary>Drafts of scripts.</summary>
internal static class SomeDraft
{
    public static ItemId Id(int number) => new(new Guid(number, 0, 0, new byte[8]));

    public static ItemDraft Script(int number, string text, bool? autoSync = true, string component = "scripts") =>
        new(ComponentName.Parse(component).Value, Id(number), $"Script {number}", Encoding.UTF8.GetBytes(text)) { AutoSync = autoSync };
}
