using CoreSync.Application.Items;
using CoreSync.Settings;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class A7_start_times
{
    private static readonly DateTimeOffset Start = new(2030, 4, 5, 6, 7, 8, TimeSpan.Zero);

    [Theory]
    [InlineData(null, false, false)]
    [InlineData("never", false, false)]
    [InlineData("auto-sync-only", true, false)]
    [InlineData("always", true, true)]
    public async Task The_source_decides_whether_start_times_travel(string? policy, bool withAutoSync, bool withCopies)
    {
        await using var pair = await CorePair.CreateAsync();
        if (policy is not null)
            await pair.Source.SetAsync(Setting.StartTime, policy);
        var flagged = await pair.Source.AskAsync(new PutItem("tasks", "Nightly", "run"u8.ToArray(), AutoSync: true, StartAt: Start));
        var chosen = await pair.Source.AskAsync(new PutItem("tasks", "Weekly", "run"u8.ToArray(), AutoSync: false, StartAt: Start));

        await pair.Source.SyncedAsync();
        await pair.Source.AskAsync(new CopyToCores([chosen.Id.ToString()], [pair.Target.Name], Wait: true));

        Assert.Equal(withCopies ? Start : null, (await pair.Target.FindAsync(chosen))!.StartAt);
        Assert.Equal(withAutoSync ? Start : null, (await pair.Target.FindAsync(flagged))!.StartAt);
        Assert.Equal(Start, (await pair.Source.FindAsync(flagged))!.StartAt);
    }
}
