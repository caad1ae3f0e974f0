using System.Diagnostics;
using System.Text;
using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Infrastructure.Sqlite;
using CoreSync.Replication;
using CoreSync.Settings;
using CoreSync.Testing.Contracts;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Infrastructure.Tests.Sqlite;

/// <summary>Failures of the disk, other processes, and what must not be in the file.</summary>
public sealed class SqliteDatabaseTests : IAsyncLifetime
{
    private SqliteStoreUnderTest store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => store = await SqliteStoreUnderTest.CreateAsync();

    public async ValueTask DisposeAsync() => await store.DisposeAsync();

    [Fact]
    public async Task A_full_disk_refuses_the_write_changes_nothing_and_works_again_when_there_is_room()
    {
        var pages = await store.Database.WriteAsync(session => session.Number("PRAGMA page_count"), Token);
        await store.Database.WriteAsync(session => session.Execute($"PRAGMA max_page_count = {pages + 4}"), Token);
        var head = await store.Catalogue.HeadAsync(Token);
        var writes = Enumerable.Range(0, 100).Select(i => new CatalogueWrite(SomeStored.Document($"item {i}"), true, Document: new byte[10_000])).ToList();

        var thrown = await Assert.ThrowsAsync<CoreSyncException>(() => store.Catalogue.WriteAsync(writes, Token));

        Assert.IsType<StoreFullError>(thrown.Error);
        Assert.Equal(head, await store.Catalogue.HeadAsync(Token));
        Assert.Empty(await store.Catalogue.CountAsync(Token));

        // The limit went with the connection that was given up: there is room again.
        await store.Catalogue.WriteAsync(writes, Token);
        Assert.Equal(100, (await store.Catalogue.CountAsync(Token)).Values.Sum());
    }

