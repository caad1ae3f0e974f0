using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Infrastructure.Sqlite;
using CoreSync.Testing;
using CoreSync.Testing.Contracts;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Infrastructure.Tests.Sqlite;

/// <summary>Scripts, upgrade, and the rules that every statement obeys.</summary>
public sealed partial class SqliteSchemaTests
{
    [Fact]
    public void A_script_is_split_into_single_statements_without_its_comments()
    {
        const string script = """
            -- about one; not a statement;
            CREATE TABLE one (
                a TEXT -- a comment, in place
            ) STRICT;

            CREATE TRIGGER t BEFORE DELETE ON one BEGIN SELECT 1; END;
            """;

        var statements = SqliteSchema.Statements(script);

        Assert.Equal(2, statements.Count);
        Assert.StartsWith("CREATE TABLE one (", statements[0], StringComparison.Ordinal);
        Assert.EndsWith(") STRICT", statements[0], StringComparison.Ordinal);
        Assert.Equal("CREATE TRIGGER t BEFORE DELETE ON one BEGIN SELECT 1; END", statements[1]);
    }

    [Fact]
    public void A_script_without_its_last_semicolon_is_refused() => Assert.Throws<InvalidOperationException>(() => SqliteSchema.Statements("CREATE TABLE one (a TEXT)"));

