using System.Globalization;
using CoreSync.Errors;
using CoreSync.Servers;
using CsCheck;

namespace CoreSync.Domain.Tests.Servers;

public sealed class FqdnTests
{
    [Theory]
    [InlineData("core2.example.net", "core2.example.net")]
    [InlineData("CORE2.Example.NET", "core2.example.net")]
    [InlineData("  core2.example.net\t", "core2.example.net")]
    [InlineData("core2.example.net.", "core2.example.net")]
    [InlineData("a.b", "a.b")]
    [InlineData("1core.example.net", "1core.example.net")]
    [InlineData("10.0.0.1.example.net", "10.0.0.1.example.net")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    [InlineData("bu\u0308cher.example", "xn--bcher-kva.example")]
    [InlineData("XN--BCHER-KVA.EXAMPLE", "xn--bcher-kva.example")]
    [InlineData("core\u3002example\uff0enet", "core.example.net")]
    public void Every_way_to_write_a_name_has_one_normal_form(string text, string ascii)
    {
        Assert.Equal(ascii, Fqdn.Parse(text).Value.Ascii);
    }

    [Theory]
    [InlineData("core2")]
    [InlineData("localhost")]
    [InlineData("core2.")]
    [InlineData("xn--bcher-kva")]
    public void A_bare_host_name_is_refused_as_such(string text)
    {
        var error = Assert.Single(Fqdn.Parse(text).Errors);

        Assert.IsType<FqdnNotQualifiedError>(error);
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("::1")]
    [InlineData("[2001:db8::1]")]
    [InlineData("fe80::1%eth0")]
    [InlineData("10.0.0.1.")]
    [InlineData("1.2.3.4.5")]
    [InlineData("core.example.123")]
    public void An_address_is_refused_as_such(string text)
    {
        var error = Assert.Single(Fqdn.Parse(text).Errors);

        Assert.IsType<FqdnIsAddressError>(error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("core..example.net")]
    [InlineData(".core.example.net")]
    [InlineData("core.example.net..")]
    [InlineData("-core.example.net")]
    [InlineData("core-.example.net")]
    [InlineData("core_2.example.net")]
    [InlineData("core 2.example.net")]
    [InlineData("core2.example.net/admin")]
    [InlineData("https://core2.example.net")]
    [InlineData("user@core2.example.net")]
    [InlineData("core2.example.net:443")]
    [InlineData("*.example.net")]
    [InlineData("core2\0.example.net")]
    [InlineData("core2\n.example.net")]
    [InlineData("core%32.example.net")]
    [InlineData("\u202ecore.example.net")]
    public void What_is_no_domain_name_is_refused(string text)
    {
        var error = Assert.Single(Fqdn.Parse(text).Errors);

        Assert.IsType<FqdnInvalidError>(error);
    }

    [Fact]
    public void Half_a_letter_is_refused()
    {
        Assert.True(Fqdn.Parse("\ud800core.example.net").HasError<FqdnInvalidError>());
    }

    [Fact]
    public void Labels_have_63_characters_and_names_253_at_most()
    {
        var label = new string('a', 63);
        var longest = $"{label}.{label}.{label}.{new string('b', 61)}";

        Assert.Equal(253, longest.Length);
        Assert.True(Fqdn.Parse(longest).IsSuccess);
        Assert.True(Fqdn.Parse(longest + "b").HasError<FqdnInvalidError>());
        Assert.True(Fqdn.Parse($"{label}a.example.net").HasError<FqdnInvalidError>());
    }

    [Fact]
    public void A_name_with_international_letters_shows_both_forms()
    {
        var name = Fqdn.Parse("xn--bcher-kva.example").Value;

        Assert.Equal("bücher.example", name.Unicode);
        Assert.Equal("bücher.example (xn--bcher-kva.example)", name.Display);
        Assert.Equal("core.example.net", Fqdn.Parse("core.example.net").Value.Display);
    }

    // T08: Cyrillic and Greek look-alikes of "core.example.net".
    [Theory]
    [InlineData("с\u043ere.example.net")]
    [InlineData("core.\u0435xample.net")]
    [InlineData("c\u03bfre.example.net")]
    public void A_homograph_is_another_name_and_shows_its_punycode(string text)
    {
        var name = Fqdn.Parse(text).Value;

        Assert.NotEqual(Fqdn.Parse("core.example.net").Value, name);
        Assert.Contains("xn--", name.Display, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xn--zzzzzzzz99999999.example")]
    [InlineData("xn--0.example")]
    [InlineData("xn--a-.example")]
    [InlineData("xn--.example")]
    [InlineData("xn--\u00fc.example")]
    public void A_label_that_only_looks_like_punycode_is_refused_or_can_be_shown(string text)
    {
        var parsed = Fqdn.Parse(text);

        Assert.True(parsed.IsFailed || parsed.Value.Display.Length > 0);
    }

    [Fact]
    public void The_normal_form_is_its_own_normal_form()
    {
        Names.Sample(
            text =>
            {
                var parsed = Fqdn.Parse(text);
                if (parsed.IsFailed)
                    return;
                var name = parsed.Value;

                Assert.Equal(name, Fqdn.Parse(name.Ascii).Value);
                Assert.Equal(name, Fqdn.Parse(name.Unicode).Value);
                Assert.Equal(name, Fqdn.Parse($" {name.Ascii.ToUpper(CultureInfo.InvariantCulture)}. ").Value);
                Assert.All(name.Ascii, c => Assert.True(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-'));
                Assert.Contains(name.Ascii, name.Display, StringComparison.Ordinal);
            },
            iter: 20_000);
    }

    [Fact]
    public void No_text_makes_parsing_throw()
    {
        Gen.String[0, 300].Sample(text => Assert.True(Fqdn.Parse(text) is { } parsed && (parsed.IsFailed || parsed.Value.Display.Length > 0)), iter: 20_000);
    }

    private static readonly Gen<string> Names =
        Gen.OneOf(Gen.Char["abcdefgh01239-"], Gen.Char["éüßñøœæčžıİKſаеорсух中文日本ไทยשע"], Gen.Char["ABCXYZ"])
            .Array[1, 12]
            .Select(letters => new string(letters))
            .Array[2, 4]
            .Select(labels => string.Join('.', labels));
}
