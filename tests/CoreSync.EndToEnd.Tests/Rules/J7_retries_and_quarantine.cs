using CoreSync.Application.Cores;
using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Jobs;
using CoreSync.Settings;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>J7: what time can cure is retried with back-off, then quarantined, probed, and resumed on its own; a person may hurry it.</summary>
public sealed class J7_retries_and_quarantine
{
    [Fact]
    public async Task A_target_that_is_down_is_retried_quarantined_probed_and_resumes_on_its_own()
    {
        await using var pair = await CorePair.CreateAsync();
        await QuickAsync(pair.Source, retries: 2, probeSeconds: 2);
        var port = pair.Target.Address.Port;
        await pair.Target.StopAsync();
        await pair.Source.ServeAsync();
        var item = await pair.Source.PutAsync("queries", "all devices", "{}");

        await Eventually.IsTrueAsync(async () => (await TargetAsync(pair)).Attempts.IsQuarantined, "the target is quarantined");
        var quarantined = await TargetAsync(pair);
        var jobs = (await pair.Source.AskAsync(new ListJobs())).Where(job => job.HasEnded).Reverse().ToList();
        Assert.Equal([1, 2, 3], jobs.Take(3).Select(job => job.Attempt.Number));
        Assert.Equal([JobTrigger.Change, JobTrigger.Retry, JobTrigger.Retry], jobs.Take(3).Select(job => job.Trigger));
        Assert.All(jobs, job => Assert.Equal((SyncJobState.Failed, "target.unreachable", 3), (job.State, job.ErrorCode, job.Attempt.Of)));
        Assert.All(jobs.Take(3), job => Assert.True(job.Attempt.NextAt > job.StartedAt));
        Assert.Equal("target.unreachable", quarantined.Attempts.ErrorCode);
        await Eventually.IsTrueAsync(() => Task.FromResult(pair.Source.Log().Any(line => line.Contains("QuarantineEntered", StringComparison.Ordinal))), "QuarantineEntered is logged");

        // State survives a restart: no quick retries begin anew.
        await pair.Source.StopAsync();
        await pair.Source.ServeAsync();
        Assert.True((await TargetAsync(pair)).Attempts.IsQuarantined);

        await pair.Target.ServeAsync(port);
        await Eventually.IsTrueAsync(async () => await pair.Target.TextAsync(item) == "{}", "a probe brings the item across");
        await Eventually.IsTrueAsync(async () => (await TargetAsync(pair)).Attempts == RetryState.None, "the target left its quarantine");
        await Eventually.IsTrueAsync(() => Task.FromResult(pair.Source.Log().Any(line => line.Contains("QuarantineLeft", StringComparison.Ordinal))), "QuarantineLeft is logged");
        var last = (await pair.Source.AskAsync(new ListJobs(State: SyncJobState.Succeeded)))[0];
        // The conclusions are drawn once the job has ended.
        await Eventually.IsTrueAsync(
            async () => (await pair.Source.AskAsync(new ListJobs(State: SyncJobState.Failed))).All(job => job.Attempt.ResolvedBy is not null), "the failed jobs are resolved");
        Assert.All(
            (await pair.Source.AskAsync(new ListJobs(State: SyncJobState.Failed))),
            job => Assert.Equal((last.Id, SyncJobState.Succeeded), (job.Attempt.ResolvedBy, job.FinalState)));
    }

    [Fact]
    public async Task A_person_resumes_a_quarantined_target_at_once()
    {
        await using var pair = await CorePair.CreateAsync();
        await QuickAsync(pair.Source, retries: 0, probeSeconds: 3600);
        var port = pair.Target.Address.Port;
        await pair.Target.StopAsync();
        await pair.Source.ServeAsync();
        var item = await pair.Source.PutAsync("queries", "all devices", "{}");
        await Eventually.IsTrueAsync(async () => (await TargetAsync(pair)).Attempts.IsQuarantined, "the target is quarantined");
        await pair.Target.ServeAsync(port);

        // A change alone does not hurry a quarantined target.
        await pair.Source.PutAsync("queries", "another", "{}");
        await Task.Delay(500);
        Assert.Null(await pair.Target.TextAsync(item));
        await pair.Source.AskAsync(new ResumeTargetCore(pair.Target.Name));

        await Eventually.IsTrueAsync(async () => await pair.Target.TextAsync(item) == "{}", "the target is tried at once");
    }

