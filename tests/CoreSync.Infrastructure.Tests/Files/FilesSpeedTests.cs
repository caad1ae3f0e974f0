using System.Diagnostics;
using CoreSync.Application.Items;
using CoreSync.Replication;

namespace CoreSync.Infrastructure.Tests.Files;

/// <summary>Figures, run by hand: they say how fast, not whether.</summary>
public sealed class FilesSpeedTests(ITestOutputHelper output)
{
    [Fact(Explicit = true)]
    public async Task A_hundred_thousand_files_are_scanned_and_applied()
    {
        const int Files = 100_000;
        await using var source = await SqliteCatalogueUnderTest.CreateAsync(FilesBench.SourceId);
        await using var target = await SqliteCatalogueUnderTest.CreateAsync(FilesBench.TargetId);
        using var bench = new FilesBench(onDisk: true) { SourceStore = source.Catalogue, TargetStore = target.Catalogue };
        var random = new byte[2048];
        for (var i = 0; i < Files; i++)
        {
            BitConverter.TryWriteBytes(random, i);
            bench.Tree.Write($"send/d{i / 1000:00}/sub{i / 100 % 10}/file{i % 100}.json", random);
            File.SetLastWriteTimeUtc(bench.Tree[$"send/d{i / 1000:00}/sub{i / 100 % 10}/file{i % 100}.json"], new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(i));
        }

        await MeasureAsync("first scan", () => bench.ScanAsync());
        for (var i = 0; i < 3; i++)
            await MeasureAsync("unchanged scan", () => bench.ScanAsync());
        var changes = await source.Catalogue.ChangesAsync(bench.Sent.Name, Sequence.Zero, null, Files, default);
        var batches = new List<List<IncomingChange>>();
        foreach (var batch in changes.Chunk(1000))
            batches.Add(await bench.PrepareAsync(batch, _ => true));
        await MeasureAsync("stage", async () =>
        {
            foreach (var batch in batches)
                Assert.Empty(await bench.Applier.StageAsync(bench.Received, batch, default));
        });
        await MeasureAsync("apply", async () =>
        {
            foreach (var batch in batches)
                Assert.Empty(await bench.Applier.ApplyAsync(bench.Received, batch, default));
        });
    }

    // A busy machine stretches the elapsed time; the processor time says what the work costs.
    private async Task MeasureAsync(string what, Func<Task> work)
    {
        using var process = Process.GetCurrentProcess();
        var (processor, allocated, started) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(), Stopwatch.GetTimestamp());
        await work();
        process.Refresh();
        output.WriteLine(
            $"{what}: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms, processor {(process.TotalProcessorTime - processor).TotalMilliseconds:0} ms, "
            + $"allocated {(GC.GetTotalAllocatedBytes() - allocated) >> 20} MiB");
    }
}
