using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
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

    [Fact]
    public async Task What_was_planned_before_counts_as_there_for_what_comes_after()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Source.PutAsync("queries", "Laptops", "1");
        await pair.Source.PutAsync("tasks", "Install", "22", references: query);
        var gone = await pair.Source.PutAsync("queries", "Gone", "1");
        await pair.Source.PutAsync("tasks", "Needs what is gone", "3", references: gone);
        await pair.Source.AskAsync(new DeleteItem(gone.Id.ToString()));

        var plan = await pair.Source.AskAsync(new PlanTarget(pair.Target.Name));

        Assert.Equal(
            [("Gone", PlanVerb.Delete, ""), ("Install", PlanVerb.Create, ""), ("Laptops", PlanVerb.Create, ""), ("Needs what is gone", PlanVerb.Reject, "item.reference-missing")],
            plan.Lines.Select(line => (line.Item.Name, line.Change.Verb, line.Change.Code)).OrderBy(line => line.Name, StringComparer.Ordinal));
        Assert.Empty(await pair.Target.ListAsync("queries"));
    }

    [Fact]
    public async Task A_plan_of_a_copy_shows_what_comes_along_and_nothing_is_written_anywhere()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.PutAsync("queries", "Laptops", "mine", autoSync: false);
        var package = await pair.Source.PutAsync("distribution-packages", "7-Zip", "{}", autoSync: false);
        var query = await pair.Source.PutAsync("queries", "Laptops", "1", autoSync: false);
        var task = await pair.Source.PutAsync("tasks", "Install 7-Zip", "1234", false, null, package, query);
        var script = await pair.Source.PutAsync("scripts", "Not taken there", "1", autoSync: false);
        await pair.Target.AskAsync(new EnableComponent("scripts", Enabled: false));
        var before = (await HeadAsync(pair.Source), await HeadAsync(pair.Target));

        var plan = await pair.Source.AskAsync(new PlanCopy([task.Id.ToString(), script.Id.ToString()], pair.Target.Name));

        var lines = plan.Lines.ToDictionary(line => line.Item.Id);
        Assert.Equal(4, lines.Count);
        Assert.Equal((PlanVerb.Create, 4L, 0), (lines[task.Id].Change.Verb, lines[task.Id].Change.Bytes, lines[task.Id].Because.Count));
        Assert.Equal((PlanVerb.Create, 2L, task.Id), (lines[package.Id].Change.Verb, lines[package.Id].Change.Bytes, Assert.Single(lines[package.Id].Because)));
        Assert.Equal((PlanVerb.Create, "Laptops %1", task.Id), (lines[query.Id].Change.Verb, lines[query.Id].Change.Name, Assert.Single(lines[query.Id].Because)));
        Assert.Equal((PlanVerb.Reject, "component.not-received"), (lines[script.Id].Change.Verb, lines[script.Id].Change.Code));
        Assert.True(plan.Changes);
        Assert.Equal(before, (await HeadAsync(pair.Source), await HeadAsync(pair.Target)));
        Assert.Empty(await pair.Source.AskAsync(new ListJobs()));

        await pair.Source.AskAsync(new CopyToCores([task.Id.ToString()], [pair.Target.Name], Wait: true));
        Assert.Equal("Laptops %1", (await pair.Target.FindAsync(query))!.Name);
        Assert.False((await pair.Source.AskAsync(new PlanCopy([task.Id.ToString()], pair.Target.Name))).Changes);
    }

    [Fact]
    public async Task A_plan_of_a_copy_asks_for_items_and_cores_that_are_there()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Source.PutAsync("queries", "Laptops", "1", autoSync: false);

        var item = await pair.Source.SendAsync(new PlanCopy([Guid.NewGuid().ToString()], pair.Target.Name));
        var core = await pair.Source.SendAsync(new PlanCopy([query.Id.ToString()], "nowhere.example.net"));

        Assert.True(item.HasError<Errors.ItemNotFoundError>());
        Assert.True(core.HasError<Errors.TargetNotFoundError>());
    }

    [Theory]
    [InlineData(ClashPolicy.Suffix, PlanVerb.Create, "", "Laptops %1")]
    [InlineData(ClashPolicy.Replace, PlanVerb.Create, "", "")]
    [InlineData(ClashPolicy.Keep, PlanVerb.Reject, "item.name-taken", "")]
    [InlineData(ClashPolicy.Ask, PlanVerb.Conflict, "item.name-clash", "")]
    public async Task A_plan_shows_what_the_policies_of_the_target_would_do(ClashPolicy policy, PlanVerb verb, string code, string name)
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.AskAsync(new SetComponentPolicy("queries", null, policy));
        var own = await pair.Target.PutAsync("queries", "Laptops", "mine", autoSync: false);
        var query = await pair.Source.PutAsync("queries", "Laptops", "1");
        await pair.Source.PutAsync("tasks", "Needs it", "2", references: query);

        var plan = await pair.Source.AskAsync(new PlanTarget(pair.Target.Name));

        var line = plan.Lines.Single(one => one.Item.Id == query.Id).Change;
        Assert.Equal((verb, code, name), (line.Verb, line.Code, line.Name));
        Assert.Equal(policy == ClashPolicy.Replace ? own.Id : null, line.Replaces);
        // What needs it shares its fate (J4).
        Assert.Equal(verb, plan.Lines.Single(one => one.Item.Name == "Needs it").Change.Verb);
    }

    private static async Task<long> HeadAsync(RealCore core) => (await core.Services.GetRequiredService<ICatalogue>().HeadAsync(CancellationToken.None)).Value;
}
