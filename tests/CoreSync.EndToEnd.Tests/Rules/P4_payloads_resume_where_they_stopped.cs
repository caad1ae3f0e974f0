using CoreSync.Jobs;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class P4_payloads_resume_where_they_stopped
{
    private static readonly byte[] Large = PayloadPair.Bytes(20_000_000, 4);

    [Fact]
    public async Task A_payload_cut_in_the_middle_goes_on_there()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var item = await pair.PutAsync("agent", ("agent.msi", Large));
        pair.Wire.CutAfter(12_000_000);

        var broken = Assert.Single(await pair.Source.SyncAsync());
        var arrived = await ArrivedAsync(pair.Target);
        var before = pair.Wire.Sent;
        var done = await pair.Source.SyncedAsync();

        Assert.Equal(SyncJobState.Failed, broken.State);
        // What was still in buffers of the system when the wire was cut is lost: up to 6 MB of the receiving one.
        Assert.InRange(arrived, 4_000_000, 12_000_000);
        Assert.InRange(pair.Wire.Sent - before, Large.Length - arrived, Large.Length - arrived + 500_000);
        Assert.InRange(done.Progress.BytesSent, Large.Length - arrived, Large.Length - arrived + 1000);
        Assert.Equal([PayloadPair.Expected("agent.msi", Large)], await PayloadPair.ContentsAsync(pair.Target, item));
    }

    [Fact]
    public async Task Small_payloads_that_arrived_before_the_cut_are_not_sent_again()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var payloads = Enumerable.Range(0, 200).Select(i => ($"part {i:D3}", PayloadPair.Bytes(100_000, i))).ToArray();
        var item = await pair.PutAsync("agent", payloads);
        pair.Wire.CutAfter(11_000_000);

        var broken = Assert.Single(await pair.Source.SyncAsync());
        var arrived = PayloadPair.Stored(pair.Target).Length;
        var before = pair.Wire.Sent;
        await pair.Source.SyncedAsync();

        Assert.Equal(SyncJobState.Failed, broken.State);
        Assert.InRange(arrived, 80, 110);
        Assert.InRange(pair.Wire.Sent - before, (200 - arrived) * 100_000, ((200 - arrived) * 100_000) + 300_000);
        var expected = payloads.Select(payload => PayloadPair.Expected(payload.Item1, payload.Item2)).ToArray();
        Assert.Equal(expected, await PayloadPair.ContentsAsync(pair.Target, item));
    }

    [Fact]
    public async Task What_arrived_in_part_and_does_not_belong_to_it_is_thrown_away_and_sent_whole()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var item = await pair.PutAsync("agent", ("agent.msi", Large));
        pair.Wire.CutAfter(6_000_000);
        await pair.Source.SyncAsync();
        var part = new DirectoryInfo(pair.Target.DataDirectory).GetFiles("*.part", SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(part.FullName, new byte[part.Length]);

        await pair.Source.SyncedAsync();

        Assert.Equal([PayloadPair.Expected("agent.msi", Large)], await PayloadPair.ContentsAsync(pair.Target, item));
        Assert.Empty(new DirectoryInfo(pair.Target.DataDirectory).GetFiles("*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_target_that_was_stopped_in_the_middle_goes_on_there()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var item = await pair.PutAsync("agent", ("agent.msi", Large));
        var port = pair.Target.Address.Port;
        pair.Wire.CutAfter(12_000_000);
        await pair.Source.SyncAsync();
        await pair.Target.StopAsync();

        await pair.Target.ServeAsync(port);
        var before = pair.Wire.Sent;
        await pair.Source.SyncedAsync();

        Assert.InRange(pair.Wire.Sent - before, 1, Large.Length - 4_000_000);
        Assert.Equal([PayloadPair.Expected("agent.msi", Large)], await PayloadPair.ContentsAsync(pair.Target, item));
    }

    // The target may still write what was under way when the source saw the cut.
    private static async Task<long> ArrivedAsync(RealCore target)
    {
        for (long before = -1; ;)
        {
            var now = new DirectoryInfo(target.DataDirectory).GetFiles("*.part", SearchOption.AllDirectories).Single().Length;
            if (now == before)
                return now;
            before = now;
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }
    }
}
