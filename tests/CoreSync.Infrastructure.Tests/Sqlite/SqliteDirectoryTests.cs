using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Infrastructure.Sqlite;
using CoreSync.Testing;
using CoreSync.Testing.Contracts;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.Infrastructure.Tests.Sqlite;

/// <summary>Making and opening the data directory: all or nothing, and never an empty store in place of a lost one (S07).</summary>
public sealed class SqliteDirectoryTests : IDisposable
{
    private readonly TempDirectory directory = new();
    private readonly ServiceProvider services;

    public SqliteDirectoryTests() => services = SqliteStoreUnderTest.Build(Data, new FakeTimeProvider(SomeStored.Start));

    private string Data => directory.At("parent", "data");

    private string Database => Path.Combine(Data, "coresync.db");

    private ICoreStore Core => services.GetRequiredService<ICoreStore>();

    public void Dispose()
    {
        services.Dispose();
        directory.Dispose();
    }

    [Fact]
    public async Task A_new_core_has_its_folders_and_only_its_owner_may_enter()
    {
        await CreateAsync();

        Assert.Equal(
            ["content", "coresync.db", "coresync.lock", "inbox", "keys", "log", "tmp"],
            Directory.EnumerateFileSystemEntries(Data).Select(Path.GetFileName).Where(name => !name!.StartsWith("coresync.db-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode others = (UnixFileMode)0b000_111_111;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Data) & others);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(Data, "keys")) & others);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Database) & others);
    }

    [Fact]
    public async Task An_absent_and_an_empty_directory_hold_no_core_and_nothing_is_made()
    {
        Assert.True((await Core.OpenAsync(CancellationToken.None)).HasError<StoreNotInitialisedError>());
        Assert.False(Directory.Exists(Data));

        Directory.CreateDirectory(Data);

        Assert.True((await Core.OpenAsync(CancellationToken.None)).HasError<StoreNotInitialisedError>());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Data));
    }

    [Theory]
    [InlineData("keys/own.key")]
    [InlineData("content/ab")]
    [InlineData("coresync.db-wal")]
    public async Task A_lost_store_is_neither_opened_nor_made_anew(string left)
    {
        var file = Path.Combine(Data, left);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "left");

        var opened = await Core.OpenAsync(CancellationToken.None);
        var created = await Core.CreateAsync(SomeStored.Core, CancellationToken.None);

        Assert.True(opened.HasError<StoreCorruptError>());
        Assert.True(created.HasError<StoreCorruptError>());
        Assert.False(File.Exists(Database));
        Assert.Equal("left", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_store_that_vanishes_while_it_is_used_does_not_come_back_empty()
    {
        await CreateAsync();
        await Core.OpenAsync(CancellationToken.None);
        await using var fresh = SqliteStoreUnderTest.Build(Data, new FakeTimeProvider(SomeStored.Start));
        File.Delete(Database);

        var thrown = await Assert.ThrowsAsync<CoreSyncException>(() => fresh.GetRequiredService<ICoreStore>().EpochAsync(CancellationToken.None));

        Assert.IsType<StoreCorruptError>(thrown.Error);
        Assert.False(File.Exists(Database));
    }

    [Fact]
    public async Task Another_programs_database_is_refused_and_stays_as_it_is()
    {
        Directory.CreateDirectory(Data);
        using (var foreign = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            foreign.Open();
            using var command = foreign.CreateCommand();
            command.CommandText = "CREATE TABLE bookmarks (url TEXT)";
            command.ExecuteNonQuery();
        }

        var before = await File.ReadAllBytesAsync(Database);

        Assert.True((await Core.OpenAsync(CancellationToken.None)).HasError<StoreCorruptError>());
        Assert.True((await Core.CreateAsync(SomeStored.Core, CancellationToken.None)).HasError<StoreCorruptError>());
        Assert.Equal(before, await File.ReadAllBytesAsync(Database));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(20000)]
    public async Task A_file_that_is_no_database_is_corrupt(int length)
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllBytesAsync(Database, [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))]);

