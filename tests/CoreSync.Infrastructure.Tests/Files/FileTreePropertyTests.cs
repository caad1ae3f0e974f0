using CsCheck;

namespace CoreSync.Infrastructure.Tests.Files;

/// <summary>Whatever happens to the source's tree, after a sync the target's tree is the same.</summary>
public sealed class FileTreePropertyTests
{
    private static readonly string[] Names = ["a", "a.txt", "a-b", "b", "B2", "c d", "ä", "\U0001F600", "\uffee", "z"];

    [Fact]
    public async Task A_tree_of_every_kind_arrives_the_same()
    {
        using var bench = new FilesBench();
        bench.Tree.Write("send/one.txt", "1");
        bench.Tree.Write("send/deep/er/two.bin", new byte[300_000]);
        bench.Tree.Write("send/deep/run.sh", "#!/bin/sh");
        bench.Tree.Write("send/empty-file", "");
        bench.Tree.Make("send/empty/inner");
        Unix.SetExecutable(bench.Tree["send/deep/run.sh"], true);
        File.SetLastWriteTimeUtc(bench.Tree["send/one.txt"], new DateTime(1999, 5, 6, 7, 8, 9, DateTimeKind.Utc).AddTicks(1234567));

        var refused = await bench.SyncAsync();

        Assert.Empty(refused);
        var sent = TempTree.Snapshot(bench.SendFrom);
        Assert.Equal(8, sent.Count);
        Assert.Equal(sent, TempTree.Snapshot(bench.ReceiveTo));
    }

    [Fact]
    public void Any_sequence_of_changes_arrives_the_same() =>
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 5]).Array[1, 25].Array[1, 5]
            .Sample(rounds =>
            {
                using var bench = new FilesBench();
                foreach (var round in rounds)
                {
                    foreach (var (action, one, two, three, content) in round)
                        Change(bench.SendFrom, action, one, two, three, content);
                    bench.ConfirmedDeletes = long.MaxValue;
                    var refused = bench.SyncAsync(batchSize: 7).GetAwaiter().GetResult();
                    Assert.True(refused.Count == 0, string.Join("; ", refused));
                    Assert.Equal(TempTree.Snapshot(bench.SendFrom), TempTree.Snapshot(bench.ReceiveTo));
                }
            }, iter: 300, threads: 2);

    [Fact]
    public void Any_sequence_of_changes_arrives_the_same_through_SQLite() =>
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 5]).Array[1, 25].Array[1, 4]
            .Sample(rounds => RunOnSqlite(rounds).GetAwaiter().GetResult(), iter: 20, threads: 1);

    private static async Task RunOnSqlite((int, int, int, int, int)[][] rounds)
    {
        await using var source = await SqliteCatalogueUnderTest.CreateAsync(FilesBench.SourceId);
        await using var target = await SqliteCatalogueUnderTest.CreateAsync(FilesBench.TargetId);
        using var bench = new FilesBench { SourceStore = source.Catalogue, TargetStore = target.Catalogue };
        foreach (var round in rounds)
        {
            foreach (var (action, one, two, three, content) in round)
                Change(bench.SendFrom, action, one, two, three, content);
            bench.ConfirmedDeletes = long.MaxValue;
            var refused = await bench.SyncAsync(batchSize: 7);
            Assert.True(refused.Count == 0, string.Join("; ", refused));
            Assert.Equal(TempTree.Snapshot(bench.SendFrom), TempTree.Snapshot(bench.ReceiveTo));
        }
    }

    private static void Change(string root, int action, int one, int two, int three, int content)
    {
        var path = Path.Combine(root, Names[one], Names[two], Names[three]);
        var shallow = Path.Combine(root, Names[one]);
        var middle = Path.Combine(root, Names[one], Names[two]);
        var target = content switch { 0 => shallow, 1 or 2 => middle, _ => path };
        var other = Path.Combine(root, Names[three], Names[two]);
        switch (action)
        {
            case 0 or 1:
                Clear(root, target);
                File.WriteAllText(target, new string((char)('a' + content), 1 + content * 7));
                break;
            case 2 when Directory.Exists(target):
                Directory.Delete(target, recursive: true);
                break;
            case 2 when File.Exists(target):
                File.Delete(target);
                break;
            case 3 or 4 when File.Exists(target) || Directory.Exists(target):
                if (target == other || other.StartsWith(target + "/", StringComparison.Ordinal) || target.StartsWith(other + "/", StringComparison.Ordinal))
                    break;
                Clear(root, other);
                if (File.Exists(target))
                    File.Move(target, other);
                else if (Directory.Exists(target))
                    Directory.Move(target, other);
                break;
            case 5:
                Clear(root, target);
                Directory.CreateDirectory(target);
                break;
            case 6 when File.Exists(target):
                Unix.SetExecutable(target, !Unix.IsExecutable(target));
                break;
            case 7 when File.Exists(target):
                File.SetLastWriteTimeUtc(target, new DateTime(2020, 1, 1, 0, 0, content, DateTimeKind.Utc));
                break;
            default:
                break;
        }
    }

    // Makes room: what is at the path goes, and files where directories must be.
    private static void Clear(string root, string path)
    {
        for (var parent = Path.GetDirectoryName(path)!; parent.Length > root.Length; parent = Path.GetDirectoryName(parent)!)
        {
            if (File.Exists(parent))
                File.Delete(parent);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else if (File.Exists(path))
            File.Delete(path);
    }
}
