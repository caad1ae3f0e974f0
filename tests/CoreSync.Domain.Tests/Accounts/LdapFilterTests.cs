using CoreSync.Accounts;

namespace CoreSync.Domain.Tests.Accounts;

/// <summary>No name changes what the directory is asked.</summary>
public sealed class LdapFilterTests
{
    private const string Template = "(&(objectClass=person)(uid={user}))";

    public static TheoryData<string> Injections =>
    [
        "*", "a*", "*)(uid=*", "*)(uid=*))(|(uid=*", "admin)(&)", "admin)(|(password=*))", "x)(objectClass=*", "*)(|(objectClass=*", "admin)(!(&(1=0", "\\2a", "\\", "\\\\", "a\\)b", "\0", "a\0b", "admin\0)(uid=*",
        "(", ")", "()", "&", "|", "!", "=", "~=", ">=", "<=", ":dn:=x", "a:1.2.840.113556.1.4.803:=2", "\u2216", "\uff0a", "\uff08uid=\uff0a\uff09", "\u0000", "\n", "\r\n", "\t", " ", "#", ",", "+", "\"", ";", "<script>",
        "%2a", "%00", "&#42;", "\\u002a", "..", "admin,dc=example", "uid=root,ou=people,dc=example,dc=com", "\u00e9", "\ud83d\ude00", "\ud800", "{user}", "{dn}", "{{user}}", "x7hole",
    ];

    [Theory]
    [MemberData(nameof(Injections))]
    public void A_name_is_a_value_and_nothing_else(string name)
    {
        var filter = LdapFilter.Fill(Template, "{user}", name);

        Assert.Equal("(&(objectClass=)(uid=))", LdapFilter.Shape(filter));
        Assert.Matches(@"^\(&\(objectClass=person\)\(uid=([A-Za-z0-9]|\\[0-9a-f]{2})*\)\)$", filter);
    }

    [Fact]
    public void Random_names_are_values_too()
    {
        var random = new Random(23);
        for (var round = 0; round < 10_000; round++)
        {
            var name = new string([.. Enumerable.Range(0, random.Next(1, 16)).Select(_ => (char)random.Next(0, random.Next(2) == 0 ? 128 : 0x2100))]);

            Assert.Equal("(&(objectClass=)(uid=))", LdapFilter.Shape(LdapFilter.Fill(Template, "{user}", name)));
        }
    }

    [Theory]
    [InlineData("(uid={user})")]
    [InlineData("(&(objectCategory=person)(objectClass=user)(sAMAccountName={user})(!(userAccountControl:1.2.840.113556.1.4.803:=2)))")]
    [InlineData("(|(uid={user})(mail={user}))")]
    [InlineData("(&(objectClass=*)(uid={user}))")]
    public void A_template_is_a_filter_with_a_place_for_the_value(string template)
    {
        Assert.True(LdapFilter.IsTemplate(template, "{user}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("uid={user}")]
    [InlineData("(uid=alice)")]
    [InlineData("({user}=alice)")]
    [InlineData("(uid={user}")]
    [InlineData("(uid={user}))")]
    [InlineData("(uid={user})(cn=a)")]
    [InlineData("(&)")]
    [InlineData("(&(uid={user})")]
    [InlineData("(!(uid={user})(cn=a))")]
    [InlineData("(uid=\\{user})")]
    [InlineData("(uid={user}\\zz)")]
    [InlineData("((uid={user}))")]
    public void What_is_none_is_refused(string template)
    {
        Assert.False(LdapFilter.IsTemplate(template, "{user}"));
    }

    [Fact]
    public void A_template_is_bounded_in_length_and_depth()
    {
        Assert.False(LdapFilter.IsTemplate("(uid={user}" + new string('a', 2000) + ")", "{user}"));
        Assert.False(LdapFilter.IsTemplate(string.Concat(Enumerable.Repeat("(!", 100)) + "(uid={user})" + new string(')', 100), "{user}"));
    }
}