    [Fact]
    public void No_command_of_the_product_joins_statements()
    {
        using var stream = File.OpenRead(typeof(SqliteDatabase).Assembly.Location);
        using var file = new PEReader(stream);
        var metadata = file.GetMetadataReader();
        var commands = new List<string>();
        for (var handle = MetadataTokens.UserStringHandle(0); !handle.IsNil || commands.Count == 0; handle = metadata.GetNextHandle(handle))
        {
            var text = metadata.GetUserString(handle);
            if (SqlVerb().IsMatch(text))
                commands.Add(text);
            if (metadata.GetNextHandle(handle).IsNil)
                break;
        }

        Assert.True(commands.Count > 50, $"only {commands.Count} commands found");
        Assert.DoesNotContain(commands, command => command.Contains(';', StringComparison.Ordinal));
        Assert.DoesNotContain(commands, command => command.Contains("RETURNING", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_file_has_the_pages_journal_and_tables_that_were_chosen()
    {
        await using var store = await SqliteStoreUnderTest.CreateAsync();
        using var session = store.Database.Open(forWriting: true);

        Assert.Equal(8192, session.Number("PRAGMA page_size"));
        Assert.Equal("wal", session.Prepare("PRAGMA journal_mode").ExecuteScalar());
        Assert.Equal(2, session.Number("PRAGMA synchronous"));
        Assert.Equal(1, session.Number("PRAGMA foreign_keys"));
        Assert.Equal(4000, session.Number("PRAGMA wal_autocheckpoint"));
        Assert.Equal(-65536, session.Number("PRAGMA cache_size"));
        Assert.Equal(10000, session.Number("PRAGMA busy_timeout"));
        Assert.Equal(SqliteSchema.Known, session.Number("PRAGMA user_version"));
        Assert.Equal(0, session.Number("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT IN ('SchemaVersions', 'sqlite_schema', 'sqlite_sequence')"));
    }

    [Fact]
    public async Task The_history_of_trust_cannot_be_changed_even_by_hand()
    {
        await using var store = await SqliteStoreUnderTest.CreateAsync();
        await store.Trust.AppendAsync(SomeTrust.Draft(SomeStored.Name("target.example.org")), CancellationToken.None);

        foreach (var sql in (string[])["UPDATE trust_history SET reason = 'other'", "DELETE FROM trust_history"])
        {
            var thrown = await Assert.ThrowsAsync<CoreSyncException>(() => store.Database.WriteAsync(session => session.Execute(sql), CancellationToken.None));
            Assert.Contains("append-only", thrown.Message, StringComparison.Ordinal);
        }

        Assert.Equal("because", Assert.Single(await store.Trust.HistoryAsync(null, CancellationToken.None)).Reason);
    }

    [Fact]
    public async Task An_older_store_is_upgraded_only_when_asked_and_only_without_a_service()
    {
        await using var store = await SqliteStoreUnderTest.CreateAsync();
        MakeOlder(store);
        var maintenance = store.Services.GetRequiredService<IStoreMaintenance>();
        Assert.Equal(new StoreSchema(0, SqliteSchema.Known), (await maintenance.SchemaAsync(CancellationToken.None)).Value);
        Assert.True((await store.Core.OpenAsync(CancellationToken.None)).HasError<StoreOlderSchemaError>());

        using (store.Services.GetRequiredService<IEngineLock>().TryAcquire().Value)
            Assert.True((await maintenance.UpgradeAsync(CancellationToken.None)).HasError<StoreLockedError>());
        Assert.Equal(0, (await maintenance.SchemaAsync(CancellationToken.None)).Value.Found);
        var upgraded = await maintenance.UpgradeAsync(CancellationToken.None);

        Assert.Equal(new StoreSchema(SqliteSchema.Known, SqliteSchema.Known), upgraded.Value);
        Assert.Equal(0, await CountAsync(store, "SELECT count(*) FROM items"));
        Assert.Equal(upgraded.Value, (await maintenance.UpgradeAsync(CancellationToken.None)).Value);
    }

    [Fact]
    public async Task A_script_that_fails_leaves_the_store_as_it_was()
    {
        await using var store = await SqliteStoreUnderTest.CreateAsync();
        MakeOlder(store);
        await store.Database.WriteAsync(session => session.Execute("CREATE TABLE inbox (in_the_way TEXT) STRICT"), CancellationToken.None);
        var before = await CountAsync(store, "SELECT count(*) FROM sqlite_schema");

        var upgraded = await store.Services.GetRequiredService<IStoreMaintenance>().UpgradeAsync(CancellationToken.None);

        Assert.True(upgraded.IsFailed);
        Assert.Equal(before, await CountAsync(store, "SELECT count(*) FROM sqlite_schema"));
        Assert.Equal(0, await CountAsync(store, "PRAGMA user_version"));
    }

    [Fact]
    public async Task A_newer_store_is_not_touched_by_an_upgrade()
    {
        await using var store = await SqliteStoreUnderTest.CreateAsync();
        await store.Database.WriteAsync(session => session.Execute("PRAGMA user_version = 4711"), CancellationToken.None);

        var upgraded = await store.Services.GetRequiredService<IStoreMaintenance>().UpgradeAsync(CancellationToken.None);

        Assert.Equal(4711, upgraded.Errors.OfType<StoreNewerSchemaError>().Single().Found);
        Assert.Equal(4711, await CountAsync(store, "PRAGMA user_version"));
    }

    [Fact]
    public async Task A_backup_is_a_store_of_its_own_and_never_replaces_a_file()
    {
        await using var store = await SqliteStoreUnderTest.CreateAsync();
        using var elsewhere = new TempDirectory();
        await store.Settings.SetAsync(CoreSync.Settings.Setting.SyncInterval, "77", CancellationToken.None);
        var maintenance = store.Services.GetRequiredService<IStoreMaintenance>();
        var file = elsewhere.At("coresync.db");

        Assert.True((await maintenance.BackupAsync(file, CancellationToken.None)).IsSuccess);
        var size = new FileInfo(file).Length;
        Assert.True((await maintenance.BackupAsync(file, CancellationToken.None)).HasError<StoreUnwritableError>());

        Assert.Equal(size, new FileInfo(file).Length);
        using var copy = SqliteDatabase.Open(file, forWriting: false, SqliteOpenMode.ReadWrite);
        Assert.Equal("77", copy.Prepare("SELECT value FROM settings").ExecuteScalar());
        Assert.Equal(SqliteSchema.Known, SqliteSchema.Read(copy));
    }

    [GeneratedRegex(@"^\s*(SELECT|INSERT|UPDATE|DELETE|PRAGMA|BEGIN|COMMIT|ROLLBACK|VACUUM|CREATE)\b")]
    private static partial Regex SqlVerb();

    // A store of before the first script: tables and journal are gone.
    private static void MakeOlder(SqliteStoreUnderTest store)
    {
        using var session = store.Database.Open(forWriting: true);
        session.Execute("PRAGMA foreign_keys = OFF");
        session.Execute("DROP TRIGGER trust_history_is_never_removed");
        var tables = new List<string>();
        using (var reader = session.Prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").ExecuteReader())
        {
            while (reader.Read())
                tables.Add(reader.GetString(0));
        }

        foreach (var table in tables)
            session.Execute($"DROP TABLE \"{table}\"");
        session.Execute("PRAGMA user_version = 0");
    }

    private static Task<long> CountAsync(SqliteStoreUnderTest store, string sql) => store.Database.ReadAsync(session => session.Number(sql), CancellationToken.None);
}
