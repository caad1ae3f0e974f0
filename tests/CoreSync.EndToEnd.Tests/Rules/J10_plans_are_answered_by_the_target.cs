using CoreSync.Application.Items;
using CoreSync.Application.Verification;
using CoreSync.Items;
using CoreSync.Verification;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class J10_plans_are_answered_by_the_target
{
    [Fact]
    public async Task A_plan_says_what_the_target_would_do_and_nothing_is_written_anywhere()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.AskAsync(new SetComponentPolicy("reports", DeletePolicy.Delete, null));
        var updated = await pair.Source.PutAsync("queries", "updated", "1");
        var deleted = await pair.Source.PutAsync("reports", "deleted", "1");
        var released = await pair.Source.PutAsync("queries", "released", "1");
        await pair.Source.SyncedAsync();
        await pair.Source.PutAsync("queries", "created", "12345");
        await pair.Source.PutAsync("queries", "updated", "1234567", id: updated.Id.ToString());
        await pair.Source.AskAsync(new DeleteItem(deleted.Id.ToString()));
        await pair.Source.AskAsync(new SetAutoSync([released.Id.ToString()], On: false));
        var before = (await HeadAsync(pair.Source), await HeadAsync(pair.Target), await pair.Target.InSyncAsync());

        var plan = await pair.Source.AskAsync(new PlanTarget(pair.Target.Name));

        Assert.Equal(
            [("created", PlanVerb.Create, 5L), ("deleted", PlanVerb.Delete, 0L), ("released", PlanVerb.Release, 0L), ("updated", PlanVerb.Update, 7L)],
            plan.Lines.Select(line => (line.Item.Name, line.Change.Verb, line.Change.Bytes)).OrderBy(line => line.Name, StringComparer.Ordinal));
        Assert.True(plan.Changes);
        var after = (await HeadAsync(pair.Source), await HeadAsync(pair.Target), await pair.Target.InSyncAsync());
        Assert.Equal((before.Item1, before.Item2), (after.Item1, after.Item2));
        Assert.Equal(before.Item3, after.Item3);
    }

    [Fact]
    public async Task What_was_planned_is_what_happens()
    {
        await using var pair = await CorePair.CreateAsync();
        for (var i = 0; i < 20; i++)
            await pair.Source.PutAsync("queries", $"item {i}", $"{i}");

        var plan = await pair.Source.AskAsync(new PlanTarget(pair.Target.Name, "queries"));
        var job = await pair.Source.SyncedAsync();
        var nothing = await pair.Source.AskAsync(new PlanTarget(pair.Target.Name));

        Assert.Equal(job.Progress.Applied, plan.Lines.Count(line => line.Change.Verb == PlanVerb.Create));
        Assert.Equal(job.Progress.BytesSent, plan.Lines.Sum(line => line.Change.Bytes));
        Assert.Empty(nothing.Lines);
        Assert.False(nothing.Changes);
    }

    [Fact]
    public async Task A_plan_needs_the_rights_of_a_sync()
    {
        await using var pair = await CorePair.CreateAsync(rights: Accounts.Rights.View);
        await pair.Source.PutAsync("queries", "a", "1");

        var plan = await pair.Source.SendAsync(new PlanTarget(pair.Target.Name));

        Assert.True(plan.HasError<Errors.RightsMissingError>());
        Assert.Empty(await pair.Target.ListAsync("queries"));
    }

    private static async Task<long> HeadAsync(RealCore core) => (await core.Services.GetRequiredService<ICatalogue>().HeadAsync(CancellationToken.None)).Value;
}
