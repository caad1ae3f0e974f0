using CoreSync.Infrastructure.Files.Native;

namespace CoreSync.Infrastructure.Tests.Files;

/// <summary>The same promises by system calls and by the fallback of other platforms.</summary>
public sealed class SafeDirectoryTests : IDisposable
{
    private readonly TempTree tree = new();

    public static TheoryData<bool> Both => [true, false];

    public void Dispose() => tree.Dispose();

    [Theory]
    [MemberData(nameof(Both))]
    public void Links_are_seen_and_never_followed(bool native)
    {
        tree.Write("outside/file", "secret");
        tree.Make("root/real");
        File.CreateSymbolicLink(tree["root/dir"], tree["outside"]);
        File.CreateSymbolicLink(tree["root/file"], tree["outside/file"]);
        File.CreateSymbolicLink(tree["root/nowhere"], tree["missing"]);
        using var root = Open("root", native);

        Assert.Equal(FileFault.WrongKind, Fault(() => root.OpenDirectory("dir")));
        Assert.Equal(FileFault.WrongKind, Fault(() => root.OpenRead("file")));
        Assert.Equal(FileFault.WrongKind, Fault(() => root.OpenOrCreate("file")));
        Assert.Equal(FileFault.WrongKind, Fault(() => root.OpenOrCreate("nowhere")));
        Assert.Equal(FileFault.Exists, Fault(() => root.Create("nowhere", false)));
        Assert.False(root.TryMakeDirectory("nowhere"));
        Assert.Equal(EntryKind.Link, root.Stat("dir")!.Value.Kind);
        Assert.Equal(EntryKind.Link, root.Stat("nowhere")!.Value.Kind);
        Assert.Equal(tree["outside"], root.ReadLink("dir"));
        Assert.Equal(
            [("dir", EntryKind.Link), ("file", EntryKind.Link), ("nowhere", EntryKind.Link), ("real", EntryKind.Directory)],
            root.List().Select(entry => (entry.Name, entry.Kind)).Order());
        Assert.Equal(FileFault.WrongKind, Fault(() => Open("root/dir", native)));
        Assert.Equal(FileFault.WrongKind, Fault(() => Open("root/dir/", native)));
        root.Unlink("dir");
        Assert.Equal("secret", File.ReadAllText(tree["outside/file"]));
        Assert.False(File.Exists(tree["missing"]));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Files_are_made_moved_and_removed(bool native)
    {
        tree.Make("root/to");
        using var root = Open("root", native);
        using var to = root.OpenDirectory("to");
        using (var file = root.Create("run", executable: true))
        {
            RandomAccess.Write(file, "text"u8, 0);
            root.SetModified(file, "run", SomeFile.Modified);
            DurableFile.Sync(file, "run");
        }

        var stat = root.Stat("run")!.Value;
        Assert.Equal((EntryKind.File, 4L, SomeFile.Modified, true), (stat.Kind, stat.Size, stat.ModifiedTicks, stat.IsExecutable));
        Assert.Equal(FileFault.Exists, Fault(() => root.Create("run", false)));
        using (var file = root.OpenRead("run"))
            root.SetExecutable(file, "run", false);
        Assert.False(root.Stat("run")!.Value.IsExecutable);
        tree.Write("root/to/there", "old");
        root.Rename("run", to, "there");
        Assert.Equal("text", File.ReadAllText(tree["root/to/there"]));
        Assert.Null(root.Stat("run"));
        Assert.True(root.IsOnVolumeOf(to));
        Assert.Equal(FileFault.NotEmpty, Fault(() => root.RemoveDirectory("to")));
        Assert.Equal(FileFault.WrongKind, Fault(() => root.Unlink("to")));
        Assert.Equal(FileFault.Missing, Fault(() => root.Unlink("run")));
        Assert.Equal(FileFault.Missing, Fault(() => root.OpenRead("run")));
        Assert.Equal(FileFault.Missing, Fault(() => root.OpenDirectory("run")));
        to.Unlink("there");
        Assert.True(to.IsEmpty());
        to.Sync();
        root.SyncVolume();
        root.RemoveDirectory("to");
        Assert.True(root.TryMakeDirectory("to"));
        Assert.False(root.TryMakeDirectory("to"));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void A_name_is_a_single_name(bool native)
    {
        tree.Write("secret", "secret");
        tree.Make("root/dir");
        using var root = Open("root", native);

        foreach (var name in new[] { "", ".", "..", "../secret", "dir/..", "/etc", "a\0b" })
        {
            Assert.ThrowsAny<ArgumentException>(() => root.OpenRead(name));
            Assert.ThrowsAny<ArgumentException>(() => root.OpenDirectory(name));
            Assert.ThrowsAny<ArgumentException>(() => root.Create(name, false));
            Assert.ThrowsAny<ArgumentException>(() => root.Unlink(name));
            Assert.ThrowsAny<ArgumentException>(() => root.Rename("dir", root, name));
        }

        Assert.Equal("secret", File.ReadAllText(tree["secret"]));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void What_is_no_regular_file_is_not_opened(bool native)
    {
        tree.Make("root/dir");
        Assert.Equal(0, TempTree.Run("mkfifo", tree["root/pipe"]).ExitCode);
        using var root = Open("root", native);

        Assert.Equal(EntryKind.Directory, root.Stat("dir")!.Value.Kind);
        Assert.Equal(FileFault.WrongKind, Fault(() => root.OpenRead("dir")));
        Assert.SkipUnless(native, "the fallback does not know pipes");
        Assert.Equal(EntryKind.Special, root.Stat("pipe")!.Value.Kind);
        Assert.Equal(FileFault.WrongKind, Fault(() => root.OpenRead("pipe")));
    }

    private static FileFault Fault(Func<object> action) => Assert.Throws<FileFaultException>(action).Fault;

    private static FileFault Fault(Action action) => Assert.Throws<FileFaultException>(action).Fault;

    private SafeDirectory Open(string path, bool native)
    {
        Assert.SkipWhen(native && !LinuxCalls.Available, "no such system calls here");
        return native ? LinuxDirectory.OpenRoot(tree[path]) : ManagedDirectory.OpenRoot(tree[path]);
    }
}
