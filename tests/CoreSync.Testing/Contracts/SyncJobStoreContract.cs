using CoreSync.Application.Jobs;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using CoreSync.Servers;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every store of sync jobs does.</summary>
public abstract class SyncJobStoreContract : StoreContract
{
    private static readonly TargetId Target = new(Guid.Parse("12345678-1234-1234-1234-123456789abc"));

    [Fact]
    public async Task A_second_job_to_a_target_joins_the_queued_one()
    {
        var first = await Store.Jobs.EnqueueAsync(Job(), Token);
        var second = await Store.Jobs.EnqueueAsync(Job(), Token);
        var elsewhere = await Store.Jobs.EnqueueAsync(Job(target: new TargetId(Guid.NewGuid())), Token);

        Assert.Equal(first.Id, second.Id);
        Assert.Equal([first.Id, elsewhere.Id], (await Store.Jobs.ActiveAsync(Token)).Select(job => job.Id));
    }

    [Fact]
    public async Task While_one_job_runs_the_next_one_waits_in_the_queue()
    {
        var running = await StartedAsync();

        var queued = await Store.Jobs.EnqueueAsync(Job(), Token);

        Assert.NotEqual(running.Id, queued.Id);
        Assert.Equal([SyncJobState.Running, SyncJobState.Queued], (await Store.Jobs.ActiveAsync(Token)).Select(job => job.State));
    }

    [Fact]
    public async Task Two_jobs_to_one_target_never_run_at_the_same_time()
    {
        var running = await StartedAsync();
        var queued = await Store.Jobs.EnqueueAsync(Job(), Token);
        queued.Start(SomeStored.Start);

        var thrown = await Assert.ThrowsAsync<CoreSyncException>(() => Store.Jobs.SaveAsync(queued, Token));

        Assert.Equal(running.Id.ToString(), Assert.IsType<TargetBusyError>(thrown.Error).Job);
        Assert.Equal(SyncJobState.Queued, (await Store.Jobs.FindAsync(queued.Id, Token))!.State);
    }

    [Fact]
    public async Task A_job_comes_back_with_all_that_was_saved()
    {
        var job = await StartedAsync();
        job.Report(new JobProgress(10, 5, 2, 1, 1, 1234, 5678));
        job.Complete(new StoreFullError("/srv"), cancelled: false, SomeStored.Start.AddMinutes(3));

        await Store.Jobs.SaveAsync(job, Token);

        var stored = (await Store.Jobs.FindAsync(job.Id, Token))!;
        Assert.Equivalent(job, stored, strict: true);
        Assert.Equal("store.full", stored.ErrorCode);
        Assert.Empty(await Store.Jobs.ActiveAsync(Token));
    }

    [Fact]
    public async Task Cancelling_a_queued_job_ends_it_at_once()
    {
        var job = await Store.Jobs.EnqueueAsync(Job(), Token);

        var cancelled = await Store.Jobs.RequestCancelAsync(job.Id, Token);

        Assert.Equal(SyncJobState.Cancelled, cancelled.Value.State);
        Assert.Empty(await Store.Jobs.ActiveAsync(Token));
        Assert.True((await Store.Jobs.RequestCancelAsync(job.Id, Token)).HasError<JobEndedError>());
    }

    [Fact]
    public async Task Saving_progress_never_clears_a_cancel_request()
    {
        var job = await StartedAsync();
        await Store.Jobs.RequestCancelAsync(job.Id, Token);

        job.Report(new JobProgress(10, 1, 0, 0, 0, 0, 0));
        await Store.Jobs.SaveAsync(job, Token);

        Assert.True(await Store.Jobs.IsCancelRequestedAsync(job.Id, Token));
        var stored = (await Store.Jobs.FindAsync(job.Id, Token))!;
        Assert.True(stored.IsCancelRequested);
        Assert.Equal((SyncJobState.Running, 1), (stored.State, stored.Progress.Applied));
    }

    [Fact]
    public async Task A_job_cancelled_in_the_queue_does_not_come_back_when_a_runner_saves_it_as_started()
    {
        var seenByRunner = await Store.Jobs.EnqueueAsync(Job(), Token);
        await Store.Jobs.RequestCancelAsync(seenByRunner.Id, Token);

        seenByRunner.Start(SomeStored.Start);
        await Store.Jobs.SaveAsync(seenByRunner, Token);

        Assert.Equal(SyncJobState.Cancelled, (await Store.Jobs.FindAsync(seenByRunner.Id, Token))!.State);
        Assert.True(await Store.Jobs.IsCancelRequestedAsync(seenByRunner.Id, Token));
    }

