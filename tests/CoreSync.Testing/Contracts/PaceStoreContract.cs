using CoreSync.Application.Jobs;
using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Trust;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every store of observations about targets does, and what jobs and failures tell each other.</summary>
public abstract class PaceStoreContract : StoreContract
{
    private static readonly DateTimeOffset At = SomeStored.Start;
    private static readonly RetryState Failing = new(7, At.AddMinutes(15), At, "target.unreachable", "nobody answers");

    [Fact]
    public async Task Attempts_and_fires_are_kept_apart_from_each_other()
    {
        var target = await AddAsync();

        await Store.Paces.SaveRetriesAsync(target.Id, Failing, Token);
        await Store.Paces.SaveFiresAsync([(target.Id, new TargetPace(RetryState.None, At, At.AddMinutes(2), At.AddMinutes(-2)))], Token);

        Assert.Equal(new TargetPace(Failing, At, At.AddMinutes(2), At.AddMinutes(-2)), (await Store.Paces.AllAsync(Token))[target.Id]);
        await Store.Paces.SaveRetriesAsync(target.Id, RetryState.None, Token);
        Assert.Equal(new TargetPace(RetryState.None, At, At.AddMinutes(2), At.AddMinutes(-2)), (await Store.Paces.AllAsync(Token))[target.Id]);
    }

    [Fact]
    public async Task A_removed_target_takes_what_was_observed_with_it_and_a_late_word_does_not_bring_it_back()
    {
        var target = await AddAsync();
        await Store.Paces.SaveRetriesAsync(target.Id, Failing, Token);

        await Store.Targets.RemoveAsync(target.Id, Token);
        await Store.Paces.SaveRetriesAsync(target.Id, Failing, Token);
        await Store.Paces.SaveFiresAsync([(target.Id, TargetPace.None)], Token);

        Assert.Empty(await Store.Paces.AllAsync(Token));
    }

    [Fact]
    public async Task The_rules_of_a_target_come_back_as_they_were_saved()
    {
        var target = await AddAsync();
        var rules = new TargetRules(
            new SyncSchedule(TimeSpan.FromMinutes(7), null, false, [TimeWindow.Parse("mon-fri 22:00-06:00").Value, TimeWindow.Parse("sat,sun").Value], [TimeWindow.Parse("2026-12-24").Value]),
            At.AddHours(2), [SomeStored.Queries, SomeStored.Packages], 500);

        target.Follow(rules);
        await Store.Targets.SaveAsync(target, Token);

        var stored = (await Store.Targets.FindAsync(target.Id, Token))!.Rules;
        Assert.Equivalent(rules, stored, strict: true);
        target.Follow(TargetRules.Default with { Schedule = SyncSchedule.Default with { Cron = "0 2 * * *" } });
        await Store.Targets.SaveAsync(target, Token);
        Assert.Equal(("0 2 * * *", null), ((await Store.Targets.FindAsync(target.Id, Token))!.Rules.Schedule.Cron, (await Store.Targets.FindAsync(target.Id, Token))!.Rules.PausedUntil));
    }

    [Fact]
    public async Task The_first_failure_that_is_due_is_told()
    {
        var target = await AddAsync();
        Assert.Null(await Store.Checkpoints.FailuresDueAtAsync(target.Id, Token));

        var later = Failure(At.AddHours(2));
        var sooner = Failure(At.AddHours(1));
        await Store.Checkpoints.SaveFailuresAsync(target.Id, [later, sooner], [], Token);

        Assert.Equal(At.AddHours(1), await Store.Checkpoints.FailuresDueAtAsync(target.Id, Token));
        Assert.Equal([later, sooner], (await Store.Checkpoints.FailuresAsync(target.Id, Token)).OrderByDescending(failure => failure.NextAt));
    }

