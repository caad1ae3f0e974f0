using CoreSync.Accounts;
using CoreSync.Errors;
using CoreSync.Items;

namespace CoreSync.Domain.Tests.Accounts;

public sealed class AccountTests
{
    private static readonly ComponentName Reports = ComponentName.Parse("reports").Value;
    private static readonly ComponentName Queries = ComponentName.Parse("queries").Value;

    [Fact]
    public void Each_right_includes_the_ones_before()
    {
        foreach (var held in Enum.GetValues<Rights>())
        {
            foreach (var asked in Enum.GetValues<Rights>())
                Assert.Equal((int)held >= (int)asked, Account(held).May(asked));
        }
    }

    [Theory]
    [InlineData(Rights.None, false)]
    [InlineData(Rights.View, false)]
    [InlineData(Rights.Edit, true)]
    [InlineData(Rights.Trust, true)]
    [InlineData(Rights.ConsoleAdministrator, true)]
    public void Writing_needs_the_right_to_edit(Rights rights, bool may)
    {
        Assert.Equal(may, Account(rights).MayWrite(Reports));
    }

    [Fact]
    public void An_account_limited_to_components_writes_no_other()
    {
        var account = Account(Rights.ConsoleAdministrator) with { Components = [Reports] };

        Assert.True(account.MayWrite(Reports));
        Assert.False(account.MayWrite(Queries));
    }

    [Theory]
    [InlineData("sync-service", "sync-service")]
    [InlineData("  Müller  ", "Müller")]
    [InlineData("a", "a")]
    public void A_name_is_kept_without_surrounding_space(string text, string name)
    {
        Assert.Equal(name, CoreSync.Accounts.Account.ParseName(text).Value);
    }

    // C11: the colon separates name and password in HTTP Basic.
    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("domain:user")]
    [InlineData("two\nlines")]
    [InlineData("nul\0")]
    [InlineData("esc\u001b[2J")]
    public void A_name_that_could_be_misread_is_refused(string text)
    {
        Assert.True(CoreSync.Accounts.Account.ParseName(text).HasError<AccountNameInvalidError>());
    }

    [Fact]
    public void A_name_has_128_characters_at_most()
    {
        Assert.True(CoreSync.Accounts.Account.ParseName(new string('x', 128)).IsSuccess);
        Assert.True(CoreSync.Accounts.Account.ParseName(new string('x', 129)).HasError<AccountNameInvalidError>());
    }

    [Theory]
    [InlineData("correct horse", true)]
    [InlineData("123456789012", true)]
    [InlineData("12345678901", false)]
    [InlineData("", false)]
    [InlineData("with nul \0 in it", false)]
    public void A_password_has_12_characters_at_least_and_no_nul(string password, bool usable)
    {
        var check = CoreSync.Accounts.Account.CheckPassword(password);

        Assert.Equal(usable, check.IsSuccess);
        if (!usable && password.Length > 0)
            Assert.DoesNotContain(password, check.Errors.Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_has_1024_characters_at_most()
    {
        Assert.True(CoreSync.Accounts.Account.CheckPassword(new string('x', 1024)).IsSuccess);
        Assert.True(CoreSync.Accounts.Account.CheckPassword(new string('x', 1025)).HasError<PasswordInvalidError>());
    }

    private static Account Account(Rights rights) => new("alice", rights, [], "stamp");
}
