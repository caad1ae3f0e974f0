using CoreSync.Errors;
using CoreSync.Items;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every store of a core does.</summary>
public abstract class CoreStoreContract : StoreContract
{
    [Fact]
    public async Task An_opened_store_says_who_the_core_is()
    {
        var opened = await Store.Core.OpenAsync(Token);

        Assert.Equal(SomeStored.Core, opened.Value);
        Assert.Equal(SomeStored.Core, Store.Local.Current);
    }

    [Fact]
    public async Task A_second_core_is_refused_and_the_first_stays()
    {
        var second = SomeStored.Core with { Id = SomeStored.OtherCore, Name = SomeStored.Name("second.example.org") };

        var created = await Store.Core.CreateAsync(second, Token);

        Assert.Equal("here.example.org", Assert.Single(created.Errors.OfType<StoreAlreadyInitialisedError>()).Name);
        Assert.Equal(SomeStored.Core, (await Store.Core.OpenAsync(Token)).Value);
    }

    [Fact]
    public async Task Each_writer_gets_the_next_epoch()
    {
        var before = await Store.Core.EpochAsync(Token);

        Assert.Equal(before + 1, await Store.Core.NextEpochAsync(Token));
        Assert.Equal(before + 2, await Store.Core.NextEpochAsync(Token));
        Assert.Equal(before + 2, await Store.Core.EpochAsync(Token));
    }

    [Fact]
    public async Task The_presets_are_enabled_document_components_that_keep_what_they_received()
    {
        var components = await Store.Components.ListAsync(Token);

        Assert.Equal(ComponentName.Presets.Order(Comparer<ComponentName>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value))), components.Select(component => component.Name));
        Assert.All(components, component => Assert.Equal(new Component(component.Name, ComponentKind.Documents, true, DeletePolicy.Keep, ClashPolicy.Suffix), component));
    }
}
