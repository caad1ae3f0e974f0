using CoreSync.Errors;
using CoreSync.Infrastructure.Files.Native;

namespace CoreSync.Infrastructure.Tests.Files;

/// <summary>A flush that failed is never taken for done, and a full disk leaves nothing half-written.</summary>
public sealed class DurabilityTests(ITestOutputHelper output)
{
    private const string Child = "CORESYNC_TEST_FLUSH_FAILS";

    [Theory]
    [InlineData("fsync,syncfs", 1)]
    [InlineData("fsync,syncfs", 30)]
    public void A_failed_flush_is_reported(string calls, int files)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/strace"), "strace makes the flush fail");
        var healthy = RunChild(["env"], files);
        Assert.SkipUnless(RunChild(["strace", "-f", "-o", "/dev/null", "-e", "trace=none"], files).ExitCode == healthy.ExitCode, "strace may not trace here");

        var (exitCode, text) = RunChild(["strace", "-f", "-o", "/dev/null", "-e", $"trace={calls}", "-e", $"inject={calls}:error=EIO"], files);

        output.WriteLine(text);
        Assert.True(exitCode == 0, text);
        // The control: without the injection the same run does not throw, and so fails.
        Assert.NotEqual(0, healthy.ExitCode);
    }

    /// <summary>Runs in a process of its own, in which every flush fails; demands that every write says so.</summary>
    [Fact(Explicit = true)]
    public async Task Child_demands_that_writes_fail()
    {
        var files = int.Parse(Environment.GetEnvironmentVariable(Child) ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        using var bench = new FilesBench();
        var changes = Enumerable.Range(0, files).Select(i => SomeFile.Item($"d{i}/f", $"{i}").With($"{i}")).ToList();

        var staging = await Assert.ThrowsAsync<CoreSyncException>(() => bench.Applier.StageAsync(bench.Received, changes, default));
        var applying = await Assert.ThrowsAsync<CoreSyncException>(() => bench.Applier.ApplyAsync(bench.Received, changes, default));
        var receiving = await Assert.ThrowsAsync<CoreSyncException>(
            () => bench.Inbox.AppendAsync(bench.Received, Items.ContentHash.Of("x"u8), 1, 0, new MemoryStream("x"u8.ToArray()), default));

        Assert.All([staging, applying, receiving], failure => Assert.IsType<StoreUnavailableError>(failure.Error));
        Assert.Null(bench.Inbox.Find(bench.Received, Items.ContentHash.Of("x"u8)));
    }

    [Fact]
    public async Task A_full_disk_stops_the_batch_and_leaves_nothing_half_written()
    {
        using var bench = new FilesBench();
        Assert.SkipUnless(OperatingSystem.IsLinux() && TempTree.Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", bench.ReceiveTo).ExitCode == 0, "mounting a small volume needs root");
        try
        {
            var fits = SomeFile.Item("fits", "1").With("1");
            Assert.Empty(await bench.StageAndApplyAsync([fits]));
            var big = new string('x', 200_000);
            var changes = Enumerable.Range(0, 20).Select(i => SomeFile.Item($"d/f{i}", big + i).With(big + i)).ToList();

            var failure = await Assert.ThrowsAsync<CoreSyncException>(() => bench.StageAndApplyAsync(changes));

            Assert.IsType<StoreFullError>(failure.Error);
            // The directory is a volume of its own here: staging is among the files and goes when nothing waits.
            await bench.Applier.TidyAsync(bench.Received, default);
            Assert.Equal(["fits"], Directory.EnumerateFileSystemEntries(bench.ReceiveTo).Select(Path.GetFileName));
            Assert.Empty(await bench.StageAndApplyAsync(changes[..3]));
            await bench.Applier.TidyAsync(bench.Received, default);
            Assert.Equal(["d", "fits"], Directory.EnumerateFileSystemEntries(bench.ReceiveTo).Select(Path.GetFileName).Order());

            // What leaves the volume is copied, not renamed.
            bench.Tree.Write("receive/mine/deep/file", "mine");
            File.CreateSymbolicLink(Path.Combine(bench.ReceiveTo, "mine/link"), "deep/file");
            Assert.Empty(await bench.StageAndApplyAsync([SomeFile.Item("mine", "theirs").With("theirs")]));
            var displaced = Assert.Single(Directory.GetDirectories(Path.Combine(bench.DataDirectory, "displaced/tree")));
            Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(displaced, "mine/deep/file")));
            Assert.Equal("deep/file", new FileInfo(Path.Combine(displaced, "mine/link")).LinkTarget);
            Assert.Equal("theirs", await File.ReadAllTextAsync(Path.Combine(bench.ReceiveTo, "mine")));
        }
        finally
        {
            Assert.Equal(0, TempTree.Run("umount", bench.ReceiveTo).ExitCode);
        }
    }

    [Fact]
    public async Task A_read_only_place_is_named()
    {
        using var bench = new FilesBench();
        bench.Tree.Make("receive/locked");
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && TempTree.Run("mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", Path.Combine(bench.ReceiveTo, "locked")).ExitCode == 0,
            "mounting a read-only volume needs root");
        try
        {
            var outcomes = await bench.StageAndApplyAsync([SomeFile.Item("locked/file", "1").With("1"), SomeFile.Item("open/file", "2").With("2")]);

            var refused = Assert.Single(outcomes);
            Assert.Equal("path.obstructed", refused.Code);
            Assert.Contains("locked", refused.Message, StringComparison.Ordinal);
            Assert.Equal("2", await File.ReadAllTextAsync(Path.Combine(bench.ReceiveTo, "open/file")));
        }
        finally
        {
            Assert.Equal(0, TempTree.Run("umount", Path.Combine(bench.ReceiveTo, "locked")).ExitCode);
        }
    }

    [Fact]
    public void A_directory_handle_reports_a_flush_of_a_directory()
    {
        using var tree = new TempTree(onDisk: true);
        using var directory = SafeDirectory.OpenRoot(tree.Root);

        directory.Sync();
        directory.SyncVolume();
        directory.Dispose();
        Assert.ThrowsAny<Exception>(directory.Sync);
    }

    private static (int ExitCode, string Output) RunChild(string[] through, int files)
    {
        var assembly = typeof(DurabilityTests).Assembly.Location;
        string[] command =
        [
            .. through, Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet", assembly, "--explicit", "only",
            "--filter-method", $"{typeof(DurabilityTests).FullName}.{nameof(Child_demands_that_writes_fail)}",
        ];
        return TempTree.Run("env", [$"{Child}={files}", .. command]);
    }
}