        Assert.True((await Core.OpenAsync(CancellationToken.None)).HasError<StoreCorruptError>());
        Assert.Equal(length, new FileInfo(Database).Length);
    }

    [Fact]
    public async Task Damage_in_any_page_is_found_at_the_start_and_the_file_is_not_touched()
    {
        await CreateAsync();
        services.Dispose();
        var intact = await File.ReadAllBytesAsync(Database);
        const int page = 8192;
        for (var number = 0; number < intact.Length / page; number++)
        {
            var damaged = intact.ToArray();
            // The header of the b-tree page; on the first one the file's header precedes it.
            Array.Fill(damaged, (byte)0xA5, (number * page) + (number == 0 ? 100 : 0), 64);
            await File.WriteAllBytesAsync(Database, damaged);
            await using var again = SqliteStoreUnderTest.Build(Data, new FakeTimeProvider(SomeStored.Start));

            var opened = await again.GetRequiredService<ICoreStore>().OpenAsync(CancellationToken.None);

            Assert.True(opened.HasError<StoreCorruptError>(), $"page {number + 1}: {(opened.IsSuccess ? "opened" : opened.Errors[0].Message)}");
            Assert.Equal(damaged, await File.ReadAllBytesAsync(Database));
        }
    }

    [Theory]
    [InlineData("parent")]
    [InlineData("parent/data")]
    public async Task A_file_where_a_directory_is_needed_makes_it_unwritable_and_stays(string file)
    {
        var obstacle = directory.At(file.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(obstacle)!);
        await File.WriteAllTextAsync(obstacle, "a file");

        var created = await Core.CreateAsync(SomeStored.Core, CancellationToken.None);

        Assert.True(created.HasError<StoreUnwritableError>());
        Assert.Equal("a file", await File.ReadAllTextAsync(obstacle));
    }

    [Fact]
    public async Task A_failed_creation_removes_what_it_made_and_keeps_what_was_there()
    {
        // The folder that cannot be made: a file has its name.
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "notes.txt"), "mine");
        Directory.CreateSymbolicLink(Path.Combine(Data, "tmp"), directory.At("nowhere"));

        var created = await Core.CreateAsync(SomeStored.Core, CancellationToken.None);

        Assert.True(created.HasError<StoreUnwritableError>());
        Assert.Equal(["notes.txt", "tmp"], Directory.EnumerateFileSystemEntries(Data).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(Data, "notes.txt")));
    }

    [Fact]
    public async Task A_directory_with_other_files_may_become_a_core_and_keeps_them()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "notes.txt"), "mine");

        await CreateAsync();

        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(Data, "notes.txt")));
        Assert.True((await Core.OpenAsync(CancellationToken.None)).IsSuccess);
    }

    [Fact]
    public async Task Leftovers_of_a_creation_that_was_killed_do_not_hinder_the_next()
    {
        Directory.CreateDirectory(Path.Combine(Data, "keys"));
        Directory.CreateDirectory(Path.Combine(Data, "content"));
        await File.WriteAllTextAsync(Database + ".new", "half a store");
        await File.WriteAllTextAsync(Database + ".new-wal", "half a log");

        await CreateAsync();

        Assert.True((await Core.OpenAsync(CancellationToken.None)).IsSuccess);
        Assert.Empty(Directory.EnumerateFiles(Data, "*.new*"));
    }

    [Fact]
    public async Task A_newer_and_an_older_schema_are_refused_by_number()
    {
        await CreateAsync();
        SetVersion(SqliteSchema.Known + 1);
        var newer = await Core.OpenAsync(CancellationToken.None);
        SetVersion(0);
        var older = await Core.OpenAsync(CancellationToken.None);

        Assert.Equal((SqliteSchema.Known + 1, SqliteSchema.Known), (newer.Errors.OfType<StoreNewerSchemaError>().Single().Found, newer.Errors.OfType<StoreNewerSchemaError>().Single().Known));
        Assert.Equal((0, SqliteSchema.Known), (older.Errors.OfType<StoreOlderSchemaError>().Single().Found, older.Errors.OfType<StoreOlderSchemaError>().Single().Known));
    }

    private void SetVersion(int version)
    {
        using var session = SqliteDatabase.Open(Database, forWriting: true, SqliteOpenMode.ReadWrite);
        session.Execute($"PRAGMA user_version = {version}");
    }

    private async Task CreateAsync()
    {
        var created = await Core.CreateAsync(SomeStored.Core, CancellationToken.None);
        Assert.True(created.IsSuccess, string.Join("; ", created.Errors.Select(error => error.Message)));
    }
}