    [Fact]
    public async Task A_write_that_fails_half_way_leaves_nothing_and_the_next_one_works()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Database.WriteAsync(
            session =>
            {
                session.Execute("INSERT INTO settings (key, value) VALUES ('half', 'done')");
                throw new InvalidOperationException("the caller's fault");
            },
            Token));

        Assert.Empty(await store.Settings.AllAsync(Token));
        await store.Settings.SetAsync(Setting.SyncInterval, "60", Token);
        Assert.Single(await store.Settings.AllAsync(Token));
    }

    [Fact]
    public async Task A_reader_cannot_write()
    {
        var thrown = await Assert.ThrowsAsync<CoreSyncException>(() => store.Database.ReadAsync(
            session =>
            {
                session.Execute("DELETE FROM components");
                return 0;
            },
            Token));

        Assert.IsType<StoreUnwritableError>(thrown.Error);
        Assert.NotEmpty(await store.Components.ListAsync(Token));
    }

    [Theory]
    [InlineData(13, typeof(StoreFullError))]
    [InlineData(11, typeof(StoreCorruptError))]
    [InlineData(26, typeof(StoreCorruptError))]
    [InlineData(8, typeof(StoreUnwritableError))]
    [InlineData(14, typeof(StoreUnwritableError))]
    [InlineData(3, typeof(StoreUnwritableError))]
    [InlineData(5, typeof(StoreUnavailableError))]
    [InlineData(6, typeof(StoreUnavailableError))]
    [InlineData(10, typeof(StoreUnavailableError))]
    [InlineData(1, typeof(UnexpectedError))]
    public void Each_failure_of_sqlite_has_its_own_error(int code, Type error) =>
        Assert.IsType(error, SqliteErrors.Translate(new SqliteException("reason", code), "/srv/data/coresync.db").Error);

    [Fact]
    public async Task Neither_password_is_in_any_file_of_the_store()
    {
        const string secret = "correct horse battery staple";
        await store.Credentials.SetAsync(CredentialScope.Default, new Credential("sync", secret), Token);
        await store.Accounts.AddAsync(new Account("admin", Rights.Trust, [], "s"), "only the hash", Token);

        foreach (var file in Directory.EnumerateFiles(store.Data))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes, Token);
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)));
        }
    }

    [Fact]
    public async Task A_credential_moved_to_another_scope_or_user_by_hand_is_unreadable()
    {
        await store.Credentials.SetAsync(CredentialScope.Default, new Credential("sync", "a long password"), Token);
        await store.Database.WriteAsync(session => session.Execute("UPDATE credentials SET user_name = 'other'"), Token);

        var thrown = await Assert.ThrowsAsync<CoreSyncException>(() => store.Credentials.FindAsync(CredentialScope.Default, Token));

        Assert.IsType<SecretUnreadableError>(thrown.Error);
    }

    [Fact]
    public async Task What_another_process_writes_is_seen_and_wakes_the_monitor()
    {
        await using var other = store.OpenAgain();
        var seen = store.Monitor.Version;
        var waiting = store.Monitor.WaitForChangeAsync(seen, Token);

        await other.Settings.SetAsync(Setting.SyncInterval, "60", Token);
        Assert.False(waiting.IsCompleted);
        store.Time.Advance(TimeSpan.FromMilliseconds(200));

        await waiting;
        Assert.Equal("60", (await store.Settings.AllAsync(Token))[Setting.SyncInterval.Key]);
    }

    [Fact]
    public async Task Sequences_are_given_in_commit_order_whoever_writes()
    {
        await using var other = store.OpenAgain();
        const int writers = 6, batches = 20;
        var done = false;
        var reading = Task.Run(async () =>
        {
            // A follower that reads while others write: everything after its position, never anything before it.
            var seen = new List<ItemChange>();
            var after = Sequence.Zero;
            while (true)
            {
                var last = Volatile.Read(ref done);
                var page = await store.Catalogue.ChangesAsync(SomeStored.Queries, after, null, 7, Token);
                seen.AddRange(page);
                if (page.Count > 0)
                    after = page[^1].Sequence;
                else if (last)
                    return seen;
            }
        });

        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var catalogue = (writer % 2 == 0 ? store : other).Catalogue;
            for (var i = 0; i < batches; i++)
                await catalogue.WriteAsync([new CatalogueWrite(SomeStored.Document($"{writer}.{i}.a"), true), new CatalogueWrite(SomeStored.Document($"{writer}.{i}.b"), true)], Token);
        })));
        Volatile.Write(ref done, true);
        var changes = await reading;

        Assert.Equal(writers * batches * 2, changes.Select(change => change.Item.Id).Distinct().Count());
        Assert.Equal(changes.Count, changes.Select(change => change.Sequence).Distinct().Count());
    }

    [Fact]
    public async Task The_lock_of_another_process_counts_and_ends_with_it()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/flock"))
            Assert.Skip("flock of util-linux is not installed");
        var lockFile = Path.Combine(store.Data, "coresync.lock");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/flock", ["--no-fork", lockFile, "sh", "-c", "echo held; exec sleep 60"]) { RedirectStandardOutput = true })!;
        Assert.Equal("held", await process.StandardOutput.ReadLineAsync(Token));
        var engineLock = store.Services.GetRequiredService<IEngineLock>();

        Assert.True(engineLock.TryAcquire().HasError<StoreLockedError>());
        process.Kill();
        await process.WaitForExitAsync(Token);

        using var taken = engineLock.TryAcquire().Value;
        Assert.NotNull(taken);
    }

    [Theory]
    [InlineData("SELECT row FROM items WHERE travels = 1 AND component = 'c' AND sequence > 5 AND origin <> x'' ORDER BY sequence LIMIT 5", "items_feed")]
    [InlineData("SELECT row FROM items WHERE deleted = 0 AND component = 'c' AND (name, id) > ('n', x'') ORDER BY name, id LIMIT 5", "items_by_name")]
    [InlineData("SELECT row FROM items WHERE deleted = 0 AND (component, name, id) > ('c', 'n', x'') ORDER BY component, name, id LIMIT 5", "items_by_name")]
    [InlineData("SELECT row FROM items WHERE name_key = 5 AND component = 'c'", "items_by_key")]
    [InlineData("SELECT row FROM items WHERE content_key = 5 AND component = 'c' AND hash = x''", "items_by_content")]
    [InlineData("SELECT component, count(*) FROM items WHERE deleted = 0 GROUP BY component", "items_by_name")]
    public async Task Work_grows_with_the_answer_and_not_with_the_catalogue(string sql, string index)
    {
        var plan = await store.Database.ReadAsync(
            session =>
            {
                using var reader = session.Prepare("EXPLAIN QUERY PLAN " + sql).ExecuteReader();
                var steps = new StringBuilder();
                while (reader.Read())
                    steps.AppendLine(reader.GetString(3));
                return steps.ToString();
            },
            Token);

        Assert.Contains(index, plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }
}