    [Fact]
    public async Task What_time_does_not_cure_is_not_retried_quickly()
    {
        await using var pair = await CorePair.CreateAsync();
        await QuickAsync(pair.Source, retries: 5, probeSeconds: 3600);
        await pair.Target.TellAsync(new Application.Accounts.RemoveAccount(RealCore.Account));
        await pair.Source.ServeAsync();

        await pair.Source.PutAsync("queries", "all devices", "{}");

        await Eventually.IsTrueAsync(async () => (await TargetAsync(pair)).Attempts.IsQuarantined, "the target is quarantined after one attempt");
        await Task.Delay(1500);
        Assert.Single(await pair.Source.AskAsync(new ListJobs()));
        Assert.Equal("credentials.rejected", (await TargetAsync(pair)).Attempts.ErrorCode);
    }

    [Fact]
    public async Task An_item_that_time_may_cure_is_retried_then_quarantined_while_others_go_on()
    {
        var picky = new PickyTarget();
        picky.Refuse("busy", new ContentUnstableError("busy"));
        picky.Refuse("bad", new ItemInvalidError("bad", "it is refused here"));
        await using var pair = await CorePair.CreateAsync(target: picky.Install);
        await QuickAsync(pair.Source, retries: 2, probeSeconds: 3600);
        await pair.Source.ServeAsync();
        var busy = await pair.Source.PutAsync("queries", "busy", "{}");
        var bad = await pair.Source.PutAsync("queries", "bad", "{}");

        await Eventually.IsTrueAsync(async () => (await FailureAsync(pair, "busy"))?.QuarantinedSince is not null, "the item is quarantined");
        var good = await pair.Source.PutAsync("queries", "good", "{}");
        await Eventually.IsTrueAsync(async () => await pair.Target.TextAsync(good) == "{}", "another item went across");

        var quarantined = (await FailureAsync(pair, "busy"))!;
        Assert.Equal((3, "content.unstable"), (quarantined.Attempts, quarantined.Code));
        Assert.True(quarantined.NextAt > TimeProvider.System.GetUtcNow().AddMinutes(30));
        // What time does not cure was offered once.
        Assert.Equal((1, 1), ((await FailureAsync(pair, "bad"))!.Attempts, picky.Offered["bad"]));
        Assert.Equal(2, (await TargetAsync(pair)).QuarantinedItems);
        Assert.Contains((await pair.Source.AskAsync(new GetStatus())).Problems, problem => problem.Error is ItemsQuarantinedError { Items: 2 });
        await Eventually.IsTrueAsync(() => Task.FromResult(pair.Source.Log().Any(line => line.Contains("ItemsQuarantined", StringComparison.Ordinal))), "ItemsQuarantined is logged");

        picky.Accept("busy");
        picky.Accept("bad");
        var job = (await pair.Source.AskAsync(new ListJobs())).Last(entry => entry.Progress.Rejected > 0);
        await pair.Source.AskAsync(new RetryJob(job.Id.ToString(), busy.Id.ToString(), Wait: true));
        Assert.Equal("{}", await pair.Target.TextAsync(busy));
        Assert.Null(await pair.Target.FindAsync(bad));

        await pair.Source.AskAsync(new ResumeTargetCore(pair.Target.Name));
        await Eventually.IsTrueAsync(async () => await pair.Target.TextAsync(bad) == "{}", "the last one is resumed by hand");
        await Eventually.IsTrueAsync(async () => (await TargetAsync(pair)).Failed == 0, "the source heard of it");
    }

    [Fact]
    public async Task What_cannot_be_retried_is_refused_and_changes_nothing()
    {
        await using var pair = await CorePair.CreateAsync();
        var job = await pair.Source.SyncedAsync();

        Assert.True((await pair.Source.SendAsync(new RetryJob(Guid.NewGuid().ToString()))).HasError<JobNotFoundError>());
        Assert.True((await pair.Source.SendAsync(new RetryJob(job.Id.ToString()))).HasError<NothingToRetryError>());
        Assert.True((await pair.Source.SendAsync(new RetryJob(job.Id.ToString(), Guid.NewGuid().ToString()))).HasError<ItemNotFoundError>());

        Assert.Single(await pair.Source.AskAsync(new ListJobs()));
    }

    private static async Task<Application.Replication.ItemFailure?> FailureAsync(CorePair pair, string name) =>
        (await pair.Source.AskAsync(new ListTargetFailures(pair.Target.Name))).FirstOrDefault(failed => failed.Name == name)?.Failure;

    private static async Task QuickAsync(RealCore core, int retries, int probeSeconds)
    {
        await core.SetAsync(Setting.SyncRetries, retries.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await core.SetAsync(Setting.RetryDelay, "100");
        await core.SetAsync(Setting.ProbeInterval, probeSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static Task<TargetView> TargetAsync(CorePair pair) => pair.Source.AskAsync(new ShowTargetCore(pair.Target.Name));
}
