using System.Text;

namespace CoreSync.Application.Tests.Outbox;

/// <summary>The outbox in a PostgreSQL database, on a real server.</summary>
public sealed class PostgreSqlOutboxTests(PostgreSqlCluster cluster) : OutboxContract(cluster.NewProduct), IClassFixture<PostgreSqlCluster>
{
    // S14: numbers are given before the commit, so a lower one may appear after a higher one was taken.
    [Fact]
    public async Task A_transaction_that_commits_late_is_not_skipped()
    {
        var items = await StartAsync();
        await using var slow = Product.Open();
        await using var transaction = await slow.BeginTransactionAsync();
        Assert.True((await items.PutAsync(transaction, SomeDraft.Script(1, "early number, late commit"))).IsSuccess);
        await Product.SaveAsync(items, SomeDraft.Script(2, "late number, early commit"));

        await RelayAsync();
        Assert.Null(await items.FindAsync(SomeDraft.Id(1)));
        Assert.Equal("late number, early commit", await TextAsync(2));
        await transaction.CommitAsync();
        await RelayAsync();

        Assert.Equal("early number, late commit", await TextAsync(1));
        Assert.Equal(0, Product.Rows("coresync_outbox"));
    }

    [Fact]
    public async Task Many_writers_at_once_lose_and_double_nothing()
    {
        var items = await StartAsync();
        var stop = false;
        var relaying = Task.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
                await RelayAsync();
        });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
                await Product.SaveAsync(items, SomeDraft.Script((writer * 100) + i, Encoding.UTF8.GetString([(byte)('a' + writer)])));
        })));
        Volatile.Write(ref stop, true);
        await relaying;
        await RelayAsync();

        for (var writer = 0; writer < 8; writer++)
        {
            for (var i = 0; i < 20; i++)
                Assert.Equal(1, (await items.FindAsync(SomeDraft.Id((writer * 100) + i)))!.Revision.Value);
        }

        Assert.Equal(0, Product.Rows("coresync_outbox"));
    }
}
