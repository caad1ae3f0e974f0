using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Testing.Simulation;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Application.Tests.Replication;

/// <summary>A source core that is signed in and lies about payloads, and a target core that asks for more than it gets (S6).</summary>
public sealed class HostilePayloadTests
{
    private static readonly ComponentName Queries = ComponentName.Parse("queries").Value;
    private static readonly byte[] Content = "payload"u8.ToArray();

    [Fact]
    public async Task An_item_is_not_applied_before_all_its_payloads_are_here()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var sink = await OpenAsync(pair);
        var change = Change(pair, "a", Payload("one", Content), Payload("two", "other"u8.ToArray()));
        (await sink.SendContentsAsync(Queries, [new SmallContent(ContentHash.Of(Content), Content)], CancellationToken.None)).ThrowIfFailed();

        var receipt = (await sink.ApplyAsync(Queries, Batch(pair, change), CancellationToken.None)).Ok();

        Assert.Equal(ItemOutcomeKind.ContentMissing, Assert.Single(receipt.Exceptions).Kind);
        Assert.Equal(Sequence.Zero, receipt.Checkpoint);
        Assert.Empty((await pair.Target.SendAsync(new ListItems())).Ok());
    }

    [Fact]
    public async Task A_size_that_is_not_that_of_the_content_is_refused_with_its_item_alone()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var sink = await OpenAsync(pair);
        (await sink.SendContentsAsync(Queries, [new SmallContent(ContentHash.Of(Content), Content)], CancellationToken.None)).ThrowIfFailed();
        var lie = Change(pair, "lie", Payload("one", Content) with { Size = 1 });
        var apart = Change(pair, "apart", Payload("one", new byte[300_000]) with { Size = 300_001 }) with { Sequence = new Sequence(2) };
        (await sink.SendContentAsync(Queries, ContentHash.Of(new byte[300_000]), 300_000, 0, new MemoryStream(new byte[300_000]), CancellationToken.None)).ThrowIfFailed();
        var sound = Change(pair, "sound", Payload("one", Content)) with { Sequence = new Sequence(3) };

        var receipt = (await sink.ApplyAsync(Queries, Batch(pair, lie, apart, sound), CancellationToken.None)).Ok();

        Assert.Equal(["item.invalid", "item.invalid"], receipt.Exceptions.Select(outcome => outcome.Code));
        Assert.Equal("sound", Assert.Single((await pair.Target.SendAsync(new ListItems())).Ok()).Name);
    }

    [Fact]
    public async Task A_payload_of_no_bytes_has_the_hash_of_no_bytes()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var sink = await OpenAsync(pair);
        var change = Change(pair, "a", Payload("one", Content) with { Size = 0 });

        var receipt = (await sink.ApplyAsync(Queries, Batch(pair, change), CancellationToken.None)).Ok();

        Assert.Equal("item.invalid", Assert.Single(receipt.Exceptions).Code);
        Assert.Empty((await pair.Target.SendAsync(new ListItems())).Ok());
    }

    [Fact]
    public async Task Contents_that_lie_or_are_too_much_are_refused_and_none_is_stored()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var sink = await OpenAsync(pair);
        var sound = new SmallContent(ContentHash.Of(Content), Content);
        var large = new byte[ItemLimits.MaxInlineBytes];

        var lie = await sink.SendContentsAsync(Queries, [sound, new SmallContent(ContentHash.Of("x"u8), "y"u8.ToArray())], CancellationToken.None);
        var many = await sink.SendContentsAsync(Queries, [.. Enumerable.Repeat(sound, ItemLimits.MaxBatchItems + 1)], CancellationToken.None);
        var much = await sink.SendContentsAsync(Queries, [sound, .. Enumerable.Repeat(new SmallContent(ContentHash.Of(large), large), 33)], CancellationToken.None);
        var tooLarge = await sink.SendContentsAsync(Queries, [sound, new SmallContent(ContentHash.Of(new byte[large.Length + 1]), new byte[large.Length + 1])], CancellationToken.None);
        var files = await sink.SendContentsAsync(ComponentName.Parse("files").Value, [sound], CancellationToken.None);

        Assert.True(lie.HasError<ContentMismatchError>());
        Assert.True(many.HasError<BatchMalformedError>());
        Assert.True(much.HasError<BatchMalformedError>());
        Assert.True(tooLarge.HasError<BatchMalformedError>());
        Assert.True(files.HasError<ComponentNotReceivedError>());
        Assert.False(pair.Target.Services.GetRequiredService<IPayloadStore>().Has(sound.Hash, sound.Bytes.Length));
    }

    [Fact]
    public async Task Content_whose_hash_lies_is_thrown_away()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var sink = await OpenAsync(pair);

        var sent = await sink.SendContentAsync(Queries, ContentHash.Of(Content), 300_000, 0, new MemoryStream(new byte[300_000]), CancellationToken.None);
        var have = (await sink.HaveContentAsync(Queries, [ContentHash.Of(Content)], CancellationToken.None)).Ok();

        Assert.True(sent.HasError<ContentMismatchError>());
        Assert.Equal(0, Assert.Single(have));
    }

    [Fact]
    public async Task A_large_document_whose_content_the_target_keeps_as_a_payload_is_applied_without_being_sent()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var sink = await OpenAsync(pair);
        var content = new byte[300_000];
        (await pair.Target.SendAsync(new PutItem("queries", "own", "{}"u8.ToArray(), Payloads: [PayloadSource.OfStream("one", new MemoryStream(content))]))).Ok();
        var change = Change(pair, "large");
        change = change with { Content = null, Item = change.Item with { Hash = ContentHash.Of(content), Size = content.Length } };

        var have = (await sink.HaveContentAsync(Queries, [ContentHash.Of(content)], CancellationToken.None)).Ok();
        var receipt = (await sink.ApplyAsync(Queries, Batch(pair, change), CancellationToken.None)).Ok();

        Assert.Equal(content.Length, Assert.Single(have));
        Assert.Equal((1, 0), (receipt.Applied, receipt.Exceptions.Count));
        Assert.Equal(content, (await pair.Target.SendAsync(new ShowItem(change.Item.Id.ToString()))).Ok().Document!.Value.ToArray());
    }

    [Fact]
    public async Task A_target_that_asks_for_payloads_again_gets_nothing_that_does_not_go_there_anyway()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var flagged = await pair.PutAsync("flagged", "1");
        var secret = await pair.PutAsync("secret", "2", autoSync: false);
        var tasks = ComponentName.Parse("tasks").Value;
        var state = new SinkState(pair.Target.Local.Id, new Dictionary<ComponentName, Checkpoint>(), new HashSet<ComponentName>())
        {
            Damaged = [(Queries, flagged.Id), (Queries, secret.Id), (Queries, new ItemId(Guid.NewGuid())), (tasks, flagged.Id)],
        };
        var copies = pair.Source.Services.GetRequiredService<DamagedCopies>();
        var target = Assert.Single(await pair.Source.Services.GetRequiredService<ITargetStore>().ListAsync(CancellationToken.None)).Id;

        var queries = await copies.OfferAsync(target, state, Queries, CancellationToken.None);

        Assert.Equal(flagged.Id, Assert.Single(queries).Item);
        Assert.Empty(await copies.OfferAsync(target, state, tasks, CancellationToken.None));
    }

    private static async Task<IItemSink> OpenAsync(SimulatedPair pair)
    {
        var sink = pair.Target.Services.GetRequiredService<ILocalItemSinks>().For(SomeAccount.Editor);
        (await sink.OpenAsync(Identity(pair), CancellationToken.None)).ThrowIfFailed();
        return sink;
    }

    private static SourceIdentity Identity(SimulatedPair pair) => new(pair.Source.Local.Id, pair.Source.Local.StoreId, 7);

    private static ChangeBatch Batch(SimulatedPair pair, params ItemChange[] changes) => new(Identity(pair), Sequence.Zero, changes[^1].Sequence, changes);

    private static Payload Payload(string path, byte[] content) => new(RelativePath.Parse(path).Value, content.Length, ContentHash.Of(content));

    private static ItemChange Change(SimulatedPair pair, string name, params Payload[] payloads)
    {
        var item = new Item
        {
            Id = new ItemId(Guid.NewGuid()),
            Component = Queries,
            Kind = ItemKind.Document,
            Name = name,
            Origin = pair.Source.Local.Id,
            Revision = new Revision(1),
            Hash = ContentHash.Of("{}"u8),
            Size = 2,
            AutoSync = true,
            Payloads = payloads,
        };
        return new ItemChange(new Sequence(1), ChangeKind.Upsert, item, new Sequence(1)) { Content = "{}"u8.ToArray() };
    }
}
