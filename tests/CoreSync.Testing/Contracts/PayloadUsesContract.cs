using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every store tells about the contents that its rows name: what it leaves out is collected, so it leaves nothing out (S18).</summary>
public abstract class PayloadUsesContract : StoreContract
{
    private static readonly Payload One = new(RelativePath.Parse("one.msi").Value, 3, ContentHash.Of("one"u8));
    private static readonly Payload Two = new(RelativePath.Parse("sub/two.msi").Value, 3, ContentHash.Of("two"u8));

    [Fact]
    public async Task Each_payload_of_a_live_item_is_told_with_its_owner()
    {
        var item = SomeStored.Document("a") with { Payloads = [One, Two] };
        await Store.Catalogue.WriteAsync([new CatalogueWrite(item, true, Document: "{}"u8.ToArray()), new CatalogueWrite(SomeStored.Document("b"), true, Document: "{}"u8.ToArray())], Token);

        var uses = await UsesAsync();

        Assert.Equal([One, Two], uses.Select(use => use.Payload));
        Assert.All(uses, use => Assert.Equal(new PayloadOwner(item.Id, item.Component, "a", item.Origin), use.Owner));
    }

    [Fact]
    public async Task What_an_item_carries_no_longer_is_not_told()
    {
        var item = SomeStored.Document("a") with { Payloads = [One, Two] };
        await Store.Catalogue.WriteAsync([new CatalogueWrite(item, true, Document: "{}"u8.ToArray())], Token);

        await Store.Catalogue.WriteAsync([new CatalogueWrite(item with { Payloads = [Two], Revision = item.Revision.Next() }, true)], Token);

        Assert.Equal([Two], (await UsesAsync()).Where(use => use.Owner is not null).Select(use => use.Payload));
    }

    [Fact]
    public async Task What_was_received_and_waits_to_be_applied_is_told_without_an_owner()
    {
        var source = new SourceIdentity(SomeStored.OtherCore, Guid.Parse("01010101-0202-0303-0404-050505050505"), 5);
        var change = new ItemChange(new Sequence(1), ChangeKind.Upsert, SomeStored.Document("a", origin: SomeStored.OtherCore) with { Payloads = [One] }, new Sequence(1));
        await Store.Replicas.OpenAsync(source, Token);
        Assert.True((await Store.Replicas.StageAsync(SomeStored.Queries, new ChangeBatch(source, Sequence.Zero, new Sequence(1), [change]), [change], Token)).IsSuccess);

        Assert.Equal(new PayloadUse(One, null), Assert.Single(await UsesAsync()));
    }

    private async Task<List<PayloadUse>> UsesAsync()
    {
        var uses = new List<PayloadUse>();
        await Store.Services.GetRequiredService<IPayloadUses>().ForEachAsync(uses.Add, Token);
        return uses;
    }
}
