using CoreSync.Application.Bundles;
using CoreSync.Application.Items;
using CoreSync.Bundles;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Testing;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class B1_one_format_for_wire_and_file : IDisposable
{
    private readonly TempDirectory temp = new();

    [Fact]
    public async Task Chosen_items_travel_with_everything_that_they_refer_to()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        var query = await cores.Source.PutAsync("queries", "Laptops", "q", autoSync: false);
        var package = await cores.Source.PutAsync("distribution-packages", "Browser", new string('p', 300_000), autoSync: false, references: [query]);
        var task = await cores.Source.PutAsync("tasks", "Install browser", "t", autoSync: false, references: [package]);
        await cores.Source.PutAsync("queries", "Another", "a", autoSync: false);

        var exported = await cores.Source.AskAsync(new ExportBundle(cores.NewFile(), [], [task.Id.ToString()]));
        var done = await cores.ImportAsync(exported.File);

        Assert.Equal(BundleKind.Selection, exported.Bundle.Manifest.Kind);
        Assert.Null(exported.Next);
        Assert.Equal(3, done.Applied);
        Assert.Empty(done.Positions);
        Assert.Equal("t", await cores.Target.TextAsync(task));
        Assert.Equal(new string('p', 300_000), await cores.Target.TextAsync(package));
        Assert.Single(await cores.Target.ListAsync("queries"));
    }

    [Fact]
    public async Task Payloads_travel_with_their_items()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        var content = new byte[700_000];
        new Random(7).NextBytes(content);
        await File.WriteAllBytesAsync(temp.At("setup.msi"), content);
        var package = await cores.Source.AskAsync(new PutItem("distribution-packages", "Browser", "p"u8.ToArray(), Payloads: [PayloadSource.OfFile("setup.msi", temp.At("setup.msi"))]));

        await cores.CarryAsync(ImportMode.Update);
        await cores.CarryAsync(ImportMode.Insert, group: "copies");

        foreach (var item in await cores.Target.ListAsync("distribution-packages"))
        {
            Assert.Equal("setup.msi", Assert.Single(item.Payloads).Path.Value);
            var opened = await cores.Target.AskAsync(new OpenPayload(item.Id.ToString(), "setup.msi"));
            await using var stream = opened.Content;
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            Assert.Equal(content, copy.ToArray());
        }

        Assert.Equal(2, (await cores.Target.ListAsync("distribution-packages")).Count);
        Assert.NotNull(await cores.Target.FindAsync(package));
    }

    [Fact]
    public async Task A_directory_tree_is_carried_into_the_directory_that_receives_it()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        var sent = Directory.CreateDirectory(temp.At("sent")).FullName;
        var received = temp.At("received");
        Directory.CreateDirectory(Path.Combine(sent, "sub"));
        await File.WriteAllTextAsync(Path.Combine(sent, "readme.txt"), "hello");
        await File.WriteAllBytesAsync(Path.Combine(sent, "sub", "large.bin"), new byte[1_000_000]);
        await cores.Source.AskAsync(new AddFilesComponent("docs", sent, null, [], []));
        await cores.Target.AskAsync(new AddFilesComponent("docs", null, received, [], [], OnDelete: DeletePolicy.Delete));

        await cores.CarryAsync(ImportMode.Update);
        Assert.Equal("hello", await File.ReadAllTextAsync(Path.Combine(received, "readme.txt")));
        Assert.Equal(1_000_000, new FileInfo(Path.Combine(received, "sub", "large.bin")).Length);

        File.Delete(Path.Combine(sent, "readme.txt"));
        File.Move(Path.Combine(sent, "sub", "large.bin"), Path.Combine(sent, "moved.bin"));
        await cores.Source.AskAsync(new ConfirmDeletes("docs"));
        var file = await cores.ExportAsync();
        await cores.ImportAsync(file);

        Assert.Equal(["moved.bin"], Directory.EnumerateFiles(received, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
        var insert = await cores.Target.SendAsync(new ImportBundle(file, ImportMode.InsertAsFile));
        Assert.True(insert.HasError<UsageInvalidError>());
    }

    [Fact]
    public async Task A_file_of_that_name_is_replaced_only_when_told()
    {
        await using var core = await RealCore.CreateAsync("source.example.net");
        var file = temp.At("kept.coresync");
        await File.WriteAllTextAsync(file, "precious");

        Assert.True((await core.SendAsync(new ExportBundle(file, [], []))).HasError<BundleFileExistsError>());
        Assert.Equal("precious", await File.ReadAllTextAsync(file));
        Assert.Single(Directory.EnumerateFiles(temp.Path, "*kept*"));

        await core.AskAsync(new ExportBundle(file, [], [], Overwrite: true));
        Assert.NotEqual("precious", await File.ReadAllTextAsync(file));
        Assert.Single(Directory.EnumerateFiles(temp.Path, "*kept*"));
    }

    [Fact]
    public async Task An_export_of_what_is_not_there_is_refused_and_leaves_no_file()
    {
        await using var core = await RealCore.CreateAsync("source.example.net");
        var item = await core.PutAsync("queries", "Laptops", "q");
        var file = temp.At("none.coresync");

        Assert.True((await core.SendAsync(new ExportBundle(file, ["no-such"], []))).HasError<ComponentNotFoundError>());
        Assert.True((await core.SendAsync(new ExportBundle(file, [], [Guid.NewGuid().ToString()]))).HasError<ItemNotFoundError>());
        Assert.True((await core.SendAsync(new ExportBundle(file, [], [item.Id.ToString()], Since: 0))).HasError<UsageInvalidError>());
        Assert.True((await core.SendAsync(new ExportBundle(file, [], [], Since: 99))).HasError<UsageInvalidError>());
        Assert.True((await core.SendAsync(new ExportBundle(temp.At("no/such/directory.coresync"), [], []))).IsFailed);
        Assert.Empty(Directory.EnumerateFiles(temp.Path, "*.coresync*"));
    }

    public void Dispose() => temp.Dispose();
}
