using System.Text;
using CoreSync.Errors;
using CoreSync.Infrastructure.Files;
using CoreSync.Items;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.Infrastructure.Tests.Files;

public sealed class FileScannerTests
{
    [Fact]
    public async Task A_file_becomes_an_item_with_hash_time_and_executable_bit()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("send/dir/run.sh", "#!/bin/sh");
        Unix.SetExecutable(bench.Tree["send/dir/run.sh"], true);
        File.SetLastWriteTimeUtc(bench.Tree["send/dir/run.sh"], new DateTime(SomeFile.Modified, DateTimeKind.Utc));

        var summary = await bench.ScanAsync();

        var item = Assert.Single(bench.SourceCatalogue.Log).Item;
        Assert.Equal(
            ("dir/run.sh", ItemKind.File, ContentHash.Of("#!/bin/sh"u8), 9L, SomeFile.Modified, true, true, 1L, FilesBench.SourceId),
            (item.Name, item.Kind, item.Hash, item.Size, item.ModifiedTicks, item.IsExecutable, item.AutoSync, item.Revision.Value, item.Origin));
        Assert.Equal((1, 1, 0), (summary.Files, summary.Added, summary.Problems));
    }

    [Fact]
    public async Task An_unchanged_tree_writes_nothing()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("send/a/b", "1");
        bench.Tree.Make("send/empty");
        await bench.ScanAsync();
        var written = bench.SourceCatalogue.Log.Count;

        var summary = await bench.ScanAsync();

        Assert.Equal(written, bench.SourceCatalogue.Log.Count);
        Assert.Equal((0, 0, 0, 0), (summary.Added, summary.Changed, summary.Renamed, summary.Deleted));
    }

    [Fact]
    public async Task A_change_that_keeps_size_and_time_right_after_a_scan_is_found()
    {
        using var bench = new FilesBench();
        var modified = File.GetLastWriteTimeUtc(Write(bench, "one"));
        var clock = new FakeTimeProvider(modified + TimeSpan.FromSeconds(1.9));
        await bench.ScanAsync(clock);
        Write(bench, "two");
        File.SetLastWriteTimeUtc(bench.Tree["send/file"], modified);

        var summary = await bench.ScanAsync(clock);

        Assert.Equal(1, summary.Changed);
        Assert.Equal(ContentHash.Of("two"u8), bench.SourceCatalogue.Log[^1].Item.Hash);

        static string Write(FilesBench bench, string text)
        {
            bench.Tree.Write("send/file", text);
            return bench.Tree["send/file"];
        }
    }

    [Fact]
    public async Task A_touched_file_is_published_without_its_content()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("send/file", "same");
        await bench.ScanAsync();
        File.SetLastWriteTimeUtc(bench.Tree["send/file"], new DateTime(SomeFile.Modified, DateTimeKind.Utc));

        await bench.ScanAsync();

        var write = bench.SourceCatalogue.Log[^1];
        Assert.False(write.ContentChanged);
        Assert.Equal((SomeFile.Modified, 2L), (write.Item.ModifiedTicks, write.Item.Revision.Value));
    }

    [Fact]
    public async Task A_rename_keeps_the_identity_and_moves_no_content()
    {
        using var bench = new FilesBench();
        for (var i = 0; i < 20; i++)
            bench.Tree.Write($"send/old/file{i}", $"content {i}");
        await bench.SyncAsync();
        var ids = bench.SourceCatalogue.Log.ToDictionary(write => write.Item.Hash, write => write.Item.Id);
        var sent = bench.SentBytes;
        Directory.Move(bench.Tree["send/old"], bench.Tree["send/new"]);

        var summary = await bench.ScanAsync();

        Assert.Equal((20, 0, 0), (summary.Renamed, summary.Added, summary.Deleted));
        Assert.All(bench.SourceCatalogue.Log[20..], write => Assert.Equal(ids[write.Item.Hash], write.Item.Id));
        Assert.Empty(await bench.SyncAsync());
        Assert.Equal(sent, bench.SentBytes);
        Assert.Equal(TempTree.Snapshot(bench.SendFrom), TempTree.Snapshot(bench.ReceiveTo));
    }

    [Fact]
    public async Task A_copy_is_a_new_item_and_not_a_rename()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("send/one", "same");
        await bench.ScanAsync();
        bench.Tree.Write("send/two", "same");

        var summary = await bench.ScanAsync();

        Assert.Equal((1, 0), (summary.Added, summary.Renamed));
    }

    [Fact]
    public async Task Deletes_come_first_then_renames_then_the_rest()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("send/m-delete", "delete");
        bench.Tree.Write("send/z-rename", "rename");
        bench.Tree.Write("send/k-change", "change");
        await bench.ScanAsync();
        File.Delete(bench.Tree["send/m-delete"]);
        File.Move(bench.Tree["send/z-rename"], bench.Tree["send/y-renamed"]);
        bench.Tree.Write("send/k-change", "changed");
        bench.Tree.Write("send/a-new", "new");

        await bench.ScanAsync();

        Assert.Equal(["m-delete", "y-renamed", "a-new", "k-change"], bench.SourceCatalogue.Log[3..].Select(write => write.Item.Name));
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task More_vanished_than_the_brake_allows_writes_nothing(int vanished, bool braked)
    {
        using var bench = new FilesBench { MassDeletePercent = 20 };
        for (var i = 0; i < 10; i++)
            bench.Tree.Write($"send/file{i}", $"{i}");
        await bench.ScanAsync();
        for (var i = 0; i < vanished; i++)
            File.Delete(bench.Tree[$"send/file{i}"]);
        bench.Tree.Write("send/new", "new");

        var result = await bench.Scanner().ScanAsync(bench.Sent, default);

        Assert.Equal(braked, result.HasError<MassDeleteError>(error => error.Deletes == 3 && error.Total == 10 && error.Percent == 20));
        Assert.Equal(braked ? 10 : 10 + vanished + 1, bench.SourceCatalogue.Log.Count);
    }

    [Fact]
    public async Task A_confirmation_releases_the_brake_once()
    {
        using var bench = new FilesBench { MassDeletePercent = 20 };
        for (var i = 0; i < 10; i++)
            bench.Tree.Write($"send/file{i}", $"{i}");
        await bench.ScanAsync();
        for (var i = 0; i < 5; i++)
            File.Delete(bench.Tree[$"send/file{i}"]);
        bench.ConfirmedDeletes = 4;
        Assert.True((await bench.Scanner().ScanAsync(bench.Sent, default)).HasError<MassDeleteError>());
        bench.ConfirmedDeletes = 5;

        var summary = await bench.ScanAsync();

        Assert.Equal((5, 0L), (summary.Deleted, bench.ConfirmedDeletes));
        for (var i = 5; i < 8; i++)
            File.Delete(bench.Tree[$"send/file{i}"]);
        Assert.True((await bench.Scanner().ScanAsync(bench.Sent, default)).HasError<MassDeleteError>());
    }

    [Fact]
    public async Task Renames_do_not_pull_the_brake()
    {
        using var bench = new FilesBench { MassDeletePercent = 0 };
        for (var i = 0; i < 10; i++)
            bench.Tree.Write($"send/a/file{i}", $"{i}");
        await bench.ScanAsync();
        Directory.Move(bench.Tree["send/a"], bench.Tree["send/b"]);

        Assert.Equal(10, (await bench.ScanAsync()).Renamed);
    }

    [Fact]
    public async Task An_empty_directory_pulls_the_brake_whatever_the_percentage()
    {
        using var bench = new FilesBench { MassDeletePercent = 100 };
        bench.Tree.Write("send/file", "1");
        await bench.ScanAsync();
        File.Delete(bench.Tree["send/file"]);

        Assert.True((await bench.Scanner().ScanAsync(bench.Sent, default)).HasError<MassDeleteError>());
        Assert.Single(bench.SourceCatalogue.Log);
    }

    [Fact]
    public async Task A_missing_directory_infers_no_deletes()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("send/file", "1");
        await bench.ScanAsync();
        bench.ConfirmedDeletes = long.MaxValue;
        Directory.Delete(bench.SendFrom, recursive: true);

        Assert.True((await bench.Scanner().ScanAsync(bench.Sent, default)).HasError<ComponentDirectoryMissingError>());
        Assert.Single(bench.SourceCatalogue.Log);
        Assert.Equal(long.MaxValue, bench.ConfirmedDeletes);
    }

    [Fact]
    public async Task What_cannot_be_taken_becomes_a_problem_and_the_rest_is_taken()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("send/good", "good");
        bench.Tree.Write("send/CON.txt", "device");
        bench.Tree.Write("send/bad\\name", "backslash");
        bench.Tree.Write("send/a:b/inner", "stream");
        bench.Tree.Write("send/Twin", "1");
        bench.Tree.Write("send/twin", "2");
        Assert.Equal(0, TempTree.Run("mkfifo", bench.Tree["send/pipe"]).ExitCode);
        Assert.Equal(0, TempTree.Run("bash", "-c", $"printf x > '{bench.SendFrom}'/$'inv\\xff'").ExitCode);

        var summary = await bench.ScanAsync();

        Assert.Equal(["Twin", "good"], bench.SourceCatalogue.Log.Select(write => write.Item.Name));
        var problems = await bench.SourceCatalogue.ScanProblemsAsync(bench.Sent.Name, default);
        Assert.Equal(
            [
                ("CON.txt", "path.invalid"), ("a:b", "path.invalid"), ("bad\\name", "path.invalid"), ("inv\ufffd", "path.invalid"), ("pipe", "content.unreadable"),
                ("twin", "path.collision"),
            ],
            problems.Select(problem => (problem.Path, problem.Code)).OrderBy(problem => problem.Path, StringComparer.Ordinal));
        Assert.Equal(6, summary.Problems);
    }

    [Fact]
    public async Task Of_two_colliding_paths_the_published_one_stays_and_the_other_follows_when_it_goes()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("send/twin", "1");
        bench.Tree.Write("send/other", "o");
        await bench.ScanAsync();
        bench.Tree.Write("send/TWIN", "2");
        Assert.Equal(1, (await bench.ScanAsync()).Problems);
        Assert.DoesNotContain(bench.SourceCatalogue.Log, write => write.Item.Name == "TWIN");
        File.Delete(bench.Tree["send/twin"]);

        var summary = await bench.ScanAsync();

        Assert.Equal((1, 1, 0), (summary.Deleted, summary.Added, summary.Problems));
        Assert.Empty(await bench.SourceCatalogue.ScanProblemsAsync(bench.Sent.Name, default));
    }

    [Fact]
    public async Task Links_are_skipped_or_recorded_and_never_followed()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("outside/secret", "secret");
        bench.Tree.Write("send/dir/file", "1");
        File.CreateSymbolicLink(bench.Tree["send/inside"], "dir/file");
        File.CreateSymbolicLink(bench.Tree["send/out"], bench.Tree["outside"]);
        File.CreateSymbolicLink(bench.Tree["send/dir/up"], "../../outside");

        var summary = await bench.ScanAsync();
        Assert.Equal((1, 0), (bench.SourceCatalogue.Log.Count, summary.Problems));

        bench.Sent = bench.Sent with { Files = bench.Sent.Files! with { RecordLinks = true } };
        summary = await bench.ScanAsync();

        var link = bench.SourceCatalogue.Log[^1].Item;
        Assert.Equal(("inside", ItemKind.Link, "dir/file"), (link.Name, link.Kind, link.LinkTarget));
        Assert.Equal((1, 2), (summary.Added, summary.Problems));
    }

    [Fact]
    public async Task Patterns_choose_what_is_taken()
    {
        using var bench = new FilesBench();
        foreach (var path in new[] { "a.txt", "a.tmp", "src/b.txt", "src/cache/c.txt", "src/deep/er/d.txt", "node_modules/x/y.txt", "docs/e.md", "docs/f.txt" })
            bench.Tree.Write("send/" + path, path);
        bench.Sent = bench.Sent with { Files = bench.Sent.Files! with { Include = ["*.txt", "docs/**"], Exclude = ["node_modules", "src/*/c.*", "**/f.t?t"] } };

        await bench.ScanAsync();

        Assert.Equal(["a.txt", "docs/e.md", "src/b.txt", "src/deep/er/d.txt"], bench.SourceCatalogue.Log.Select(write => write.Item.Name));
    }

    [Fact]
    public async Task A_file_that_never_holds_still_is_a_problem_and_its_item_stays()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("send/busy", new byte[4 << 20]);
        bench.Tree.Write("send/calm", "calm");
        await bench.ScanAsync();
        using var stop = new CancellationTokenSource();
        var writer = new Thread(() =>
        {
            using var file = new FileStream(bench.Tree["send/busy"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            for (byte i = 1; !stop.IsCancellationRequested; i++)
            {
                file.Position = 0;
                file.WriteByte(i);
                file.Flush();
            }
        });
        writer.Start();

        // Whether the writer runs between two looks is the scheduler's choice: many scans, one of which must notice.
        var noticed = false;
        for (var i = 0; i < 200 && !noticed; i++)
            noticed = (await bench.ScanAsync()).Problems > 0;

        await stop.CancelAsync();
        writer.Join();
        Assert.True(noticed);
        Assert.Equal("content.unstable", Assert.Single(await bench.SourceCatalogue.ScanProblemsAsync(bench.Sent.Name, default)).Code);
        Assert.DoesNotContain(bench.SourceCatalogue.Log, write => write.Item.IsDeleted);
        await bench.ScanAsync();
        Assert.Empty(await bench.SourceCatalogue.ScanProblemsAsync(bench.Sent.Name, default));
    }

    [Fact]
    public async Task More_changes_than_are_remembered_are_published_in_the_same_order()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("send/delete", "delete");
        bench.Tree.Write("send/rename", "rename me");
        await bench.ScanAsync();
        File.Delete(bench.Tree["send/delete"]);
        File.Move(bench.Tree["send/rename"], bench.Tree["send/zz-renamed"]);
        for (var i = 0; i < ScanRun.MaxHeld + 10; i++)
            Directory.CreateDirectory(bench.Tree[$"send/d/{i:00000}"]);
        bench.Tree.Write("send/zz-new", "new");

        var summary = await bench.ScanAsync();

        Assert.Equal((ScanRun.MaxHeld + 11, 1, 1), (summary.Added, summary.Renamed, summary.Deleted));
        Assert.Equal(["delete", "zz-renamed", "d/00000"], bench.SourceCatalogue.Log[2..5].Select(write => write.Item.Name));
        Assert.Equal("zz-new", bench.SourceCatalogue.Log[^1].Item.Name);
        Assert.Equal(0, (await bench.ScanAsync()).Added);
    }

    [Fact]
    public async Task Content_is_opened_only_while_it_is_what_was_scanned()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("send/dir/file", "content");
        await bench.ScanAsync();
        var item = bench.SourceCatalogue.Log[0].Item;

        using (var content = bench.Scanner().OpenContent(bench.Sent, item).Value)
        {
            using var reader = new StreamReader(content);
            Assert.Equal("content", await reader.ReadToEndAsync());
        }

        Assert.True(bench.Scanner().OpenContent(bench.Sent, item with { Name = "../receive/x" }).HasError<PathInvalidError>());
        bench.Tree.Write("send/dir/file", "longer content");
        Assert.True(bench.Scanner().OpenContent(bench.Sent, item).HasError<ContentMissingError>());
        File.Delete(bench.Tree["send/dir/file"]);
        Assert.True(bench.Scanner().OpenContent(bench.Sent, item).HasError<ContentMissingError>());
        File.CreateSymbolicLink(bench.Tree["send/dir/file"], "/etc/hostname");
        Assert.True(bench.Scanner().OpenContent(bench.Sent, item).HasError<ContentUnreadableError>());
    }

    [Fact]
    public void The_order_of_the_walk_is_that_of_the_bytes() =>
        Gen.String[Gen.Int[0, 7].Select(i => "abc/-.\uffeeä"[i]), 0, 6].Select(text => text + "\U0001F600"[..(text.Length % 3 == 0 ? 2 : 0)])
            .Array[2].Sample(texts =>
            {
                var expected = Encoding.UTF8.GetBytes(texts[0]).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(texts[1]));
                Assert.Equal(Math.Sign(expected), Math.Sign(Utf8Order.Compare(texts[0], texts[1])));
            });

    [Theory]
    [InlineData("*.txt", "a/b/c.txt", true)]
    [InlineData("/*.txt", "a/c.txt", false)]
    [InlineData("a/*/c", "a/b/c", true)]
    [InlineData("a/*/c", "a/b/b/c", false)]
    [InlineData("a/**/c", "a/c", true)]
    [InlineData("a/**/c", "a/b/b/c", true)]
    [InlineData("**/c", "c", true)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/**", "ab", false)]
    [InlineData("cache/", "x/cache/y", true)]
    [InlineData("?.md", "a.md", true)]
    [InlineData("?.md", "ab.md", false)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("A.txt", "a.txt", false)]
    public void A_pattern_matches(string pattern, string path, bool expected) => Assert.Equal(expected, new GlobPatterns([pattern]).MatchesWithin(path));

    [Fact]
    public void Directories_of_a_component_are_checked()
    {
        using var bench = new FilesBench();
        File.WriteAllText(bench.Tree["file"], "");
        File.CreateSymbolicLink(bench.Tree["link"], bench.SendFrom);
        File.CreateSymbolicLink(bench.Tree["sly"], bench.DataDirectory);

        Assert.True(Check(bench.SendFrom, bench.ReceiveTo));
        Assert.True(Check(null, bench.Tree["made/when/missing"]));
        Assert.True(Directory.Exists(bench.Tree["made/when/missing"]));
        Assert.False(Check("relative", null));
        Assert.False(Check(bench.Tree["missing"], null));
        Assert.False(Check(bench.Tree["file"], null));
        Assert.False(Check(null, bench.Tree["file"]));
        Assert.False(Check(bench.Tree["link"], null));
        Assert.False(Check(bench.DataDirectory, null));
        Assert.False(Check(null, Path.Combine(bench.DataDirectory, "inbox")));
        Assert.False(Check(bench.Tree.Root, null));
        Assert.False(Check(null, Path.Combine(bench.Tree["sly"], "x")));
        Assert.False(Check(bench.SendFrom, Path.Combine(bench.SendFrom, "inner")));
        Assert.False(Check(bench.SendFrom, bench.SendFrom));
        Assert.Empty(Directory.EnumerateFileSystemEntries(bench.ReceiveTo));

        bool Check(string? from, string? to) => bench.Scanner().Check(bench.Sent with { Files = new FilesSettings(from, to, [], []) }) is { } result
            && (result.IsSuccess || (result.HasError<ComponentDirectoryError>() ? false : throw new InvalidOperationException("Another error")));
    }
}
