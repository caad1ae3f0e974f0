using CoreSync.Accounts;
using CoreSync.Errors;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every store of built-in accounts does.</summary>
public abstract class AccountStoreContract : StoreContract
{
    private static readonly Account Editor = new("Sync-Äccount", Rights.Edit, [SomeStored.Queries, SomeStored.Packages], "stamp 1");

    [Theory]
    [InlineData("Sync-Äccount")]
    [InlineData("sync-äccount")]
    [InlineData("SYNC-A\u0308CCOUNT")]
    public async Task An_account_is_found_whatever_the_case_of_its_name(string name)
    {
        Assert.True((await Store.Accounts.AddAsync(Editor, "hash", Token)).IsSuccess);

        var found = (await Store.Accounts.FindAsync(name, Token))!.Value;

        Assert.Equal("hash", found.PasswordHash);
        Assert.Equal((Editor.Name, Editor.Rights, Editor.Stamp), (found.Account.Name, found.Account.Rights, found.Account.Stamp));
        Assert.Equal(Editor.Components, found.Account.Components);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("")]
    [InlineData("' OR 1=1 --")]
    [InlineData("lone \ud800 surrogate")]
    public async Task An_unknown_name_finds_nothing(string name)
    {
        await Store.Accounts.AddAsync(Editor, "hash", Token);

        Assert.Null(await Store.Accounts.FindAsync(name, Token));
    }

    [Fact]
    public async Task A_name_that_differs_in_case_only_is_refused_and_nothing_changes()
    {
        await Store.Accounts.AddAsync(Editor, "hash", Token);

        var added = await Store.Accounts.AddAsync(Editor with { Name = "SYNC-ÄCCOUNT", Rights = Rights.ConsoleAdministrator }, "other", Token);

        Assert.True(added.HasError<AccountDuplicateError>());
        Assert.Equal(Rights.Edit, Assert.Single(await Store.Accounts.ListAsync(Token)).Rights);
        Assert.Equal("hash", (await Store.Accounts.FindAsync(Editor.Name, Token))!.Value.PasswordHash);
    }

    [Fact]
    public async Task A_new_password_changes_hash_and_stamp_only()
    {
        await Store.Accounts.AddAsync(Editor, "hash", Token);

        Assert.True((await Store.Accounts.SetPasswordAsync("sync-äccount", "hash 2", "stamp 2", Token)).IsSuccess);

        var found = (await Store.Accounts.FindAsync(Editor.Name, Token))!.Value;
        Assert.Equal(("hash 2", "stamp 2", Rights.Edit), (found.PasswordHash, found.Account.Stamp, found.Account.Rights));
    }

    [Fact]
    public async Task New_rights_change_rights_components_and_stamp_only()
    {
        await Store.Accounts.AddAsync(Editor, "hash", Token);

        Assert.True((await Store.Accounts.SetRightsAsync("sync-äccount", Rights.View, [SomeStored.Packages], "stamp 2", Token)).IsSuccess);

        var found = (await Store.Accounts.FindAsync(Editor.Name, Token))!.Value;
        Assert.Equal(("hash", "stamp 2", Rights.View, true), (found.PasswordHash, found.Account.Stamp, found.Account.Rights, found.Account.IsEnabled));
        Assert.Equal([SomeStored.Packages], found.Account.Components);
        Assert.True((await Store.Accounts.SetRightsAsync("nobody", Rights.View, [], "s", Token)).HasError<AccountNotFoundError>());
    }

    [Fact]
    public async Task A_disabled_account_keeps_all_but_its_stamp_and_can_be_enabled()
    {
        await Store.Accounts.AddAsync(Editor, "hash", Token);

        Assert.True((await Store.Accounts.SetEnabledAsync("SYNC-ÄCCOUNT", false, "stamp 2", Token)).IsSuccess);
        var disabled = (await Store.Accounts.FindAsync(Editor.Name, Token))!.Value;
        await Store.Accounts.SetEnabledAsync(Editor.Name, true, "stamp 3", Token);
        var enabled = (await Store.Accounts.FindAsync(Editor.Name, Token))!.Value;

        Assert.Equal(("hash", "stamp 2", Rights.Edit, false), (disabled.PasswordHash, disabled.Account.Stamp, disabled.Account.Rights, disabled.Account.IsEnabled));
        Assert.Equal(("hash", "stamp 3", Rights.Edit, true), (enabled.PasswordHash, enabled.Account.Stamp, enabled.Account.Rights, enabled.Account.IsEnabled));
        Assert.True((await Store.Accounts.SetEnabledAsync("nobody", false, "s", Token)).HasError<AccountNotFoundError>());
    }

    [Fact]
    public async Task A_removed_account_is_gone()
    {
        await Store.Accounts.AddAsync(Editor, "hash", Token);

        Assert.True((await Store.Accounts.RemoveAsync(Editor.Name, Token)).IsSuccess);

        Assert.Null(await Store.Accounts.FindAsync(Editor.Name, Token));
        Assert.True((await Store.Accounts.RemoveAsync(Editor.Name, Token)).HasError<AccountNotFoundError>());
        Assert.True((await Store.Accounts.SetPasswordAsync(Editor.Name, "hash", "stamp", Token)).HasError<AccountNotFoundError>());
    }

    [Fact]
    public async Task Accounts_are_listed_by_name()
    {
        foreach (var name in (string[])["zoe", "Adam", "mia"])
            await Store.Accounts.AddAsync(new Account(name, Rights.View, [], "s"), "hash", Token);

        Assert.Equal(["Adam", "mia", "zoe"], (await Store.Accounts.ListAsync(Token)).Select(account => account.Name));
    }
}
