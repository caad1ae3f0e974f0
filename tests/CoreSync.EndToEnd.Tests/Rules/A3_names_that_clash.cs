using System.Text;
using CoreSync.Application.Conflicts;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Conflicts;
using CoreSync.Items;
using CoreSync.Jobs;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class A3_names_that_clash
{
    [Fact]
    public async Task The_incoming_item_gets_a_suffix_and_keeps_it_with_its_next_revision()
    {
        await using var pair = await CorePair.CreateAsync();
        var own = await pair.Target.PutAsync("queries", "Laptops", "mine", autoSync: false);
        var incoming = await pair.Source.PutAsync("queries", "Laptops", "one");
        await pair.Source.SyncedAsync();
        Assert.Equal("Laptops %1", (await pair.Target.FindAsync(incoming))!.Name);
        Assert.Equal("mine", await pair.Target.TextAsync(own));

        await pair.Target.AskAsync(new DeleteItem(own.Id.ToString()));
        await pair.Source.PutAsync("queries", "Laptops", "two");
        await pair.Source.SyncedAsync();

        Assert.Equal("Laptops %1", (await pair.Target.FindAsync(incoming))!.Name);
        Assert.Equal("two", await pair.Target.TextAsync(incoming));
        Assert.Equal("Laptops", (await pair.Source.FindAsync(incoming))!.Name);
    }

    [Fact]
    public async Task Names_travel_on_as_the_origin_gave_them()
    {
        await using var pair = await CorePair.CreateAsync();
        await using var site = await RealCore.CreateAsync("site.example.net");
        await site.AddAccountAsync();
        await site.ServeAsync();
        await pair.Target.AddTargetAsync(site);
        await pair.Target.PutAsync("queries", "Laptops", "mine", autoSync: false);
        var incoming = await pair.Source.PutAsync("queries", "Laptops", "one");

        await pair.Source.SyncedAsync();
        await Eventually.IsTrueAsync(async () => await site.FindAsync(incoming) is not null, "the item goes on to the site");

        Assert.Equal("Laptops %1", (await pair.Target.FindAsync(incoming))!.Name);
        Assert.Equal("Laptops", (await site.FindAsync(incoming))!.Name);
    }

    [Fact]
    public async Task The_hundredth_clash_is_a_clear_error_and_changes_nothing()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.PutAsync("queries", "Laptops", "mine", autoSync: false);
        for (var number = 1; number <= 98; number++)
            await pair.Target.PutAsync("queries", $"Laptops %{number}", "mine", autoSync: false);
        var ninetyNinth = await pair.Source.PutAsync("queries", "Laptops", "a");
        await pair.Source.SyncedAsync();
        Assert.Equal("Laptops %99", (await pair.Target.FindAsync(ninetyNinth))!.Name);
        var hundredth = await pair.Source.PutAsync("queries", "Laptops", "b", id: Guid.NewGuid().ToString());

        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal(1, job.Progress.Rejected);
        var failure = Assert.Single((await pair.Source.AskAsync(new ShowJob(job.Id.ToString()))).Failures);
        Assert.Equal("item.names-exhausted", failure.Outcome.Code);
        Assert.Contains("%99", failure.Outcome.Message, StringComparison.Ordinal);
        Assert.Null(await pair.Target.FindAsync(hundredth));
        Assert.Equal(100, (await pair.Target.ListAsync("queries")).Count);
    }

    [Fact]
    public async Task Items_that_swap_their_names_at_the_source_clash_with_nobody()
    {
        await using var pair = await CorePair.CreateAsync();
        var one = await pair.Source.PutAsync("queries", "One", "1");
        var two = await pair.Source.PutAsync("queries", "Two", "2");
        await pair.Source.SyncedAsync();

        await pair.Source.PutAsync("queries", "Two", "1", id: one.Id.ToString());
        await pair.Source.PutAsync("queries", "One", "2", id: two.Id.ToString());
        await pair.Source.SyncedAsync();

        Assert.Equal(("Two", "One"), ((await pair.Target.FindAsync(one))!.Name, (await pair.Target.FindAsync(two))!.Name));
    }

    [Fact]
    public async Task Replace_makes_the_own_item_give_way_without_losing_it()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.AskAsync(new SetComponentPolicy("queries", null, ClashPolicy.Replace));
        var own = await pair.Target.PutAsync("queries", "Laptops", "mine", autoSync: false);
        var referrer = await pair.Target.PutAsync("tasks", "Nightly", "run", autoSync: false, references: own);
        var incoming = await pair.Source.PutAsync("queries", "Laptops", "theirs");

        await pair.Source.SyncedAsync();

        Assert.Equal("Laptops", (await pair.Target.FindAsync(incoming))!.Name);
        Assert.True((await pair.Target.FindAsync(own))!.IsDeleted);
        Assert.Equal([incoming.Id], (await pair.Target.FindAsync(referrer))!.References);
        Assert.Equal(incoming.Id, (await pair.Target.AskAsync(new ShowItem(own.Id.ToString()))).Item.Id);
        var restored = await pair.Target.AskAsync(new RollBackItem(own.Id.ToString()));
        Assert.Equal("Laptops %1", restored.Name);
        Assert.Equal("mine", await pair.Target.TextAsync(own));
    }

    [Fact]
    public async Task Keep_rejects_the_incoming_item_with_the_reason()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.AskAsync(new SetComponentPolicy("queries", null, ClashPolicy.Keep));
        var own = await pair.Target.PutAsync("queries", "Laptops", "mine", autoSync: false);
        var incoming = await pair.Source.PutAsync("queries", "Laptops", "theirs");

        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal((SyncJobState.Failed, 1), (job.State, job.Progress.Rejected));
        Assert.Equal("item.name-taken", Assert.Single((await pair.Source.AskAsync(new ShowJob(job.Id.ToString()))).Failures).Outcome.Code);
        Assert.Null(await pair.Target.FindAsync(incoming));
        Assert.Equal("mine", await pair.Target.TextAsync(own));
    }

    [Theory]
    [InlineData(ConflictDecision.Mine)]
    [InlineData(ConflictDecision.Theirs)]
    [InlineData(ConflictDecision.Both)]
    public async Task Ask_waits_for_a_person_whose_decision_lasts(ConflictDecision decision)
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.AskAsync(new SetComponentPolicy("queries", null, ClashPolicy.Ask));
        var own = await pair.Target.PutAsync("queries", "Laptops", """{"os":"linux","count":3}""", autoSync: false);
        var incoming = await pair.Source.PutAsync("queries", "Laptops", """{"os":"windows","count":3}""");
        var waits = await pair.Source.SyncedAsync();
        Assert.Equal((1, "sync.items-waiting"), (waits.Progress.Conflicts, waits.ErrorCode));
        Assert.Null(await pair.Target.FindAsync(incoming));
        var again = await pair.Source.SyncedAsync();
        Assert.Equal((1, 0L), (again.Progress.Conflicts, again.Progress.BytesSent));

        var shown = await pair.Target.AskAsync(new ShowConflict(incoming.Id.ToString()));
        Assert.Equal(new DocumentDifference("$.os", "\"windows\"", "\"linux\""), Assert.Single(shown.Diff!.Differences));
        var decided = await pair.Target.AskAsync(new ResolveConflict(incoming.Id.ToString(), decision));
        Assert.Equal(decided.DecidedAt, (await pair.Target.AskAsync(new ResolveConflict(incoming.Id.ToString(), decision))).DecidedAt);

        var learns = await pair.Source.SyncedAsync();
        Assert.Equal((0, 1), (learns.Progress.Conflicts, learns.Progress.Skipped));
        Assert.Equal(0, (await pair.Source.SyncedAsync()).Progress.ItemsDone);
        await pair.Source.PutAsync("queries", "Laptops", """{"os":"bsd"}""");
        Assert.Equal(0, (await pair.Source.SyncedAsync()).Progress.Conflicts);
        Assert.Empty(await pair.Target.AskAsync(new ListConflicts()));
        Assert.Equal(decision, Assert.Single(await pair.Target.AskAsync(new ListConflicts(Decided: true))).Decision);
        var expected = decision switch
        {
            ConflictDecision.Mine => (null, """{"os":"linux","count":3}"""),
            ConflictDecision.Theirs => ("Laptops", null),
            _ => ("Laptops %1", """{"os":"linux","count":3}"""),
        };
        Assert.Equal(expected, ((await pair.Target.FindAsync(incoming))?.Name, await pair.Target.TextAsync(own)));
        if (decision != ConflictDecision.Mine)
            Assert.Equal("""{"os":"bsd"}""", await pair.Target.TextAsync(incoming));
    }

    [Fact]
    public async Task A_declined_item_can_be_taken_later_and_what_was_taken_cannot_be_declined()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.AskAsync(new SetComponentPolicy("queries", null, ClashPolicy.Ask));
        await pair.Target.PutAsync("queries", "Laptops", "mine", autoSync: false);
        var incoming = await pair.Source.PutAsync("queries", "Laptops", "theirs");
        await pair.Source.SyncedAsync();
        await pair.Target.AskAsync(new ResolveConflict(incoming.Id.ToString(), ConflictDecision.Mine));
        await pair.Source.SyncedAsync();

        await pair.Target.AskAsync(new ResolveConflict(incoming.Id.ToString(), ConflictDecision.Both));
        Assert.Equal("theirs", await pair.Target.TextAsync(incoming));
        var declined = await pair.Target.SendAsync(new ResolveConflict(incoming.Id.ToString(), ConflictDecision.Mine));

        Assert.True(declined.HasError<CoreSync.Errors.ConflictSettledError>());
        Assert.Equal("theirs", await pair.Target.TextAsync(incoming));
    }

    [Theory]
    [InlineData(ClashPolicy.Suffix, true)]
    [InlineData(ClashPolicy.Ask, false)]
    [InlineData(ClashPolicy.Keep, true)]
    public async Task Linked_items_are_one_and_the_next_sync_updates_it(ClashPolicy policy, bool mineFirst)
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.AskAsync(new SetComponentPolicy("queries", null, policy));
        var own = await pair.Target.PutAsync("queries", "Laptops", "mine", autoSync: false);
        var incoming = await pair.Source.PutAsync("queries", "Laptops", "one");
        await pair.Source.SyncAsync();

        var (first, second) = mineFirst ? (own.Id.ToString(), incoming.Id.ToString()) : (incoming.Id.ToString(), own.Id.ToString());
        await pair.Target.AskAsync(new LinkItems(first, second));
        await pair.Target.AskAsync(new LinkItems(first, second));
        await pair.Source.PutAsync("queries", "Laptops", "two");
        await pair.Source.SyncedAsync();

        var item = Assert.Single(await pair.Target.ListAsync("queries"));
        Assert.Equal(("Laptops", incoming.Id), (item.Name, item.Id));
        var shown = await pair.Target.AskAsync(new ShowItem(own.Id.ToString()));
        Assert.Equal("two", Encoding.UTF8.GetString(shown.Document!.Value.Span));
        Assert.Equal("mine", await TextOfPreviousAsync(pair.Target, own));
        Assert.Empty(await pair.Target.AskAsync(new ListConflicts()));
    }

    [Fact]
    public async Task Items_that_cannot_be_the_same_are_not_linked()
    {
        await using var pair = await CorePair.CreateAsync();
        var own = await pair.Target.PutAsync("queries", "A", "1", autoSync: false);
        var other = await pair.Target.PutAsync("queries", "B", "2", autoSync: false);
        var elsewhere = await pair.Source.PutAsync("scripts", "A", "3");
        await pair.Source.SyncedAsync();

        var both = await pair.Target.SendAsync(new LinkItems(own.Id.ToString(), other.Id.ToString()));
        var components = await pair.Target.SendAsync(new LinkItems(own.Id.ToString(), elsewhere.Id.ToString()));

        Assert.True(both.HasError<CoreSync.Errors.ConflictLinkInvalidError>());
        Assert.True(components.HasError<CoreSync.Errors.ConflictLinkInvalidError>());
        Assert.Equal(("1", "2", "3"), (await pair.Target.TextAsync(own), await pair.Target.TextAsync(other), await pair.Target.TextAsync(elsewhere)));
    }

    private static async Task<string?> TextOfPreviousAsync(RealCore core, Item item)
    {
        await core.AskAsync(new RollBackItem(item.Id.ToString()));
        return await core.TextAsync(item);
    }
}
