using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Errors;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every store of groups of a directory does.</summary>
public abstract class DirectoryGroupStoreContract : StoreContract
{
    private static readonly DirectoryGroup Editors = new(DistinguishedName.Parse("cn=Editors,dc=example").Value, Rights.Edit, [SomeStored.Queries]);

    private IDirectoryGroupStore Groups => Store.Services.GetRequiredService<IDirectoryGroupStore>();

    [Fact]
    public async Task A_group_is_read_back_as_it_was_given()
    {
        Assert.True((await Groups.AddAsync(Editors, Token)).IsSuccess);

        var found = Assert.Single(await Groups.ListAsync(Token));

        Assert.Equal(("cn=Editors,dc=example", Rights.Edit), (found.Name.Text, found.Rights));
        Assert.Equal([SomeStored.Queries], found.Components);
    }

    [Fact]
    public async Task Another_spelling_is_the_same_group_and_changes_nothing()
    {
        await Groups.AddAsync(Editors, Token);

        var again = await Groups.AddAsync(new DirectoryGroup(DistinguishedName.Parse("CN=editors, DC=EXAMPLE").Value, Rights.ConsoleAdministrator, []), Token);

        Assert.True(again.HasError<DirectoryGroupDuplicateError>());
        Assert.Equal(Rights.Edit, Assert.Single(await Groups.ListAsync(Token)).Rights);
    }

    [Fact]
    public async Task A_removed_group_is_gone()
    {
        await Groups.AddAsync(Editors, Token);

        Assert.True((await Groups.RemoveAsync(DistinguishedName.Parse("CN=EDITORS,dc=example").Value, Token)).IsSuccess);

        Assert.Empty(await Groups.ListAsync(Token));
        Assert.True((await Groups.RemoveAsync(Editors.Name, Token)).HasError<DirectoryGroupNotFoundError>());
    }
}
