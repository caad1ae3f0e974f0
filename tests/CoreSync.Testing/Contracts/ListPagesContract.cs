using CoreSync.Application.Items;
using CoreSync.Application.Lists;
using CoreSync.Application.Replication;
using CoreSync.Application.Targets;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Trust;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every store does for long lists: pages, searches, and the facts of many target cores in one look.</summary>
public abstract class ListPagesContract : StoreContract
{
    private IListPages Pages => Store.Services.GetRequiredService<IListPages>();

    [Theory]
    [InlineData("lapt", "Laptops")]
    [InlineData("WEST", "Desktops")]
    [InlineData("0a1b2c3d", "Servers")]
    [InlineData("0A1B2C3D-4E5F", "Servers")]
    [InlineData("4e5f", "")]
    [InlineData("%", "")]
    public async Task Items_are_found_by_name_group_and_the_beginning_of_the_id(string search, string expected)
    {
        var servers = SomeStored.Document("Servers", id: new ItemId(Guid.Parse("0a1b2c3d-4e5f-4000-8000-000000000001")));
        var laptops = SomeStored.Document("Laptops", id: new ItemId(Guid.Parse("11111111-0000-4000-8000-000000000002")));
        var desktops = SomeStored.Document("Desktops", id: new ItemId(Guid.Parse("22222222-0000-4000-8000-000000000003"))) with { Group = "offices/west" };
        await WriteAsync(servers, laptops, desktops);

        var found = await Pages.ItemsAsync(new ItemFilter(Search: search), new PageNumber(), Token);

        var names = (await Store.Catalogue.FindAsync(found.Items, Token)).Values.Select(item => item.Name);
        Assert.Equal(expected.Length == 0 ? [] : [expected], names);
        Assert.Equal(found.Items.Count, found.Total);
    }

    [Fact]
    public async Task The_trust_history_is_paged_from_either_end_and_by_core()
    {
        foreach (var name in new[] { "one", "two", "one", "two", "one", "two" })
            await Store.Trust.AppendAsync(SomeTrust.Draft(SomeStored.Name(name + ".example.org")), Token);

        var newest = await Pages.TrustHistoryAsync(new TrustHistoryFilter(Newest: true), new PageNumber(2, 4), Token);
        var ofOne = await Pages.TrustHistoryAsync(new TrustHistoryFilter(SomeStored.Name("one.example.org")), new PageNumber(1, 2), Token);

        Assert.Equal([2, 1], newest.Items.Select(entry => entry.Number));
        Assert.Equal([1, 3], ofOne.Items.Select(entry => entry.Number));
        Assert.Equal((6, 3), (newest.Total, ofOne.Total));
    }

    [Fact]
    public async Task The_facts_of_many_targets_are_each_their_own_and_in_the_order_asked()
    {
        var reached = await AddTargetAsync("reached.example.org");
        var fresh = await AddTargetAsync("fresh.example.org");
        var first = await WriteAsync(SomeStored.Document("first"));
        var last = await WriteAsync(SomeStored.Document("second"), SomeStored.Document("theirs", origin: SomeStored.OtherCore));
        await Store.Checkpoints.SaveAsync(reached, SomeStored.Queries, new Checkpoint(SomeStored.Core.StoreId, first), Token);
        await Store.Checkpoints.SaveFailuresAsync(
            reached,
            [
                Failure(ItemOutcomeKind.Rejected), Failure(ItemOutcomeKind.Conflict), Failure(ItemOutcomeKind.Rejected) with { QuarantinedSince = SomeStored.Start },
                Failure(ItemOutcomeKind.Conflict) with { QuarantinedSince = SomeStored.Start },
            ],
            [], Token);

        var facts = await ReadAsync(Ask(fresh), Ask(reached), Ask(fresh, SomeStored.OtherCore), Ask(new TargetId(Guid.NewGuid())));
        await Store.Checkpoints.SaveAsync(reached, SomeStored.Queries, new Checkpoint(SomeStored.Core.StoreId, last), Token);

        Assert.Equal([3, 2, 2, 3], facts.Select(fact => fact.Waiting));
        Assert.Equal((2, 2, 1), (facts[1].Failed, facts[1].Conflicts, facts[1].Quarantined));
        Assert.Equal((0, 0, 0), (facts[0].Failed, facts[0].Conflicts, facts[0].Quarantined));
        Assert.Equal(["fresh.example.org", "reached.example.org", "fresh.example.org", null], facts.Select(fact => fact.Trust?.Fqdn.Ascii));
        Assert.Equal(0, Assert.Single(await ReadAsync(Ask(reached))).Waiting);
        Assert.Equal(0, Assert.Single(await ReadAsync(Ask(fresh) with { Components = [] })).Waiting);
    }

    private static TargetQuestion Ask(TargetId target, CoreId? known = null) => new(target, known, [SomeStored.Queries, SomeStored.Packages]);

    private static ItemFailure Failure(ItemOutcomeKind kind) => new(new ItemId(Guid.NewGuid()), SomeStored.Queries, kind, "item.rejected", "the reason", 1, SomeStored.Start);

    private Task<IReadOnlyList<StoredFacts>> ReadAsync(params TargetQuestion[] questions) => Store.Services.GetRequiredService<ITargetFacts>().ReadAsync(questions, Token);

    private async Task<Sequence> WriteAsync(params Item[] items) => await Store.Catalogue.WriteAsync([.. items.Select(item => new CatalogueWrite(item, true))], Token);

    private async Task<TargetId> AddTargetAsync(string name)
    {
        var target = SomeStored.Target(name);
        Assert.True((await Store.Targets.AddAsync(target, TrustRecord.New(target.Id, target.Address.Fqdn), Token)).IsSuccess);
        return target.Id;
    }
}
