using System.Globalization;
using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Jobs;
using CoreSync.Settings;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>J9: a true total over all workers, a limit per target, and a fair share.</summary>
public sealed class J9_limits_and_fair_share
{
    [Fact]
    public async Task Three_targets_share_a_total_of_2_MB_per_second()
    {
        var meter = new ReceivingMeter();
        await using var star = await CoreStar.CreateAsync(3, meter.Install);
        // Small files travel in batches, large ones apart: the total holds for both.
        for (var i = 0; i < 40; i++)
            star.Write($"small{i:00}.bin", 25_000);
        star.Write("large1.bin", 2_000_000);
        star.Write("large2.bin", 2_000_000);
        await star.Source.SetAsync(Setting.TotalBandwidth, "2000");

        var jobs = await star.Source.SyncAsync();

        Assert.All(jobs, job => Assert.Equal((SyncJobState.Succeeded, 5_000_000L), (job.State, job.Progress.BytesSent)));
        var seconds = (jobs.Max(job => job.EndedAt!.Value) - jobs.Min(job => job.StartedAt!.Value)).TotalSeconds;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{meter.BytesPerSecond / 1e6:0.000} MB/s of content, {jobs.Sum(job => job.Progress.BytesSent) / seconds / 1e6:0.000} MB/s with everything before and after"));
        Assert.Equal(12_000_000, meter.Bytes);
        Assert.InRange(meter.BytesPerSecond, 1_800_000, 2_200_000);
        // Batches are within the total as well.
        Assert.True(jobs.Sum(job => job.Progress.BytesSent) / seconds < 2_200_000);
        // Fair: nobody waits until another one is done.
        var ends = jobs.Select(job => (job.EndedAt!.Value - job.StartedAt!.Value).TotalSeconds).ToList();
        Assert.True(ends.Min() > ends.Max() * 0.7, string.Join(", ", ends));
    }

    [Fact]
    public async Task A_limit_of_one_target_leaves_the_other_alone()
    {
        await using var star = await CoreStar.CreateAsync(2);
        star.Write("large.bin", 1_500_000);
        await star.Source.AskAsync(new EditTargetCore(star.Targets[0].Name, Rules: new TargetRulesEdit(KilobytesPerSecond: 500)));

        var jobs = await star.Source.SyncAsync();

        var seconds = jobs.Select(job => (job.EndedAt!.Value - job.StartedAt!.Value).TotalSeconds).ToList();
        Assert.InRange(seconds[0], 2.7, 8);
        Assert.True(seconds[1] < seconds[0] / 2, string.Join(", ", seconds));
    }

    [Fact]
    public async Task A_huge_backlog_to_one_target_does_not_starve_another()
    {
        await using var star = await CoreStar.CreateAsync(2);
        star.Write("huge.bin", 6_000_000);
        await star.Source.SetAsync(Setting.SyncConcurrency, "1");
        await star.Source.SetAsync(Setting.SyncTurn, "1");
        await star.Source.AskAsync(new EditTargetCore(star.Targets[0].Name, Rules: new TargetRulesEdit(KilobytesPerSecond: 1000)));
        await star.Source.ServeAsync();
        await Eventually.IsTrueAsync(
            async () => (await star.Source.AskAsync(new ListJobs(star.Targets[0].Name))).Any(job => job.State == SyncJobState.Running && job.Progress.BytesSent > 0), "the huge job runs");

        await Eventually.IsTrueAsync(() => Task.FromResult(File.Exists(Path.Combine(star.Received(1), "huge.bin"))), "the other target has everything", 15);

        Assert.False(File.Exists(Path.Combine(star.Received(0), "huge.bin")));
        await Eventually.IsTrueAsync(() => Task.FromResult(File.Exists(Path.Combine(star.Received(0), "huge.bin"))), "the huge backlog is through as well");
        Assert.Equal(File.ReadAllBytes(Path.Combine(star.Sent, "huge.bin")), File.ReadAllBytes(Path.Combine(star.Received(0), "huge.bin")));
        var huge = (await star.Source.AskAsync(new ListJobs(star.Targets[0].Name)))[^1];
        Assert.Equal((SyncJobState.Succeeded, 1), (huge.State, huge.Attempt.Number));
        // Interrupted and resumed, not sent anew.
        Assert.True(huge.Progress.BytesSent < 8_000_000, $"{huge.Progress.BytesSent} bytes sent");
    }
}
