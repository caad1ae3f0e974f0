using CoreSync.Application.Conflicts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Conflicts;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Settings;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class A4_edited_copies
{
    [Fact]
    public async Task An_attempt_is_logged_and_counted_when_the_setting_says_so()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Source.PutAsync("queries", "Laptops", "one");
        await pair.Source.SyncedAsync();
        Assert.True((await pair.Target.SendAsync(new DeleteItem(query.Id.ToString()))).HasError<ItemReadOnlyError>());
        Assert.DoesNotContain((await pair.Target.AskAsync(new GetStatus())).Problems, problem => problem.Error is ReadOnlyAttemptedError);

        await pair.Target.SetAsync(Setting.WarnReadOnly, "on");
        Assert.True((await pair.Target.SendAsync(new DeleteItem(query.Id.ToString()))).HasError<ItemReadOnlyError>());
        Assert.True((await pair.Target.SendAsync(new SetAutoSync([query.Id.ToString()], On: false))).HasError<ItemReadOnlyError>());

        var told = Assert.Single((await pair.Target.AskAsync(new GetStatus())).Problems, problem => problem.Error is ReadOnlyAttemptedError);
        Assert.Equal((2L, 1), (((ReadOnlyAttemptedError)told.Error).Attempts, ((ReadOnlyAttemptedError)told.Error).Items));
        Assert.Equal("one", await pair.Target.TextAsync(query));
    }

    [Fact]
    public async Task The_next_revision_of_the_origin_wins_and_the_edited_version_is_kept()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await EditedAsync(pair, EditedPolicy.Replace);

        await pair.Source.PutAsync("queries", "Laptops", "two", autoSync: true);
        await pair.Source.SyncedAsync();

        Assert.Equal(("two", false), (await pair.Target.TextAsync(query), (await pair.Target.FindAsync(query))!.IsEdited));
        await pair.Target.AskAsync(new RollBackItem(query.Id.ToString()));
        Assert.Equal(("edited", true), (await pair.Target.TextAsync(query), (await pair.Target.FindAsync(query))!.IsEdited));
    }

    [Fact]
    public async Task Keep_rejects_the_newer_revision_with_the_reason()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await EditedAsync(pair, EditedPolicy.Keep);

        await pair.Source.PutAsync("queries", "Laptops", "two", autoSync: true);
        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal("item.kept-here", Assert.Single((await pair.Source.AskAsync(new ShowJob(job.Id.ToString()))).Failures).Outcome.Code);
        Assert.Equal("edited", await pair.Target.TextAsync(query));
    }

    [Theory]
    [InlineData(ConflictDecision.Mine, "edited")]
    [InlineData(ConflictDecision.Theirs, "two")]
    [InlineData(ConflictDecision.Both, "two")]
    public async Task Ask_waits_for_a_person(ConflictDecision decision, string expected)
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await EditedAsync(pair, EditedPolicy.Ask);
        await pair.Source.PutAsync("queries", "Laptops", "two", autoSync: true);
        Assert.Equal(1, (await pair.Source.SyncedAsync()).Progress.Conflicts);
        Assert.Equal(("edited", ConflictReason.ChangedHere), (await pair.Target.TextAsync(query), Assert.Single(await pair.Target.AskAsync(new ListConflicts())).Reason));

        await pair.Target.AskAsync(new ResolveConflict(query.Id.ToString(), decision));

        Assert.Equal(expected, await pair.Target.TextAsync(query));
        Assert.Equal(0, (await pair.Source.SyncedAsync()).Progress.Conflicts);
        Assert.Equal(expected, await pair.Target.TextAsync(query));
        var names = (await pair.Target.ListAsync("queries")).Select(item => item.Name);
        Assert.Equal(decision == ConflictDecision.Both ? ["Laptops", "Laptops %1"] : ["Laptops"], names);
    }

    // A copy that was released, edited here, and is flagged again at its source.
    private static async Task<Item> EditedAsync(CorePair pair, EditedPolicy policy)
    {
        await pair.Target.AskAsync(new SetComponentPolicy("queries", null, null, policy));
        var query = await pair.Source.PutAsync("queries", "Laptops", "one");
        await pair.Source.SyncedAsync();
        await pair.Source.AskAsync(new SetAutoSync([query.Id.ToString()], On: false));
        await pair.Source.SyncedAsync();
        await pair.Target.PutAsync("queries", "Laptops", "edited", autoSync: null, id: query.Id.ToString());
        return query;
    }
}