    [Fact]
    public async Task An_unknown_job_can_be_neither_found_nor_cancelled_nor_saved()
    {
        var unknown = Job();

        Assert.Null(await Store.Jobs.FindAsync(unknown.Id, Token));
        Assert.False(await Store.Jobs.IsCancelRequestedAsync(unknown.Id, Token));
        Assert.True((await Store.Jobs.RequestCancelAsync(unknown.Id, Token)).HasError<JobNotFoundError>());
        Assert.IsType<JobNotFoundError>((await Assert.ThrowsAsync<CoreSyncException>(() => Store.Jobs.SaveAsync(unknown, Token))).Error);
    }

    [Fact]
    public async Task Jobs_are_listed_newest_first_of_one_target_or_all()
    {
        var one = await EndedAsync("one.example.org", SomeStored.Start);
        var two = await EndedAsync("two.example.org", SomeStored.Start);
        var three = await EndedAsync("one.example.org", SomeStored.Start);

        Assert.Equal([three.Id, two.Id, one.Id], (await Store.Jobs.ListAsync(new JobFilter(Limit: 10), Token)).Select(job => job.Id));
        Assert.Equal([three.Id, two.Id], (await Store.Jobs.ListAsync(new JobFilter(Limit: 2), Token)).Select(job => job.Id));
        Assert.Equal([three.Id, one.Id], (await Store.Jobs.ListAsync(new JobFilter(SomeStored.Name("one.example.org")), Token)).Select(job => job.Id));
    }

    [Fact]
    public async Task Outcomes_are_kept_in_order_with_the_names_of_their_items()
    {
        var job = await StartedAsync();
        var first = (new ItemOutcome(new ItemId(Guid.NewGuid()), new Sequence(5), ItemOutcomeKind.Rejected, "path.invalid", "it leaves its directory"), "../x", SomeStored.Packages);
        var second = (new ItemOutcome(new ItemId(Guid.NewGuid()), new Sequence(6), ItemOutcomeKind.Conflict, "path.collision", "A and a"), "a", SomeStored.Packages);

        await Store.Jobs.AddOutcomesAsync(job.Id, [first], Token);
        await Store.Jobs.AddOutcomesAsync(job.Id, [second], Token);

        Assert.Equal([first, second], await Store.Jobs.OutcomesAsync(job.Id, Token));
        Assert.Empty(await Store.Jobs.OutcomesAsync(Guid.NewGuid(), Token));
    }

    [Fact]
    public async Task Purging_removes_old_ended_jobs_with_their_outcomes_and_nothing_else()
    {
        var old = await EndedAsync("one.example.org", SomeStored.Start.AddDays(-100));
        var recent = await EndedAsync("one.example.org", SomeStored.Start);
        var active = await Store.Jobs.EnqueueAsync(SyncJob.Queue(Guid.NewGuid(), Target, SomeStored.Name("one.example.org"), JobTrigger.Manual, SomeStored.Start.AddDays(-200)), Token);
        await Store.Jobs.AddOutcomesAsync(old.Id, [(new ItemOutcome(new ItemId(Guid.NewGuid()), new Sequence(1), ItemOutcomeKind.Rejected, "c", "m"), "n", SomeStored.Queries)], Token);

        await Store.Jobs.PurgeAsync(SomeStored.Start.AddDays(-90), Token);

        Assert.Equal([active.Id, recent.Id], (await Store.Jobs.ListAsync(new JobFilter(Limit: 10), Token)).Select(job => job.Id));
        Assert.Empty(await Store.Jobs.OutcomesAsync(old.Id, Token));
    }

    private static SyncJob Job(string name = "target.example.org", TargetId? target = null) =>
        SyncJob.Queue(Guid.NewGuid(), target ?? Target, SomeStored.Name(name), JobTrigger.Manual, SomeStored.Start);

    private async Task<SyncJob> StartedAsync(string name = "target.example.org")
    {
        var job = await Store.Jobs.EnqueueAsync(Job(name), Token);
        job.Start(SomeStored.Start.AddSeconds(1));
        await Store.Jobs.SaveAsync(job, Token);
        return job;
    }

    private async Task<SyncJob> EndedAsync(string name, DateTimeOffset at)
    {
        var job = await StartedAsync(name);
        job.Complete(null, cancelled: false, at);
        await Store.Jobs.SaveAsync(job, Token);
        return job;
    }
}
