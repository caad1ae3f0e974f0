using CoreSync.Accounts;

namespace CoreSync.Domain.Tests.Accounts;

public sealed class ProvidedAccountTests
{
    [Theory]
    [InlineData("Ada Lovelace", "oidc:Ada Lovelace")]
    [InlineData("  Zoë 🚀 ", "oidc:Zoë 🚀")]
    [InlineData("a\r\n2026 b\0\u001b[31m", "oidc:a2026 b[31m")]
    [InlineData("ad\u202emin\u2066\u200b\u2028", "oidc:admin")]
    public void A_name_is_marked_and_printable(string person, string expected) => Assert.Equal(expected, ProvidedAccount.Of(person, Rights.View, "p")!.Name);

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\u202e")]
    public void A_name_of_which_nothing_shows_is_nobody(string person) => Assert.Null(ProvidedAccount.Of(person, Rights.View, "p"));

    [Fact]
    public void Somebody_without_rights_is_nobody() => Assert.Null(ProvidedAccount.Of("Ada", Rights.None, "p"));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_long_name_is_cut_between_characters(int before)
    {
        var name = ProvidedAccount.Of(new string('a', before) + string.Concat(Enumerable.Repeat("🚀", 200)), Rights.View, "p")!.Name;

        Assert.InRange(name.Length, Account.MaxNameLength - 1, Account.MaxNameLength);
        Assert.False(char.IsHighSurrogate(name[^1]));
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("oidc:admin")]
    public void No_account_of_a_core_has_such_a_name(string person)
    {
        var name = ProvidedAccount.Of(person, Rights.View, "p")!.Name;

        Assert.True(ProvidedAccount.IsName(name));
        Assert.True(Account.ParseName(name).IsFailed);
        Assert.False(ProvidedAccount.IsName("admin"));
    }

    [Fact]
    public void A_session_is_recalled_with_its_rights_and_only_under_what_it_is_bound_to()
    {
        var account = ProvidedAccount.Of("Ada", Rights.Trust, "provider/1")!;

        Assert.Equivalent(account, ProvidedAccount.Recall(account.Name, account.Stamp, "provider/1"));
        Assert.Null(ProvidedAccount.Recall(account.Name, account.Stamp, "provider/2"));
        Assert.Null(ProvidedAccount.Recall(account.Name, "None/provider/1", "provider/1"));
        Assert.Null(ProvidedAccount.Recall(account.Name, "provider", "provider"));
    }
}
