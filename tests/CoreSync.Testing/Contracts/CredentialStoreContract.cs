using CoreSync.Application.Accounts;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every store of credentials does.</summary>
public abstract class CredentialStoreContract : StoreContract
{
    [Fact]
    public async Task A_credential_is_found_in_exactly_its_scope()
    {
        var target = await AddTargetAsync();
        await Store.Credentials.SetAsync(CredentialScope.Default, new Credential("sync", "pass wörd one"), Token);
        await Store.Credentials.SetAsync(target, new Credential("other", "pass wörd two"), Token);

        Assert.Equal(new Credential("sync", "pass wörd one"), await Store.Credentials.FindAsync(CredentialScope.Default, Token));
        Assert.Equal(new Credential("other", "pass wörd two"), await Store.Credentials.FindAsync(target, Token));
        Assert.Null(await Store.Credentials.FindAsync(CredentialScope.Scheduler, Token));
    }

    [Fact]
    public async Task Setting_again_replaces_user_and_password()
    {
        await Store.Credentials.SetAsync(CredentialScope.Default, new Credential("old", "old password"), Token);

        await Store.Credentials.SetAsync(CredentialScope.Default, new Credential("new", "new password"), Token);

        Assert.Equal(new Credential("new", "new password"), await Store.Credentials.FindAsync(CredentialScope.Default, Token));
        Assert.Equal((CredentialScope.Default, "new"), Assert.Single(await Store.Credentials.ListAsync(Token)));
    }

    [Fact]
    public async Task Clearing_says_whether_there_was_one()
    {
        await Store.Credentials.SetAsync(CredentialScope.Scheduler, new Credential("sync", "password"), Token);

        Assert.True(await Store.Credentials.ClearAsync(CredentialScope.Scheduler, Token));
        Assert.False(await Store.Credentials.ClearAsync(CredentialScope.Scheduler, Token));
        Assert.Null(await Store.Credentials.FindAsync(CredentialScope.Scheduler, Token));
    }

    [Fact]
    public async Task A_credential_of_an_unknown_target_is_refused()
    {
        var unknown = new CredentialScope(CredentialKind.Target, new TargetId(Guid.NewGuid()));

        var thrown = await Assert.ThrowsAsync<CoreSyncException>(() => Store.Credentials.SetAsync(unknown, new Credential("sync", "password"), Token));

        Assert.IsType<TargetNotFoundError>(thrown.Error);
        Assert.Empty(await Store.Credentials.ListAsync(Token));
    }

    private async Task<CredentialScope> AddTargetAsync()
    {
        var target = SomeStored.Target();
        Assert.True((await Store.Targets.AddAsync(target, TrustRecord.New(target.Id, target.Address.Fqdn), Token)).IsSuccess);
        return new CredentialScope(CredentialKind.Target, target.Id);
    }
}
