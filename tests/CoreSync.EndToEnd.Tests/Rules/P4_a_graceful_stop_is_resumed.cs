using System.Globalization;
using CoreSync.Application.Jobs;
using CoreSync.Settings;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class P4_a_graceful_stop_is_resumed
{
    [Fact]
    public async Task A_service_stopped_in_the_middle_goes_on_there_and_sends_nothing_twice_that_was_acknowledged()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var large = PayloadPair.Bytes(20_000_000, 7);
        var item = await pair.PutAsync("agent", ("agent.msi", large));
        var documents = Enumerable.Range(0, 20).Select(number => pair.Source.PutAsync("queries", "Query " + number.ToString(CultureInfo.InvariantCulture), "{}")).ToList();
        await Task.WhenAll(documents);
        await pair.Source.SetAsync(Setting.TotalBandwidth, "4000");
        await pair.Source.ServeAsync();
        await Eventually.IsTrueAsync(() => Task.FromResult(pair.Wire.Sent > 6_000_000), "a third is on its way", 60);

        await pair.Source.StopAsync();
        var stopped = Assert.Single(await pair.Source.AskAsync(new ListJobs(Limit: 1)));
        var arrived = new DirectoryInfo(pair.Target.DataDirectory).GetFiles("*.part", SearchOption.AllDirectories).Single().Length;
        var before = pair.Wire.Sent;
        await pair.Source.SetAsync(Setting.TotalBandwidth, "0");
        await pair.Source.ServeAsync();
        await Eventually.IsTrueAsync(async () => await pair.Target.FindAsync(item) is not null, "it arrives after the restart", 60);

        Assert.Equal(("sync.interrupted", true), (stopped.ErrorCode, stopped.HasEnded));
        Assert.InRange(arrived, 3_000_000, large.Length - 1);
        Assert.InRange(pair.Wire.Sent - before, large.Length - arrived, large.Length - arrived + 700_000);
        Assert.Equal([PayloadPair.Expected("agent.msi", large)], await PayloadPair.ContentsAsync(pair.Target, item));
        await Eventually.IsTrueAsync(async () => (await pair.Target.ListAsync("queries")).Count == 20, "everything else arrives too", 60);
    }
}
