using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Infrastructure.Tests.Files;

/// <summary>No name that another core sends leads anywhere but below the component's directory (S6, N01, N04).</summary>
public sealed class HostilePathTests
{
    [Fact]
    public void The_corpus_is_large_enough() => Assert.True(HostilePaths.All().Distinct().Count() >= 2400, $"{HostilePaths.All().Distinct().Count()} names");

    [Fact]
    public void Every_hostile_name_is_refused_and_every_harmless_one_is_not()
    {
        Assert.Empty(HostilePaths.All().Where(path => RelativePath.Parse(path).IsSuccess).Select(path => $"accepted: {path}"));
        Assert.Empty(HostilePaths.Harmless().Where(path => RelativePath.Parse(path).IsFailed).Select(path => $"refused: {path}"));
    }

    [Fact]
    public async Task A_hostile_name_is_rejected_and_nothing_is_written()
    {
        using var bench = new FilesBench(recordLinks: true);
        bench.Tree.Write("canary/file", "untouched");
        var before = TempTree.Snapshot(bench.Tree["canary"]);
        foreach (var kind in new[] { ItemKind.File, ItemKind.Directory, ItemKind.Link })
        {
            foreach (var chunk in HostilePaths.All().Chunk(1000))
            {
                var changes = chunk.Select(path => kind == ItemKind.File
                    ? SomeFile.Item(path, "evil").With("evil")
                    : SomeFile.Item(path, kind: kind, linkTarget: kind == ItemKind.Link ? "good" : "").Without()).ToList();

                var staged = await bench.Applier.StageAsync(bench.Received, changes, default);
                // Even when the first judgement were passed over, the second stands.
                var applied = await bench.Applier.ApplyAsync(bench.Received, changes, default);

                Assert.Equal(changes.Count, staged.Count);
                Assert.Equal(changes.Count, applied.Count);
                Assert.All(applied, outcome => Assert.Equal(ItemOutcomeKind.Rejected, outcome.Kind));
                Assert.All(applied, outcome => Assert.Contains(outcome.Code, new[] { "path.invalid", "item.invalid" }));
            }
        }

        Assert.Empty(TempTree.Snapshot(bench.ReceiveTo));
        Assert.Empty(Directory.EnumerateFiles(bench.DataDirectory, "*", SearchOption.AllDirectories));
        Assert.Equal(before, TempTree.Snapshot(bench.Tree["canary"]));
        Assert.Equal(["canary", "data", "receive", "send"], Directory.EnumerateFileSystemEntries(bench.Tree.Root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_harmless_name_lands_exactly_where_it_says()
    {
        using var bench = new FilesBench();
        var names = HostilePaths.Harmless().DistinctBy(RelativePath.KeyOf).ToList();

        var refused = await bench.StageAndApplyAsync([.. names.Select(path => SomeFile.Item(path, path).With(path))]);

        Assert.Empty(refused);
        Assert.Equal(
            names.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(bench.ReceiveTo, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(bench.ReceiveTo, file)).Order(StringComparer.Ordinal));
        Assert.All(names, path => Assert.Equal(path, File.ReadAllText(Path.Combine(bench.ReceiveTo, path))));
    }

    [Fact]
    public async Task Names_that_collide_on_some_platform_are_rejected_and_the_first_one_stays()
    {
        foreach (var (first, second) in new[] { ("a.txt", "A.TXT"), ("straße", "STRASSE"), ("\u00e9", "e\u0301"), ("dir/K", "dir/\u212a"), ("Dir/x", "dir/X"), ("\ufb01x", "fix") })
        {
            using var bench = new FilesBench();
            var change = SomeFile.Item(first, "first").With("first");
            Assert.Empty(await bench.StageAndApplyAsync([change]));
            await bench.CommitAsync([change], []);
            var before = TempTree.Snapshot(bench.ReceiveTo);

            var later = await bench.StageAndApplyAsync([SomeFile.Item(second, "second").With("second")]);

            Assert.Equal("path.collision", Assert.Single(later).Code);
            Assert.Equal(before, TempTree.Snapshot(bench.ReceiveTo));

            using var together = new FilesBench();
            var outcomes = await together.StageAndApplyAsync([SomeFile.Item(first, "first").With("first"), SomeFile.Item(second, "second").With("second")]);
            Assert.Equal("path.collision", Assert.Single(outcomes).Code);
            Assert.Equal(before, TempTree.Snapshot(together.ReceiveTo));
        }
    }

    [Fact]
    public async Task A_link_that_leaves_the_component_is_rejected()
    {
        using var bench = new FilesBench(recordLinks: true);
        foreach (var target in new[] { "/etc/passwd", "..", "../x", "../../x", "a/../../x", "a/..", "C:\\x", "\\\\server\\x", "x\u0000y", "./../x", "a/./../x", ".coresync-staging/x", "CON" })
        {
            var outcomes = await bench.StageAndApplyAsync([SomeFile.Item("link", kind: ItemKind.Link, linkTarget: target).Without()]);
            Assert.Equal(ItemOutcomeKind.Rejected, Assert.Single(outcomes).Kind);
        }

        Assert.Empty(TempTree.Snapshot(bench.ReceiveTo));
        foreach (var (path, target) in new[] { ("d/one", "../x"), ("two", "d/one"), ("d/e/three", "../.."), ("four", "./d"), ("five", "missing") })
            Assert.Empty(await bench.StageAndApplyAsync([SomeFile.Item(path, kind: ItemKind.Link, linkTarget: target).Without()]));
        Assert.Equal("../x", new FileInfo(Path.Combine(bench.ReceiveTo, "d/one")).LinkTarget);
        Assert.Equal("../..", new FileInfo(Path.Combine(bench.ReceiveTo, "d/e/three")).LinkTarget);
    }

    [Fact]
    public async Task Links_are_rejected_where_they_are_switched_off()
    {
        using var bench = new FilesBench(recordLinks: false);

        var outcomes = await bench.StageAndApplyAsync([SomeFile.Item("link", kind: ItemKind.Link, linkTarget: "x").Without()]);

        Assert.Equal("item.rejected", Assert.Single(outcomes).Code);
        Assert.Empty(TempTree.Snapshot(bench.ReceiveTo));
    }
}
