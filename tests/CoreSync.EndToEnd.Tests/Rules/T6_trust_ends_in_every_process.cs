using System.Globalization;
using System.Net;
using CoreSync.EndToEnd.Tests.Cli;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Trust that one process ends is ended in all: three real processes, a connection at work, a person at another terminal.</summary>
public sealed class T6_trust_ends_in_every_process : IDisposable
{
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(1);
    private readonly CliSandbox sandbox = new();

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public async Task A_connection_that_a_service_uses_is_cut_within_a_second_of_another_process_removing_the_trust()
    {
        await using var cores = await TwoCores.CreateAsync(sandbox);
        await using var wire = new CuttableWire(IPEndPoint.Parse(cores.Serving.Address));
        (await cores.Source.RunAsync("target", "add", cores.Target.Fqdn, "--connect-to", wire.Address.ToString(), "--fingerprint", await cores.Target.FingerprintAsync())).Exits(0);
        await cores.Source.DoAsync("settings", "set", "transfer.total-kilobytes-per-second", "200");
        await File.WriteAllBytesAsync(Path.Combine(cores.Sent, "large.bin"), PayloadPair.Bytes(50_000_000, 3));
        await using var service = await cores.Source.ServeAsync();

        // A machine that gives neither process a second proves nothing: what counts is that it happens, three tries at most.
        var took = TimeSpan.MaxValue;
        for (var round = 1; round <= 3 && took > Allowed; round++)
        {
            if (round > 1)
                await cores.Source.DoAsync("trust", "accept", cores.Target.Fqdn, "--fingerprint", await cores.Target.FingerprintAsync());
            var before = wire.Sent;
            await Eventually.IsTrueAsync(() => Task.FromResult(wire.Sent > before + 300_000), "the service sends", 60);
            await cores.Source.DoAsync("trust", "remove", cores.Target.Fqdn, "--reason", "sold");

            var removed = (await cores.Source.DoAsync("trust", "history")).GetProperty("items").EnumerateArray().Last(entry => entry.GetProperty("event").GetString() == "trustRemoved").GetProperty("at").GetDateTimeOffset();
            await Eventually.IsTrueAsync(() => Task.FromResult(CutsAfter(cores, removed).Any()), "the cut is in the log", 20);
            took = CutsAfter(cores, removed).First() - removed;
            var after = wire.Sent;
            Assert.Equal("trust.removed", await LastErrorAsync(cores));
            Assert.Equal(after, wire.Sent);
        }

        Assert.True(took <= Allowed, $"the connection was cut after {took.TotalMilliseconds} ms");
        Assert.False(File.Exists(Path.Combine(cores.Received, "large.bin")));
    }

    // "2026-11-25T03:15:02.123Z WRN 1008 …": when, and which event.
    private static IEnumerable<DateTimeOffset> CutsAfter(TwoCores cores, DateTimeOffset moment)
    {
        using var file = new FileStream(cores.Source.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Contains($" {Application.CoreSyncEventId.ConnectionCut} ", StringComparison.Ordinal)).Select(Time).Where(time => time >= moment)];
    }

    private static DateTimeOffset Time(string line) => DateTimeOffset.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static async Task<string?> LastErrorAsync(TwoCores cores)
    {
        string? code = null;
        await Eventually.IsTrueAsync(
            async () =>
            {
                var job = (await cores.Source.DoAsync("job", "list")).GetProperty("items").EnumerateArray().First();
                code = job.GetProperty("errorCode").GetString();
                return job.GetProperty("state").GetString() is not ("running" or "queued");
            },
            "the job ended", 30);
        return code;
    }
}
