using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Infrastructure.Tests.Files;

public sealed class FileApplierTests
{
    [Fact]
    public async Task A_file_arrives_with_content_time_and_executable_bit()
    {
        using var bench = new FilesBench();

        Assert.Empty(await bench.StageAndApplyAsync([SomeFile.Item("a/b/run", "text", executable: true).With("text")]));

        var file = At(bench, "a/b/run");
        Assert.Equal(("text", SomeFile.Modified, true), (await File.ReadAllTextAsync(file), File.GetLastWriteTimeUtc(file).Ticks, Unix.IsExecutable(file)));
        Assert.Empty(Directory.EnumerateFiles(bench.DataDirectory, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Applying_twice_changes_nothing()
    {
        using var bench = new FilesBench(recordLinks: true);
        var changes = new List<IncomingChange>
        {
            SomeFile.Item("a/file", "1").With("1"), SomeFile.Item("empty", "").Without(), SomeFile.Item("dir", kind: ItemKind.Directory).Without(),
            SomeFile.Item("link", kind: ItemKind.Link, linkTarget: "a/file").Without(),
        };
        Assert.Empty(await bench.StageAndApplyAsync(changes));
        var before = TempTree.Snapshot(bench.ReceiveTo);
        bench.RestartTarget();

        // As recovery does: content is not in the inbox again.
        Assert.Empty(await bench.Applier.ApplyAsync(bench.Received, [.. changes.Select(change => change with { Change = change.Change with { Content = null } })], default));

        Assert.Equal(before, TempTree.Snapshot(bench.ReceiveTo));
        Assert.False(Directory.Exists(Path.Combine(bench.DataDirectory, "displaced")));
    }

    [Fact]
    public async Task What_was_staged_before_a_crash_is_applied_after_it()
    {
        using var bench = new FilesBench();
        var changes = Enumerable.Range(0, 30).Select(i => SomeFile.Item($"d{i % 3}/f{i}", $"{i}").With($"{i}")).ToList();
        Assert.Empty(await bench.Applier.StageAsync(bench.Received, changes, default));
        bench.RestartTarget();
        var inbox = changes.Select(change => change with { Change = change.Change with { Content = null } }).ToList();
        // The crash came in the middle of the batch.
        Assert.Empty(await bench.Applier.ApplyAsync(bench.Received, inbox[..13], default));
        bench.RestartTarget();

        Assert.Empty(await bench.Applier.ApplyAsync(bench.Received, inbox, default));

        Assert.Equal(30, Directory.EnumerateFiles(bench.ReceiveTo, "*", SearchOption.AllDirectories).Count());
        Assert.All(Enumerable.Range(0, 30), i => Assert.Equal($"{i}", File.ReadAllText(At(bench, $"d{i % 3}/f{i}"))));
    }

    [Fact]
    public async Task A_torn_staged_file_is_not_used()
    {
        using var bench = new FilesBench();
        var change = SomeFile.Item("file", "whole").With("whole");
        Assert.Empty(await bench.Applier.StageAsync(bench.Received, [change], default));
        bench.RestartTarget();
        var staged = Assert.Single(Directory.GetFiles(Path.Combine(bench.DataDirectory, "inbox/tree")));
        await File.WriteAllTextAsync(staged, "torn!");

        var outcomes = await bench.Applier.ApplyAsync(bench.Received, [change with { Change = change.Change with { Content = null } }], default);

        Assert.Equal(ItemOutcomeKind.ContentMissing, Assert.Single(outcomes).Kind);
        Assert.Empty(TempTree.Snapshot(bench.ReceiveTo));
    }

    [Fact]
    public async Task Content_that_is_not_here_is_asked_for()
    {
        using var bench = new FilesBench();

        var outcomes = await bench.StageAndApplyAsync([SomeFile.Item("a/file", "text").Without()]);

        Assert.Equal(ItemOutcomeKind.ContentMissing, Assert.Single(outcomes).Kind);
        Assert.Empty(TempTree.Snapshot(bench.ReceiveTo));
    }

    [Fact]
    public async Task A_foreign_file_at_the_place_is_moved_aside_and_an_equal_one_is_adopted()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("receive/differs", "mine");
        bench.Tree.Write("receive/same", "same");

        Assert.Empty(await bench.StageAndApplyAsync([SomeFile.Item("differs", "theirs").With("theirs"), SomeFile.Item("same", "same").With("same")]));

        Assert.Equal("theirs", await File.ReadAllTextAsync(At(bench, "differs")));
        var displaced = Assert.Single(Directory.GetFiles(Path.Combine(bench.DataDirectory, "displaced/tree"), "*", SearchOption.AllDirectories));
        Assert.Equal(("differs", "mine"), (Path.GetFileName(displaced), await File.ReadAllTextAsync(displaced)));
    }

    [Fact]
    public async Task A_directory_at_the_place_of_a_file_is_moved_aside_with_all_it_holds()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("receive/place/deep/mine", "mine");
        bench.Tree.Make("receive/hollow");

        Assert.Empty(await bench.StageAndApplyAsync([SomeFile.Item("place", "1").With("1"), SomeFile.Item("hollow", "2").With("2")]));

        Assert.Equal("1", await File.ReadAllTextAsync(At(bench, "place")));
        Assert.Equal("2", await File.ReadAllTextAsync(At(bench, "hollow")));
        var displaced = Assert.Single(Directory.GetFiles(Path.Combine(bench.DataDirectory, "displaced"), "*", SearchOption.AllDirectories));
        Assert.EndsWith("place/deep/mine", displaced, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_in_the_way_of_a_directory_is_moved_aside()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("receive/a", "mine");

        Assert.Empty(await bench.StageAndApplyAsync([SomeFile.Item("a/b/c", "1").With("1")]));

        Assert.Equal("1", await File.ReadAllTextAsync(At(bench, "a/b/c")));
        Assert.Single(Directory.GetFiles(Path.Combine(bench.DataDirectory, "displaced"), "a", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_hard_linked_file_is_replaced_and_not_written_through()
    {
        using var bench = new FilesBench();
        var item = SomeFile.Item("file", "old");
        Assert.Empty(await bench.StageAndApplyAsync([item.With("old")]));
        Assert.Equal(0, TempTree.Run("ln", At(bench, "file"), bench.Tree["twin"]).ExitCode);

        Assert.Empty(await bench.StageAndApplyAsync([Next(item, "new").With("new", item)]));
        Assert.Equal(("old", "new"), (await File.ReadAllTextAsync(bench.Tree["twin"]), await File.ReadAllTextAsync(At(bench, "file"))));

        // Metadata alone, too.
        var current = Next(item, "new");
        Assert.Equal(0, TempTree.Run("ln", "-f", At(bench, "file"), bench.Tree["twin"]).ExitCode);
        Assert.Empty(await bench.StageAndApplyAsync([(current with { Revision = new Revision(3), ModifiedTicks = SomeFile.Modified - 50_000_000, IsExecutable = true }).Without(current)]));
        Assert.Equal((SomeFile.Modified, false), (File.GetLastWriteTimeUtc(bench.Tree["twin"]).Ticks, Unix.IsExecutable(bench.Tree["twin"])));
        Assert.Equal((SomeFile.Modified - 50_000_000, true), (File.GetLastWriteTimeUtc(At(bench, "file")).Ticks, Unix.IsExecutable(At(bench, "file"))));
    }

    [Fact]
    public async Task A_local_edit_of_a_synchronised_file_is_overwritten_and_of_a_released_one_is_kept_aside()
    {
        foreach (var autoSync in new[] { true, false })
        {
            using var bench = new FilesBench();
            var item = SomeFile.Item("file", "one");
            Assert.Empty(await bench.StageAndApplyAsync([item.With("one")]));
            bench.Tree.Write("receive/file", "edited here");

            Assert.Empty(await bench.StageAndApplyAsync([Next(item, "two").With("two", item with { AutoSync = autoSync })]));

            Assert.Equal("two", await File.ReadAllTextAsync(At(bench, "file")));
            Assert.Equal(!autoSync, Directory.Exists(Path.Combine(bench.DataDirectory, "displaced")));
        }
    }

    [Fact]
    public async Task A_rename_without_content_moves_the_file_and_an_edited_one_is_asked_for_again()
    {
        using var bench = new FilesBench();
        var (one, two) = (SomeFile.Item("old/one", "1"), SomeFile.Item("old/two", "2"));
        Assert.Empty(await bench.StageAndApplyAsync([one.With("1"), two.With("2")]));
        bench.Tree.Write("receive/old/two", "edited");

        var outcomes = await bench.StageAndApplyAsync([Moved(one, "new/one").Without(one), Moved(two, "new/two").Without(two)]);

        Assert.Equal((two.Id, ItemOutcomeKind.ContentMissing), (Assert.Single(outcomes).Item, outcomes[0].Kind));
        Assert.Equal("1", await File.ReadAllTextAsync(At(bench, "new/one")));
        Assert.False(File.Exists(At(bench, "old/one")));
        Assert.Equal("edited", await File.ReadAllTextAsync(At(bench, "old/two")));

        Assert.Empty(await bench.StageAndApplyAsync([Moved(two, "new/two").With("2", two)]));
        Assert.Equal(["new", "new/one", "new/two"], Names(bench));
        Assert.Single(Directory.GetFiles(Path.Combine(bench.DataDirectory, "displaced"), "two", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Files_that_exchange_their_paths_keep_their_content()
    {
        using var bench = new FilesBench();
        var (one, two, three) = (SomeFile.Item("a", "1"), SomeFile.Item("b", "22"), SomeFile.Item("c/d", "333"));
        Assert.Empty(await bench.StageAndApplyAsync([one.With("1"), two.With("22"), three.With("333")]));

        Assert.Empty(await bench.StageAndApplyAsync([Moved(one, "b").Without(one), Moved(two, "c").Without(two), Moved(three, "a").Without(three)]));

        Assert.Equal(["a", "b", "c"], Names(bench));
        Assert.Equal(("333", "1", "22"), (await File.ReadAllTextAsync(At(bench, "a")), await File.ReadAllTextAsync(At(bench, "b")), await File.ReadAllTextAsync(At(bench, "c"))));
        Assert.False(Directory.Exists(Path.Combine(bench.DataDirectory, "displaced")));
    }

    [Fact]
    public async Task A_file_takes_the_place_of_the_directory_that_held_it()
    {
        using var bench = new FilesBench();
        var item = SomeFile.Item("a/a", "1");
        Assert.Empty(await bench.StageAndApplyAsync([item.With("1")]));

        Assert.Empty(await bench.StageAndApplyAsync([Moved(item, "a").Without(item)]));
        Assert.Equal("1", await File.ReadAllTextAsync(At(bench, "a")));

        var flat = Moved(item, "a");
        Assert.Empty(await bench.StageAndApplyAsync([(flat with { Name = "a/b/c", Revision = new Revision(3) }).Without(flat)]));
        Assert.Equal(["a", "a/b", "a/b/c"], Names(bench));
    }

    [Fact]
    public async Task A_delete_follows_the_policy_of_the_component()
    {
        foreach (var policy in Enum.GetValues<DeletePolicy>())
        {
            using var bench = new FilesBench(policy);
            var item = SomeFile.Item("a/b/file", "text");
            Assert.Empty(await bench.StageAndApplyAsync([item.With("text"), SomeFile.Item("a/other", "o").With("o")]));

            Assert.Empty(await bench.StageAndApplyAsync([item.Deleted()]));
            Assert.Empty(await bench.StageAndApplyAsync([item.Deleted()]));

            Assert.Equal(policy == DeletePolicy.Keep ? ["a", "a/b", "a/b/file", "a/other"] : ["a", "a/other"], Names(bench));
            var retired = Path.Combine(bench.DataDirectory, "retired");
            Assert.Equal(policy == DeletePolicy.Retire ? 1 : 0, Directory.Exists(retired) ? Directory.GetFiles(retired, "file", SearchOption.AllDirectories).Length : 0);
        }
    }

    [Fact]
    public async Task A_file_edited_here_is_moved_aside_instead_of_deleted()
    {
        using var bench = new FilesBench(DeletePolicy.Delete);
        var item = SomeFile.Item("file", "text");
        Assert.Empty(await bench.StageAndApplyAsync([item.With("text")]));
        bench.Tree.Write("receive/file", "my own work");

        Assert.Empty(await bench.StageAndApplyAsync([item.Deleted()]));

        Assert.Empty(Names(bench));
        Assert.Equal("my own work", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.Combine(bench.DataDirectory, "displaced"), "file", SearchOption.AllDirectories))));
    }

    [Fact]
    public async Task A_delete_and_its_successor_survive_a_crash_between_them()
    {
        using var bench = new FilesBench(DeletePolicy.Delete);
        var old = SomeFile.Item("path", "old");
        Assert.Empty(await bench.StageAndApplyAsync([old.With("old")]));
        var successor = SomeFile.Item("path", "new");
        var batch = new List<IncomingChange> { old.Deleted(), successor.With("new") };
        Assert.Empty(await bench.StageAndApplyAsync(batch));
        bench.RestartTarget();

        Assert.Empty(await bench.Applier.ApplyAsync(bench.Received, [batch[0], batch[1] with { Change = batch[1].Change with { Content = null } }], default));

        Assert.Equal("new", await File.ReadAllTextAsync(At(bench, "path")));
        Assert.False(Directory.Exists(Path.Combine(bench.DataDirectory, "displaced")));
    }

    [Fact]
    public async Task An_empty_directory_that_is_an_item_stays_when_its_last_file_goes()
    {
        using var bench = new FilesBench(DeletePolicy.Delete);
        var (directory, file) = (SomeFile.Item("a/b", kind: ItemKind.Directory), SomeFile.Item("a/b/c/file", "1"));
        var changes = new List<IncomingChange> { directory.Without(), file.With("1") };
        Assert.Empty(await bench.StageAndApplyAsync(changes));
        await bench.CommitAsync(changes, []);

        Assert.Empty(await bench.StageAndApplyAsync([file.Deleted()]));
        Assert.Equal(["a", "a/b"], Names(bench));

        Assert.Empty(await bench.StageAndApplyAsync([directory.Deleted()]));
        Assert.Empty(Names(bench));
    }

    [Fact]
    public async Task A_released_name_is_settled_by_the_policy_for_clashes()
    {
        foreach (var (policy, expected) in new[] { (ClashPolicy.Replace, (ItemOutcomeKind?)null), (ClashPolicy.Keep, ItemOutcomeKind.Rejected), (ClashPolicy.Ask, ItemOutcomeKind.Conflict) })
        {
            using var bench = new FilesBench(DeletePolicy.Keep, onClash: policy);
            var released = SomeFile.Item("file", "mine").With("mine");
            Assert.Empty(await bench.StageAndApplyAsync([released]));
            await bench.CommitAsync([released], []);
            await bench.CommitAsync([released.Change.Item.Deleted()], []);

            var outcomes = await bench.StageAndApplyAsync([SomeFile.Item("file", "theirs").With("theirs")]);

            Assert.Equal(expected, outcomes.Count == 0 ? null : Assert.Single(outcomes).Kind);
            Assert.Equal(expected is null ? "theirs" : "mine", await File.ReadAllTextAsync(At(bench, "file")));
        }
    }

    [Fact]
    public async Task A_missing_directory_stops_the_batch_and_nothing_is_made_in_its_place()
    {
        using var bench = new FilesBench();
        Directory.Delete(bench.ReceiveTo);

        var failure = await Assert.ThrowsAsync<Errors.CoreSyncException>(() => bench.StageAndApplyAsync([SomeFile.Item("file", "1").With("1")]));

        Assert.IsType<Errors.ComponentDirectoryMissingError>(failure.Error);
        Assert.False(Directory.Exists(bench.ReceiveTo));
    }

    [Fact]
    public async Task Tidying_leaves_no_trace_of_staging()
    {
        using var bench = new FilesBench();
        Assert.Empty(await bench.Applier.StageAsync(bench.Received, [SomeFile.Item("file", "1").With("1")], default));
        bench.RestartTarget();

        await bench.Applier.TidyAsync(bench.Received, default);

        Assert.Empty(Directory.EnumerateFiles(bench.DataDirectory, "*", SearchOption.AllDirectories));
        Assert.Empty(TempTree.Snapshot(bench.ReceiveTo));
    }

    private static string At(FilesBench bench, string path) => Path.Combine(bench.ReceiveTo, path);

    private static List<string> Names(FilesBench bench) =>
        [.. Directory.EnumerateFileSystemEntries(bench.ReceiveTo, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(bench.ReceiveTo, path)).Order(StringComparer.Ordinal)];

    private static Item Next(Item item, string content) => SomeFile.Item(item.Name, content, id: item.Id, revision: item.Revision.Value + 1);

    private static Item Moved(Item item, string name) => item with { Name = name, Revision = item.Revision.Next() };
}
