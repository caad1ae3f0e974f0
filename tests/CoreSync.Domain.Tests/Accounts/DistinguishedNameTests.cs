using CoreSync.Accounts;
using CoreSync.Errors;

namespace CoreSync.Domain.Tests.Accounts;

public sealed class DistinguishedNameTests
{
    [Theory]
    [InlineData("cn=Editors,ou=Groups,dc=example,dc=com", "CN=editors, OU=GROUPS , DC=Example,DC=COM")]
    [InlineData("cn=Editors,dc=example", "cn=Editors;dc=example")]
    [InlineData("cn=A  B,dc=example", "cn=a b ,dc=example")]
    [InlineData("cn=Smith\\, John,dc=example", "cn=Smith\\2c John,dc=example")]
    [InlineData("cn=a+uid=b,dc=example", "uid=B + cn=A,dc=example")]
    [InlineData("cn=Gr\u00fcppe,dc=example", "cn=GRU\u0308PPE,dc=example")]
    [InlineData("cn=Gr\u00fcppe,dc=example", "cn=Gr\\c3\\bcppe,dc=example")]
    [InlineData("cn=#0402ab01,dc=example", "CN=#0402AB01,dc=example")]
    public void Two_spellings_of_one_name_are_equal(string one, string other)
    {
        Assert.Equal(DistinguishedName.Parse(one).Value, DistinguishedName.Parse(other).Value);
        Assert.Equal(DistinguishedName.Parse(one).Value.GetHashCode(), DistinguishedName.Parse(other).Value.GetHashCode());
    }

    [Theory]
    [InlineData("cn=Editors,dc=example", "cn=Editors\\,dc=example,dc=example")]
    [InlineData("cn=Editors,dc=example", "cn=Editors,dc=example,dc=com")]
    [InlineData("cn=a+uid=b,dc=example", "cn=a,uid=b,dc=example")]
    [InlineData("cn=a\\+uid\\=b,dc=example", "cn=a+uid=b,dc=example")]
    [InlineData("cn=a,dc=example", "ou=a,dc=example")]
    [InlineData("cn=\\#0402,dc=example", "cn=#0402,dc=example")]
    [InlineData("cn=a\\\\,dc=example", "cn=a,dc=example")]
    public void Names_that_only_look_alike_are_not(string one, string other)
    {
        Assert.NotEqual(DistinguishedName.Parse(one).Value, DistinguishedName.Parse(other).Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("editors")]
    [InlineData("cn=")]
    [InlineData("cn=a,")]
    [InlineData(",cn=a")]
    [InlineData("cn=a,,dc=b")]
    [InlineData("=a")]
    [InlineData("cn=a\\")]
    [InlineData("cn=a\\zz")]
    [InlineData("cn=\\ff\\fe")]
    [InlineData("cn=a\u0000b")]
    [InlineData("cn=a\nb")]
    [InlineData("cn=\"a\"")]
    [InlineData("cn=a<b")]
    [InlineData("cn=#")]
    [InlineData("cn=#0")]
    [InlineData("cn=#0g")]
    public void What_is_no_name_is_refused(string text)
    {
        Assert.True(DistinguishedName.Parse(text).HasError<DirectoryGroupInvalidError>());
    }

    [Fact]
    public void A_name_of_any_length_is_read_or_refused()
    {
        Assert.True(DistinguishedName.Parse("cn=" + new string('a', 2000)).IsSuccess);
        Assert.True(DistinguishedName.Parse("cn=" + new string('a', 2100)).IsFailed);
        Assert.True(DistinguishedName.Parse(string.Join(',', Enumerable.Repeat("a=b", 500))).IsSuccess);
    }

    // Whatever somebody calls themselves, it stays one value of one attribute.
    [Fact]
    public void An_escaped_value_stays_one_value()
    {
        var random = new Random(17);
        const string alphabet = "ab ,+=\"\\<>;#\u0001\u00e9\u0130 \t*()";
        for (var round = 0; round < 5000; round++)
        {
            var value = new string([.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            if (value.All(c => c is ' ' or '\t'))
                continue;
            var name = DistinguishedName.Parse($"uid={DistinguishedName.EscapeValue(value)},dc=example");

            Assert.True(name.IsSuccess, $"'{value}' became uid={DistinguishedName.EscapeValue(value)}");
            Assert.EndsWith(",dc=EXAMPLE", name.Value.Key, StringComparison.Ordinal);
            Assert.Equal(name.Value, DistinguishedName.Parse(name.Value.Key).Value);
        }
    }
}
