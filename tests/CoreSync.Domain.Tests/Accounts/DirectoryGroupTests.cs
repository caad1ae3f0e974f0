using CoreSync.Accounts;
using CoreSync.Items;

namespace CoreSync.Domain.Tests.Accounts;

public sealed class DirectoryGroupTests
{
    [Fact]
    public void Nobody_without_a_group_has_rights()
    {
        Assert.Equal(Rights.None, DirectoryGroup.Together([]).Rights);
    }

    [Fact]
    public void The_highest_rights_of_any_group_count()
    {
        Assert.Equal(Rights.Trust, DirectoryGroup.Together([Group(Rights.View), Group(Rights.Trust), Group(Rights.Edit)]).Rights);
    }

    [Fact]
    public void Components_of_groups_that_edit_add_up_and_one_without_limit_lifts_it()
    {
        Assert.Equal(["queries", "tasks"], Names(Group(Rights.Edit, "tasks"), Group(Rights.Edit, "queries"), Group(Rights.View)));
        Assert.Empty(Names(Group(Rights.Edit, "tasks"), Group(Rights.Edit)));
    }

    [Fact]
    public void A_group_that_only_views_lifts_no_limit_of_another()
    {
        Assert.Equal(["tasks"], Names(Group(Rights.Edit, "tasks"), Group(Rights.View)));
    }

    [Theory]
    [InlineData("ldap.example.com", "ldap.example.com", null)]
    [InlineData("LDAP.example.com:3269", "ldap.example.com", 3269)]
    [InlineData("dc1", "dc1", null)]
    [InlineData("10.0.0.1:636", "10.0.0.1", 636)]
    [InlineData("[::1]:636", "::1", 636)]
    public void A_server_has_a_name_or_an_address(string text, string host, int? port)
    {
        Assert.Equal(new LdapAddress(host, port), LdapAddress.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("ldap://ldap.example.com")]
    [InlineData("ldap.example.com:0")]
    [InlineData("ldap.example.com:70000")]
    [InlineData("ldap.example.com:x")]
    [InlineData("ldap example")]
    [InlineData("ldap.example.com other.example.com")]
    [InlineData("a..b")]
    [InlineData("ldap.example.com/x")]
    public void Anything_else_is_refused(string text)
    {
        Assert.Null(LdapAddress.Parse(text));
    }

    private static string[] Names(params DirectoryGroup[] groups) => [.. DirectoryGroup.Together(groups).Components.Select(component => component.Value)];

    private static DirectoryGroup Group(Rights rights, params string[] components) =>
        new(DistinguishedName.Parse($"cn={Guid.NewGuid()},dc=example").Value, rights, [.. components.Select(name => ComponentName.Parse(name).Value)]);
}
