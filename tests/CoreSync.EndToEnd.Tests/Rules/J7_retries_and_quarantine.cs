using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
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
        Assert.All(jobs.Take(3), job => Assert.True(job.Attempt.NextAt > job.EndedAt));
        Assert.Equal("target.unreachable", quarantined.Attempts.ErrorCode);
        Assert.Contains(pair.Source.Log(), line => line.Contains("QuarantineEntered", StringComparison.Ordinal));

        // State survives a restart: no quick retries begin anew.
        await pair.Source.StopAsync();
        await pair.Source.ServeAsync();
        Assert.True((await TargetAsync(pair)).Attempts.IsQuarantined);

        await pair.Target.ServeAsync(port);
        await Eventually.IsTrueAsync(async () => await pair.Target.TextAsync(item) == "{}", "a probe brings the item across");
        await Eventually.IsTrueAsync(async () => (await TargetAsync(pair)).Attempts == RetryState.None, "the target left its quarantine");
        Assert.Contains(pair.Source.Log(), line => line.Contains("QuarantineLeft", StringComparison.Ordinal));
        var last = (await pair.Source.AskAsync(new ListJobs(State: SyncJobState.Succeeded)))[0];
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

    private static async Task QuickAsync(RealCore core, int retries, int probeSeconds)
    {
        await core.SetAsync(Setting.SyncRetries, retries.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await core.SetAsync(Setting.RetryDelay, "100");
        await core.SetAsync(Setting.ProbeInterval, probeSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static Task<TargetView> TargetAsync(CorePair pair) => pair.Source.AskAsync(new ShowTargetCore(pair.Target.Name));
}
