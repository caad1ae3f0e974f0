using CoreSync.Errors;
using CoreSync.Items;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every store of components does.</summary>
public abstract class ComponentStoreContract : StoreContract
{
    private static readonly Component Files = new(
        SomeStored.Packages, ComponentKind.Files, true, DeletePolicy.Delete, ClashPolicy.Replace,
        new FilesSettings("/srv/send", null, ["**/*.msi", "a,b\"c"], ["**/tmp/**"], AutoSync: false, RecordLinks: true));

    [Fact]
    public async Task A_files_component_comes_back_with_its_settings()
    {
        Assert.True((await Store.Components.AddAsync(Files, Token)).IsSuccess);

        Assert.Equivalent(Files, await Store.Components.FindAsync(SomeStored.Packages, Token), strict: true);
        Assert.Contains(await Store.Components.ListAsync(Token), component => component.Name == SomeStored.Packages);
    }

    [Fact]
    public async Task An_existing_name_is_refused_and_nothing_changes()
    {
        var added = await Store.Components.AddAsync(Files with { Name = SomeStored.Queries }, Token);

        Assert.True(added.HasError<ComponentDuplicateError>());
        Assert.Equal(ComponentKind.Documents, (await Store.Components.FindAsync(SomeStored.Queries, Token))!.Kind);
    }

    [Fact]
    public async Task Saving_replaces_what_can_be_changed()
    {
        await Store.Components.AddAsync(Files, Token);
        var changed = Files with { IsEnabled = false, OnDelete = DeletePolicy.Retire, OnClash = ClashPolicy.Ask, Files = Files.Files! with { ReceiveTo = "/srv/receive", AutoSync = true } };

        await Store.Components.SaveAsync(changed, Token);

        Assert.Equivalent(changed, await Store.Components.FindAsync(SomeStored.Packages, Token), strict: true);
    }

    [Fact]
    public async Task An_unknown_component_can_be_neither_found_nor_saved()
    {
        Assert.Null(await Store.Components.FindAsync(SomeStored.Packages, Token));

        var thrown = await Assert.ThrowsAsync<CoreSyncException>(() => Store.Components.SaveAsync(Files, Token));

        Assert.IsType<ComponentNotFoundError>(thrown.Error);
        Assert.Null(await Store.Components.FindAsync(SomeStored.Packages, Token));
    }

    [Fact]
    public async Task Confirmed_deletes_are_remembered_and_survive_a_save()
    {
        await Store.Components.AddAsync(Files, Token);
        Assert.Equal(0, await Store.Components.ConfirmedDeletesAsync(SomeStored.Packages, Token));

        await Store.Components.SetConfirmedDeletesAsync(SomeStored.Packages, 17, Token);
        await Store.Components.SaveAsync(Files with { IsEnabled = false }, Token);

        Assert.Equal(17, await Store.Components.ConfirmedDeletesAsync(SomeStored.Packages, Token));
        await Store.Components.SetConfirmedDeletesAsync(SomeStored.Packages, 0, Token);
        Assert.Equal(0, await Store.Components.ConfirmedDeletesAsync(SomeStored.Packages, Token));
    }
}
