using CoreSync.Application.Conflicts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Conflicts;
using CoreSync.Errors;
using CoreSync.Jobs;
using CoreSync.Settings;
using CoreSync.Testing;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class A10_approval
{
    [Fact]
    public async Task What_arrives_waits_the_newest_revision_counts_and_the_job_does_not_look_failed()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.AskAsync(new SetComponentPolicy("queries", null, null, NeedsApproval: true));
        var query = await pair.Source.PutAsync("queries", "Laptops", "one");
        var job = await pair.Source.SyncedAsync();
        Assert.Equal((SyncJobState.Succeeded, 1, "sync.items-waiting"), (job.State, job.Progress.Conflicts, job.ErrorCode));
        Assert.Equal("item.awaiting-approval", Assert.Single((await pair.Source.AskAsync(new ShowJob(job.Id.ToString()))).Failures).Outcome.Code);
        Assert.Contains((await pair.Source.AskAsync(new GetStatus())).Problems, problem => problem.Error is ItemsWaitingError);
        await pair.Source.PutAsync("queries", "Laptops", "two");
        await pair.Source.SyncedAsync();
        var waiting = Assert.Single(await pair.Target.AskAsync(new ListConflicts(Reason: ConflictReason.Approval)));
        Assert.Equal((2L, 1), (waiting.Change.Item.Revision.Value, (await pair.Target.AskAsync(new GetStatus())).Decisions.Approvals));
        Assert.Null(await pair.Target.FindAsync(query));

        await pair.Target.StopAsync();
        await pair.Target.AskAsync(new AcceptChanges([query.Id.ToString()]));
        await pair.Target.AskAsync(new AcceptChanges([query.Id.ToString()]));

        Assert.Equal(("two", true), (await pair.Target.TextAsync(query), (await pair.Target.FindAsync(query))!.AutoSync));
        Assert.Equal(1, (await pair.Target.AskAsync(new GetStatus())).Decisions.Decided);
    }

    [Fact]
    public async Task The_source_learns_of_a_decision_soon_and_asking_makes_no_job()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.SetAsync(Setting.AskInterval, "1");
        await pair.Source.SetAsync(Setting.SyncInterval, "86400");
        await pair.Target.AskAsync(new SetComponentPolicy("queries", null, null, NeedsApproval: true));
        await pair.Source.ServeAsync();
        var accepted = await pair.Source.PutAsync("queries", "Accepted", "one");
        var declined = await pair.Source.PutAsync("queries", "Declined", "one");
        await Eventually.IsTrueAsync(async () => (await pair.Target.AskAsync(new ListConflicts())).Count == 2, "both wait there");
        await Eventually.IsTrueAsync(async () => (await pair.Source.AskAsync(new ListTargetFailures(pair.Target.Name))).Count == 2, "the source knows that they wait");
        await Eventually.IsTrueAsync(async () => (await pair.Source.AskAsync(new ListJobs())).All(job => job.HasEnded), "nothing runs");
        var open = await pair.Source.AskAsync(new ListTargetFailures(pair.Target.Name));
        Assert.All(open, failure => Assert.Null(failure.Failure.QuarantinedSince));
        var jobs = (await pair.Source.AskAsync(new ListJobs())).Count;
        await Task.Delay(2500, TestContext.Current.CancellationToken);
        Assert.Equal(jobs, (await pair.Source.AskAsync(new ListJobs())).Count);

        await pair.Target.AskAsync(new AcceptChanges([accepted.Id.ToString()]));
        await pair.Target.AskAsync(new DeclineChanges([declined.Id.ToString()]));

        await Eventually.IsTrueAsync(async () => (await pair.Source.AskAsync(new ListTargetFailures(pair.Target.Name))).Count == 0, "the source learns of both decisions");
        Assert.Equal("one", await pair.Target.TextAsync(accepted));
        Assert.Null(await pair.Target.FindAsync(declined));
    }

    [Fact]
    public async Task A_declined_revision_is_not_offered_again_and_a_newer_one_waits_again()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Source.PutAsync("queries", "Laptops", "one");
        await pair.Source.SyncedAsync();
        await pair.Target.AskAsync(new SetComponentPolicy("queries", null, null, NeedsApproval: true));
        await pair.Source.PutAsync("queries", "Laptops", "two");
        await pair.Source.SyncedAsync();

        await pair.Target.AskAsync(new DeclineChanges([query.Id.ToString()]));
        var learns = await pair.Source.SyncedAsync();
        Assert.Equal((0, 1), (learns.Progress.Conflicts, learns.Progress.Skipped));
        Assert.Equal("item.declined", Assert.Single((await pair.Source.AskAsync(new ShowJob(learns.Id.ToString()))).Failures).Outcome.Code);
        Assert.Equal(0, (await pair.Source.SyncedAsync()).Progress.ItemsDone);
        Assert.Equal("one", await pair.Target.TextAsync(query));

        await pair.Source.PutAsync("queries", "Laptops", "three");
        Assert.Equal(1, (await pair.Source.SyncedAsync()).Progress.Conflicts);
        await pair.Source.AskAsync(new DeleteItem(query.Id.ToString()));
        Assert.Equal(1, (await pair.Source.SyncedAsync()).Progress.Conflicts);
        await pair.Target.AskAsync(new AcceptChanges(null));
        Assert.Equal((false, "one"), ((await pair.Target.FindAsync(query))!.AutoSync, await pair.Target.TextAsync(query)));
        Assert.Empty(await pair.Target.AskAsync(new ListConflicts()));
    }

    [Fact]
    public async Task What_needs_something_that_waits_waits_with_it_and_is_accepted_with_it()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.AskAsync(new SetComponentPolicy("distribution-packages", null, null, NeedsApproval: true));
        var package = await pair.Source.PutAsync("distribution-packages", "Editor", "package");
        var task = await pair.Source.PutAsync("tasks", "Deploy editor", "task", references: package);
        var other = await pair.Source.PutAsync("tasks", "Other", "other");

        await pair.Source.SyncedAsync();
        Assert.Null(await pair.Target.FindAsync(task));
        Assert.NotNull(await pair.Target.FindAsync(other));
        Assert.Equal(2, (await pair.Target.AskAsync(new ListConflicts())).Count);
        var accepted = await pair.Target.AskAsync(new AcceptChanges([package.Id.ToString()]));

        Assert.Equal(2, accepted.Count);
        Assert.Equal(("package", "task"), (await pair.Target.TextAsync(package), await pair.Target.TextAsync(task)));
        Assert.Equal(0, (await pair.Source.SyncedAsync()).Progress.Conflicts);
    }

    [Fact]
    public async Task Files_wait_too_and_come_with_the_next_sync_after_they_were_accepted()
    {
        using var directory = new TempDirectory();
        Directory.CreateDirectory(directory.At("send"));
        Directory.CreateDirectory(directory.At("received"));
        await File.WriteAllTextAsync(directory.At("send/a.txt"), "content");
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.AskAsync(new AddFilesComponent("packages", directory.At("send"), null, [], []));
        await pair.Target.AskAsync(new AddFilesComponent("packages", null, directory.At("received"), [], []));
        await pair.Target.AskAsync(new SetComponentPolicy("packages", null, null, NeedsApproval: true));
        Assert.Equal(1, (await pair.Source.SyncedAsync()).Progress.Conflicts);
        Assert.Empty(Directory.GetFiles(directory.At("received")));

        await pair.Target.AskAsync(new AcceptChanges(null));
        await pair.Source.SyncedAsync();

        Assert.Equal("content", await File.ReadAllTextAsync(directory.At("received/a.txt")));
        Assert.Equal(0, (await pair.Source.SyncedAsync()).Progress.ItemsDone);
    }
}
