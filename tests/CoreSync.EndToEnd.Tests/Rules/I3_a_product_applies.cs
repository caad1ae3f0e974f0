using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class I3_a_product_applies
{
    private readonly ProductDesk desk = new();

    [Fact]
    public async Task A_change_arrives_in_the_product_and_a_repeated_one_does_not_come_twice()
    {
        await using var pair = await CorePair.CreateAsync(target: desk.Serves<DeskQueries>());
        var query = await pair.Source.PutAsync("queries", "Laptops", """{"q":1}""");
        await pair.Source.SyncedAsync();

        Assert.Equal(("Laptops", """{"q":1}""", true), desk.Rows[query.Id]);

        await pair.Source.PutAsync("queries", "Laptops", """{"q":2}""", id: query.Id.ToString());
        await pair.Source.SyncedAsync();
        await pair.Source.SyncedAsync();

        Assert.Equal(("Laptops", """{"q":2}""", true), desk.Rows[query.Id]);
        Assert.Equal(2, desk.Calls.Count);
    }

    [Fact]
    public async Task A_release_makes_the_row_editable_and_a_delete_follows_the_policy_of_this_core()
    {
        await using var pair = await CorePair.CreateAsync(target: desk.Serves<DeskQueries>());
        var kept = await pair.Source.PutAsync("queries", "Kept", "1");
        var gone = await pair.Source.PutAsync("queries", "Gone", "2");
        await pair.Source.SyncedAsync();
        await pair.Source.AskAsync(new SetAutoSync([kept.Id.ToString()], On: false));
        await pair.Target.AskAsync(new SetComponentPolicy("queries", DeletePolicy.Delete, null));
        await pair.Source.AskAsync(new DeleteItem(gone.Id.ToString()));
        await pair.Source.SyncedAsync();

        Assert.Equal([("Kept", "1", false)], desk.Rows.Values);
    }

    [Fact]
    public async Task A_rejection_carries_the_reason_of_the_product_and_leaves_nothing_behind()
    {
        desk.Judge = (item, _) => Task.FromResult(item.Item.Name == "Bad" ? "the syntax is\nwrong" + new string('!', 2000) : null);
        await using var pair = await CorePair.CreateAsync(target: desk.Serves<DeskQueries>());
        var good = await pair.Source.PutAsync("queries", "Good", "1");
        var bad = await pair.Source.PutAsync("queries", "Bad", "2");

        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal(SyncJobState.PartlyFailed, job.State);
        var failure = Assert.Single((await pair.Source.AskAsync(new ShowJob(job.Id.ToString()))).Failures);
        Assert.Equal("item.rejected", failure.Outcome.Code);
        Assert.Contains(@"the syntax is\u000awrong!", failure.Outcome.Message, StringComparison.Ordinal);
        Assert.InRange(failure.Outcome.Message.Length, 100, 600);
        Assert.Equal([good.Id], desk.Rows.Keys);
        Assert.Null(await pair.Target.FindAsync(bad));

        desk.Judge = (_, _) => Task.FromResult<string?>(null);
        await pair.Source.SyncedAsync();
        Assert.Equal("2", desk.Rows[bad.Id].Text);
    }

    [Fact]
    public async Task What_needs_a_rejected_item_is_rejected_too()
    {
        desk.Judge = (item, _) => Task.FromResult(item.Item.Name == "Base" ? "no" : null);
        await using var pair = await CorePair.CreateAsync(target: desk.Serves<DeskQueries>());
        var needed = await pair.Source.PutAsync("queries", "Base", "1");
        var needing = await pair.Source.PutAsync("queries", "Derived", "2", references: needed);

        var job = Assert.Single(await pair.Source.SyncAsync());

        var failures = (await pair.Source.AskAsync(new ShowJob(job.Id.ToString()))).Failures.ToDictionary(failure => failure.Outcome.Item, failure => failure.Outcome.Code);
        Assert.Equal("item.rejected", failures[needed.Id]);
        Assert.Equal("item.reference-missing", failures[needing.Id]);
        Assert.Empty(desk.Rows);
    }

    [Fact]
    public async Task An_exception_of_the_product_is_retried_and_does_not_hold_up_the_stream()
    {
        var broken = true;
        desk.Judge = (item, _) => broken && item.Item.Name == "First" ? throw new InvalidOperationException("database is away") : Task.FromResult<string?>(null);
        await using var pair = await CorePair.CreateAsync(target: desk.Serves<DeskQueries>());
        var first = await pair.Source.PutAsync("queries", "First", "1");
        var second = await pair.Source.PutAsync("queries", "Second", "2");

        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal(SyncJobState.PartlyFailed, job.State);
        var failure = Assert.Single((await pair.Source.AskAsync(new ShowJob(job.Id.ToString()))).Failures);
        Assert.Equal("component.unavailable", failure.Outcome.Code);
        Assert.DoesNotContain("database is away", failure.Outcome.Message, StringComparison.Ordinal);
        Assert.Contains(pair.Target.Log(), line => line.Contains("6080", StringComparison.Ordinal) && line.Contains(first.Id.ToString(), StringComparison.Ordinal));
        Assert.Equal([second.Id], desk.Rows.Keys);

        broken = false;
        await pair.Source.SyncedAsync();
        Assert.Equal("1", desk.Rows[first.Id].Text);
    }

    [Fact]
    public async Task A_product_that_hangs_is_given_up_and_asked_again()
    {
        var hangs = true;
        desk.Judge = async (_, _) =>
        {
            if (hangs)
                await Task.Delay(TimeSpan.FromMinutes(1), CancellationToken.None);
            return null;
        };
        await using var pair = await CorePair.CreateAsync(target: services =>
        {
            desk.Serves<DeskQueries>()(services);
            services.Configure<CoreSync.Application.CoreSyncOptions>(options => options.ComponentTimeLimit = TimeSpan.FromSeconds(1));
        });
        await pair.Source.PutAsync("queries", "First", "1");
        await pair.Source.PutAsync("queries", "Second", "2");

        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal(SyncJobState.Failed, job.State);
        Assert.Single(desk.Calls);
        Assert.Contains(pair.Target.Log(), line => line.Contains("6081", StringComparison.Ordinal));

        hangs = false;
        await pair.Source.SyncedAsync();
        Assert.Equal(2, desk.Rows.Count);
    }

    [Fact]
    public async Task Where_the_product_does_not_run_nothing_is_taken_and_nothing_is_edited_beside_it()
    {
        await using var pair = await CorePair.CreateAsync(target: desk.Serves<DeskQueries>());
        var query = await pair.Source.PutAsync("queries", "Laptops", "1");
        await pair.Source.SyncedAsync();
        await pair.Source.AskAsync(new SetAutoSync([query.Id.ToString()], On: false));
        await pair.Source.SyncedAsync();

        var put = await pair.Target.SendAsync(new PutItem("queries", "Laptops", new byte[] { 1 }, Id: query.Id.ToString()));
        var deleted = await pair.Target.SendAsync(new DeleteItem(query.Id.ToString()));

        Assert.True(put.HasError<ComponentProductError>());
        Assert.True(deleted.HasError<ComponentProductError>());
        Assert.Equal("1", await pair.Target.TextAsync(query));
        Assert.Equal("1", desk.Rows[query.Id].Text);
    }
}
