using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Infrastructure.Tests.Files;

/// <summary>A directory on the way that is swapped for a link, before or during the work, is never followed (N02).</summary>
public sealed class LinkRaceTests
{
    [Fact]
    public async Task A_link_in_the_way_is_moved_aside_and_not_followed()
    {
        using var bench = new FilesBench();
        bench.Tree.Make("outside");
        File.CreateSymbolicLink(Path.Combine(bench.ReceiveTo, "dir"), bench.Tree["outside"]);
        // The control: a writer that goes by paths does land outside.
        await File.WriteAllTextAsync(Path.Combine(bench.ReceiveTo, "dir", "control"), "control");
        Assert.True(File.Exists(bench.Tree["outside/control"]));

        var outcomes = await bench.StageAndApplyAsync([SomeFile.Item("dir/file", "new").With("new")]);

        Assert.Empty(outcomes);
        Assert.Equal(["control"], Directory.EnumerateFileSystemEntries(bench.Tree["outside"]).Select(Path.GetFileName));
        Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(bench.ReceiveTo, "dir/file")));
        Assert.Null(new DirectoryInfo(Path.Combine(bench.ReceiveTo, "dir")).LinkTarget);
    }

    [Fact]
    public async Task A_link_at_the_place_of_a_file_is_moved_aside_and_not_written_through()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("outside/victim", "untouched");
        File.CreateSymbolicLink(Path.Combine(bench.ReceiveTo, "file"), bench.Tree["outside/victim"]);

        Assert.Empty(await bench.StageAndApplyAsync([SomeFile.Item("file", "new").With("new")]));

        Assert.Equal("untouched", await File.ReadAllTextAsync(bench.Tree["outside/victim"]));
        Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(bench.ReceiveTo, "file")));
    }

    [Fact]
    public async Task A_delete_does_not_reach_through_a_link()
    {
        using var bench = new FilesBench(DeletePolicy.Delete);
        var item = SomeFile.Item("dir/file", "same");
        bench.Tree.Write("outside/file", "same");
        File.SetLastWriteTimeUtc(bench.Tree["outside/file"], new DateTime(SomeFile.Modified, DateTimeKind.Utc));
        File.CreateSymbolicLink(Path.Combine(bench.ReceiveTo, "dir"), bench.Tree["outside"]);

        Assert.Empty(await bench.StageAndApplyAsync([item.Deleted()]));

        Assert.True(File.Exists(bench.Tree["outside/file"]));
    }

    [Fact]
    public async Task A_root_that_became_a_link_is_refused()
    {
        using var bench = new FilesBench();
        bench.Tree.Make("outside");
        Directory.Delete(bench.ReceiveTo);
        File.CreateSymbolicLink(bench.ReceiveTo, bench.Tree["outside"]);

        await Assert.ThrowsAsync<Errors.CoreSyncException>(() => bench.StageAndApplyAsync([SomeFile.Item("file", "new").With("new")]));

        Assert.Empty(Directory.EnumerateFileSystemEntries(bench.Tree["outside"]));
    }

    [Fact]
    public async Task Swapping_directories_for_links_while_files_are_written_leads_nowhere()
    {
        using var bench = new FilesBench(DeletePolicy.Delete);
        const int Rounds = 150;
        for (var i = 0; i < 20; i++)
            bench.Tree.Write($"outside/f{i}", $"victim {i}");
        bench.Tree.Write("outside/sub/f0", "victim");
        var before = TempTree.Snapshot(bench.Tree["outside"]);
        var place = Path.Combine(bench.ReceiveTo, "dir");
        Directory.CreateDirectory(place);
        using var stop = new CancellationTokenSource();
        var flips = 0;
        var flipper = new Thread(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                Try(() => Directory.Move(place, $"{bench.Tree.Root}/away-{i}"));
                Try(() => File.CreateSymbolicLink(place, bench.Tree["outside"]));
                Try(() => File.Delete(place));
                Try(() => Directory.Move($"{bench.Tree.Root}/away-{i}", place));
                flips++;
            }
        });
        flipper.Start();

        var applied = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var items = Enumerable.Range(0, 20).Select(i => SomeFile.Item($"dir/{(i % 5 == 0 ? "sub/" : "")}f{i}", $"{round}")).ToList();
            var written = await bench.StageAndApplyAsync([.. items.Select(item => item.With($"{round}"))]);
            var deleted = await bench.StageAndApplyAsync([.. items.Select(item => item.Deleted())]);
            applied += items.Count - written.Count;
            Assert.All(written.Concat(deleted), outcome => Assert.Equal(ItemOutcomeKind.Rejected, outcome.Kind));
        }

        await stop.CancelAsync();
        flipper.Join();
        Assert.Equal(before, TempTree.Snapshot(bench.Tree["outside"]));
        Assert.True(applied > 0, "nothing was written at all");
        Assert.True(flips > 100, $"{flips} flips only");
    }

    [Fact]
    public async Task Swapping_directories_for_links_while_they_are_scanned_reads_nothing_outside()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("outside/secret", "secret");
        var place = Path.Combine(bench.SendFrom, "dir");
        bench.Tree.Write("send/dir/secret", "public");
        bench.Tree.Write("send/other", "other");
        using var stop = new CancellationTokenSource();
        var flipper = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Try(() => Directory.Move(place, bench.Tree["away"]));
                Try(() => File.CreateSymbolicLink(place, bench.Tree["outside"]));
                Try(() => File.Delete(place));
                Try(() => Directory.Move(bench.Tree["away"], place));
            }
        });
        flipper.Start();

        for (var round = 0; round < 200; round++)
            await bench.ScanAsync();

        await stop.CancelAsync();
        flipper.Join();
        var secret = ContentHash.Of("secret"u8);
        Assert.DoesNotContain(bench.SourceCatalogue.Log, write => write.Item.Hash == secret);
        Assert.Contains(bench.SourceCatalogue.Log, write => write.Item.Name == "dir/secret");
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (IOException)
        {
            // The other side was faster.
        }
        catch (UnauthorizedAccessException)
        {
            // The other side was faster.
        }
    }
}
