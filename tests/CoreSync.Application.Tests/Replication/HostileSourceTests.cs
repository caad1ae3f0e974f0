using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Testing;
using CoreSync.Testing.Simulation;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Application.Tests.Replication;

/// <summary>A source core that is signed in and sends what it must not.</summary>
public sealed class HostileSourceTests
{
    private static readonly ComponentName Files = ComponentName.Parse("files").Value;
    private static readonly ComponentName Queries = ComponentName.Parse("queries").Value;

    [Theory]
    [InlineData("../evil.txt")]
    [InlineData("a/../../evil.txt")]
    [InlineData("/etc/evil.txt")]
    [InlineData("C:/evil.txt")]
    [InlineData("\\\\server\\share\\evil.txt")]
    [InlineData("nul")]
    [InlineData("evil.txt\0")]
    [InlineData(".coresync-staging/evil.txt")]
    public async Task A_path_that_leaves_the_root_is_rejected_by_name_and_the_rest_is_applied(string path)
    {
        using var pair = await SimulatedPair.CreateAsync();
        using var root = new TempDirectory();
        var received = root.At("received");
        Directory.CreateDirectory(received);
        (await pair.Target.SendAsync(new AddFilesComponent("files", null, received, [], []))).ThrowIfFailed();
        var sink = await OpenAsync(pair);

        var receipt = (await sink.ApplyAsync(
            Files, Batch(pair, File(pair, 1, path, "evil"u8.ToArray()), File(pair, 2, "good.txt", "good"u8.ToArray())), CancellationToken.None)).Ok();

        var refused = Assert.Single(receipt.Exceptions);
        Assert.Equal((ItemOutcomeKind.Rejected, "path.invalid"), (refused.Kind, refused.Code));
        Assert.Equal(1, receipt.Applied);
        Assert.Equal("good.txt", Path.GetRelativePath(received, Assert.Single(Directory.EnumerateFiles(root.Path, "*", SearchOption.AllDirectories))));
    }

    [Fact]
    public async Task Content_that_is_not_what_its_hash_says_is_rejected()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var sink = await OpenAsync(pair);
        var change = Document(pair, 1, "a", "right"u8.ToArray()) with { Content = "wrong"u8.ToArray() };

        var receipt = (await sink.ApplyAsync(Queries, Batch(pair, change), CancellationToken.None)).Ok();

        Assert.Equal("content.hash-mismatch", Assert.Single(receipt.Exceptions).Code);
        Assert.Empty((await pair.Target.SendAsync(new ListItems())).Ok());
    }

    [Fact]
    public async Task An_item_that_another_core_made_is_not_overwritten()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var sink = await OpenAsync(pair);
        var own = (await pair.Target.SendAsync(new PutItem("queries", "own", "mine"u8.ToArray()))).Ok();
        var stolen = Document(pair, 1, "own", "theirs"u8.ToArray());
        var change = stolen with { Item = stolen.Item with { Id = own.Id, Revision = new Revision(99) } };

        var receipt = (await sink.ApplyAsync(Queries, Batch(pair, change), CancellationToken.None)).Ok();

        Assert.Equal("item.rejected", Assert.Single(receipt.Exceptions).Code);
        Assert.Equal("mine"u8.ToArray(), (await pair.Target.SendAsync(new ShowItem(own.Id.ToString()))).Ok().Document!.Value.ToArray());
    }

    [Fact]
    public async Task An_older_revision_never_comes_back()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var sink = await OpenAsync(pair);
        var newer = Document(pair, 2, "a", "new"u8.ToArray());
        newer = newer with { Item = newer.Item with { Revision = new Revision(2) } };
        var old = Document(pair, 3, "a", "old"u8.ToArray());
        old = old with { Item = old.Item with { Id = newer.Item.Id, Revision = new Revision(1) } };
        (await sink.ApplyAsync(Queries, Batch(pair, newer), CancellationToken.None)).ThrowIfFailed();

        var receipt = (await sink.ApplyAsync(Queries, Batch(pair, old), CancellationToken.None)).Ok();

        Assert.Equal((0, 1), (receipt.Applied, receipt.Skipped));
        Assert.Equal("new"u8.ToArray(), (await pair.Target.SendAsync(new ShowItem(newer.Item.Id.ToString()))).Ok().Document!.Value.ToArray());
    }

    [Fact]
    public async Task A_batch_with_one_item_twice_changes_nothing()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var sink = await OpenAsync(pair);
        var once = Document(pair, 1, "a", "1"u8.ToArray());

        var refused = await sink.ApplyAsync(Queries, Batch(pair, once, once with { Sequence = new Sequence(2) }), CancellationToken.None);

        Assert.True(refused.HasError<BatchMalformedError>());
        Assert.Empty((await pair.Target.SendAsync(new ListItems())).Ok());
    }

    [Fact]
    public async Task A_component_that_is_switched_off_receives_nothing()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var sink = await OpenAsync(pair);
        (await pair.Target.SendAsync(new EnableComponent("queries", Enabled: false))).ThrowIfFailed();

        var refused = await sink.ApplyAsync(Queries, Batch(pair, Document(pair, 1, "a", "1"u8.ToArray())), CancellationToken.None);

        Assert.True(refused.HasError<ComponentNotReceivedError>());
        Assert.Empty((await pair.Target.SendAsync(new ListItems())).Ok());
    }

    private static SourceIdentity Identity(SimulatedPair pair) => new(pair.Source.Local.Id, pair.Source.Local.StoreId, 7);

    private static async Task<IItemSink> OpenAsync(SimulatedPair pair)
    {
        var sink = pair.Target.Services.GetRequiredService<ILocalItemSinks>().For(SomeAccount.Editor);
        (await sink.OpenAsync(Identity(pair), CancellationToken.None)).ThrowIfFailed();
        return sink;
    }

    private static ChangeBatch Batch(SimulatedPair pair, params ItemChange[] changes) =>
        new(Identity(pair), Sequence.Zero, changes[^1].Sequence, changes);

    private static ItemChange Document(SimulatedPair pair, long sequence, string name, byte[] content) =>
        Change(pair, sequence, Queries, ItemKind.Document, name, content);

    private static ItemChange File(SimulatedPair pair, long sequence, string name, byte[] content) => Change(pair, sequence, Files, ItemKind.File, name, content);

    private static ItemChange Change(SimulatedPair pair, long sequence, ComponentName component, ItemKind kind, string name, byte[] content)
    {
        var item = new Item
        {
            Id = new ItemId(Guid.NewGuid()),
            Component = component,
            Kind = kind,
            Name = name,
            Origin = pair.Source.Local.Id,
            Revision = new Revision(1),
            Hash = ContentHash.Of(content),
            Size = content.Length,
            AutoSync = true,
        };
        return new ItemChange(new Sequence(sequence), ChangeKind.Upsert, item, new Sequence(sequence)) { Content = content };
    }
}
