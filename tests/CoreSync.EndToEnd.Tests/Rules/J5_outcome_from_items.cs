using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Jobs;
using CoreSync.Settings;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>J5: the outcome of a job is computed from the outcomes of its items, and reflects later retries.</summary>
public sealed class J5_outcome_from_items
{
    [Fact]
    public async Task Some_refused_items_make_a_partly_failed_job_whose_final_state_follows_the_retry()
    {
        var picky = new PickyTarget();
        picky.Refuse("bad", new ItemInvalidError("bad", "it is refused here"));
        await using var pair = await CorePair.CreateAsync(target: picky.Install);
        var bad = await pair.Source.PutAsync("queries", "bad", "{}");
        await pair.Source.PutAsync("queries", "good", "{}");

        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal((SyncJobState.PartlyFailed, 1, 1, "sync.items-failed"), (job.State, job.Progress.Applied, job.Progress.Rejected, job.ErrorCode));
        var failure = Assert.Single((await pair.Source.AskAsync(new ShowJob(job.Id.ToString()))).Failures);
        Assert.Equal((bad.Id, "item.invalid"), (failure.Outcome.Item, failure.Outcome.Code));
        Assert.Null(await pair.Target.FindAsync(bad));

        picky.Accept("bad");
        var retry = await pair.Source.AskAsync(new RetryJob(job.Id.ToString(), bad.Id.ToString()));

        Assert.Equal((SyncJobState.Succeeded, JobTrigger.Retry, job.Id), (retry.State, retry.Trigger, retry.Attempt.RetryOf));
        Assert.Equal("{}", await pair.Target.TextAsync(bad));
        var first = await pair.Source.AskAsync(new ShowJob(job.Id.ToString()));
        Assert.Equal((SyncJobState.PartlyFailed, SyncJobState.Succeeded, retry.Id), (first.Job.State, first.Job.FinalState, first.Job.Attempt.ResolvedBy));
        Assert.All(first.Failures, entry => Assert.True(first.IsResolved(entry.Outcome)));
        Assert.True((await pair.Source.SendAsync(new RetryJob(job.Id.ToString()))).HasError<NothingToRetryError>());
    }

    [Fact]
    public async Task A_job_whose_items_were_all_refused_has_failed()
    {
        var picky = new PickyTarget();
        picky.Refuse("bad", new ItemInvalidError("bad", "it is refused here"));
        await using var pair = await CorePair.CreateAsync(target: picky.Install);
        await pair.Source.PutAsync("queries", "bad", "{}");

        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal((SyncJobState.Failed, 0, 1), (job.State, job.Progress.Applied, job.Progress.Rejected));
        var view = await pair.Source.AskAsync(new ShowTargetCore(pair.Target.Name));
        Assert.Equal((1, 0L), (view.Failed, view.Waiting));
        // The target works: it is not the target that failed.
        Assert.Equal(RetryState.None, view.Attempts);
    }

    [Fact]
    public async Task Nothing_to_do_is_a_success_without_items()
    {
        await using var pair = await CorePair.CreateAsync();

        var job = await pair.Source.SyncedAsync();

        Assert.Equal((0, 0, null), (job.Progress.ItemsTotal, job.Progress.Applied, job.ErrorCode));
    }

    [Fact]
    public async Task Due_and_nothing_moved_is_no_success()
    {
        await using var pair = await CorePair.CreateAsync(source: EmptyFeed.Install);
        await pair.Source.PutAsync("queries", "all devices", "{}");

        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal((SyncJobState.Failed, "sync.nothing-moved"), (job.State, job.ErrorCode));
        Assert.Null((await pair.Source.AskAsync(new ShowTargetCore(pair.Target.Name))).Target.LastSuccess);
    }

    [Fact]
    public async Task An_item_that_left_the_source_leaves_the_list_of_failures()
    {
        var picky = new PickyTarget();
        picky.Refuse("bad", new ItemInvalidError("bad", "it is refused here"));
        await using var pair = await CorePair.CreateAsync(target: picky.Install);
        await pair.Source.SetAsync(Setting.ProbeInterval, "3600");
        var bad = await pair.Source.PutAsync("queries", "bad", "{}");
        await pair.Source.SyncAsync();

        await pair.Source.AskAsync(new Application.Items.DeleteItem(bad.Id.ToString()));
        picky.Accept("bad");
        await pair.Source.SyncedAsync();

        Assert.Equal(0, (await pair.Source.AskAsync(new ShowTargetCore(pair.Target.Name))).Failed);
    }
}