    [Fact]
    public async Task A_job_resolves_earlier_ones_none_of_whose_items_is_refused_any_more()
    {
        var target = await AddAsync();
        var open = Failure(At.AddHours(1));
        await Store.Checkpoints.SaveFailuresAsync(target.Id, [open], [], Token);
        var unreachable = await EndedAsync(target, new TargetUnreachableError("core2.example.net", "127.0.0.1:443", "down"));
        var refused = await EndedAsync(target, new ItemsFailedError(1, 1));
        await Store.Jobs.AddOutcomesAsync(refused.Id, [(new ItemOutcome(open.Item, new Sequence(1), ItemOutcomeKind.Rejected, "c", "m"), "n", SomeStored.Queries)], Token);
        var succeeded = await EndedAsync(target, null);

        await Store.Jobs.ResolveEarlierAsync(succeeded, Token);

        Assert.Equal(succeeded.Id, (await Store.Jobs.FindAsync(unreachable.Id, Token))!.Attempt.ResolvedBy);
        Assert.Null((await Store.Jobs.FindAsync(refused.Id, Token))!.Attempt.ResolvedBy);
        await Store.Checkpoints.SaveFailuresAsync(target.Id, [], [open.Item], Token);
        await Store.Jobs.ResolveEarlierAsync(succeeded, Token);
        Assert.Equal(SyncJobState.Succeeded, (await Store.Jobs.FindAsync(refused.Id, Token))!.FinalState);
    }

    [Fact]
    public async Task A_person_takes_over_a_job_that_the_engine_queued_and_the_engine_none_of_a_person()
    {
        var target = await AddAsync();
        var automatic = await Store.Jobs.EnqueueAsync(SyncJob.Queue(Guid.NewGuid(), target.Id, target.Address.Fqdn, JobTrigger.Change, At), Token);

        var taken = await Store.Jobs.EnqueueAsync(SyncJob.Queue(Guid.NewGuid(), target.Id, target.Address.Fqdn, JobTrigger.Manual, At.AddMinutes(1)), Token);
        var left = await Store.Jobs.EnqueueAsync(SyncJob.Queue(Guid.NewGuid(), target.Id, target.Address.Fqdn, JobTrigger.Interval, At.AddMinutes(2)), Token);

        Assert.Equal((automatic.Id, JobTrigger.Manual, At.AddMinutes(1), false), (taken.Id, taken.Trigger, taken.QueuedAt, taken.IsAutomatic));
        Assert.Equal((automatic.Id, JobTrigger.Manual), (left.Id, left.Trigger));
    }

    [Fact]
    public async Task Jobs_are_listed_by_state_and_trigger()
    {
        var target = await AddAsync();
        var failed = await EndedAsync(target, new StoreFullError("/srv"));
        var succeeded = await EndedAsync(target, null, JobTrigger.Retry);

        Assert.Equal(failed.Id, Assert.Single(await Store.Jobs.ListAsync(new JobFilter(State: SyncJobState.Failed), Token)).Id);
        Assert.Equal(succeeded.Id, Assert.Single(await Store.Jobs.ListAsync(new JobFilter(Trigger: JobTrigger.Retry), Token)).Id);
        Assert.Empty(await Store.Jobs.ListAsync(new JobFilter(State: SyncJobState.Failed, Trigger: JobTrigger.Retry), Token));
    }

    private static ItemFailure Failure(DateTimeOffset next) =>
        new(new ItemId(Guid.NewGuid()), SomeStored.Queries, ItemOutcomeKind.Rejected, "item.rejected", "no", 3, At, next, At);

    private async Task<CoreServer> AddAsync()
    {
        var target = SomeStored.Target();
        Assert.True((await Store.Targets.AddAsync(target, TrustRecord.New(target.Id, target.Address.Fqdn), Token)).IsSuccess);
        return target;
    }

    private async Task<SyncJob> EndedAsync(CoreServer target, CoreSyncError? error, JobTrigger trigger = JobTrigger.Manual)
    {
        var job = await Store.Jobs.EnqueueAsync(SyncJob.Queue(Guid.NewGuid(), target.Id, target.Address.Fqdn, trigger, At), Token);
        job.Start(At, failedBefore: 2, maxAttempts: 6);
        job.Complete(error, cancelled: false, At);
        await Store.Jobs.SaveAsync(job, Token);
        Assert.Equal((3, 6), ((await Store.Jobs.FindAsync(job.Id, Token))!.Attempt.Number, job.Attempt.Of));
        return job;
    }
}
