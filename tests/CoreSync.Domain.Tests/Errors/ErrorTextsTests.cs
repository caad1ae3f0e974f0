using System.Globalization;
using CoreSync.Errors;

namespace CoreSync.Domain.Tests.Errors;

public sealed class ErrorTextsTests
{
    [Fact]
    public void An_error_speaks_the_language_asked_for_and_English_otherwise()
    {
        var error = new TargetDuplicateError("core2.example.net");

        Assert.Equal("core2.example.net is in the list of this core already", error.Message);
        Assert.Equal(error.Message, error.MessageIn(CultureInfo.GetCultureInfo("en-GB")));
        Assert.Equal(error.Message, error.MessageIn(CultureInfo.GetCultureInfo("de")));
        Assert.NotEqual(error.Message, error.MessageIn(CultureInfo.GetCultureInfo("fr-CA")));
        Assert.Contains("core2.example.net", error.MessageIn(CultureInfo.GetCultureInfo("fr-CA")), StringComparison.Ordinal);
    }

    // N17: what another core sends must not forge a line of the log or drive a terminal.
    [Theory]
    [InlineData("a\nb", "a\\u000ab")]
    [InlineData("a\r\nb", "a\\u000d\\u000ab")]
    [InlineData("a\u001b[2Jb", "a\\u001b[2Jb")]
    [InlineData("a\0b", "a\\u0000b")]
    [InlineData("a\u009bb", "a\\u009bb")]
    [InlineData("a\u202eb", "a\\u202eb")]
    [InlineData("a\u2066b", "a\\u2066b")]
    [InlineData("a\u061cb", "a\\u061cb")]
    [InlineData("a\u2028b", "a\\u2028b")]
    [InlineData("a\ufeffb", "a\\ufeffb")]
    [InlineData("été 日本 😀", "été 日本 😀")]
    public void Hostile_characters_in_a_value_are_escaped(string value, string shown)
    {
        Assert.Contains($"'{shown}'", new FqdnInvalidError(value, "reason").Message, StringComparison.Ordinal);
        Assert.Contains(shown, new FqdnInvalidError(value, "reason").MessageIn(CultureInfo.GetCultureInfo("fr")), StringComparison.Ordinal);
    }

    // Attributes keep their texts in UTF-8, where half a letter cannot be written.
    [Fact]
    public void Half_a_letter_in_a_value_is_escaped()
    {
        Assert.Contains("'a\\ud800b'", new FqdnInvalidError("a\ud800b", "reason").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_is_never_taken_for_a_template()
    {
        Assert.Contains("'{reason}'", new FqdnInvalidError("{reason}", "because").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_huge_value_is_cut()
    {
        var message = new PathInvalidError(new string('x', 1_000_000), "it is too long").Message;

        Assert.True(message.Length < 5000);
        Assert.Contains("xxx…", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_without_a_text_is_a_bug()
    {
        Assert.Throws<InvalidOperationException>(() => ErrorTexts.Format("no.such-key", [], CultureInfo.InvariantCulture));
    }

    [Fact]
    public void An_exception_carries_its_error()
    {
        var error = new StoreFullError("/data");

        var exception = new CoreSyncException(error, new IOException("disk"));

        Assert.Same(error, exception.Error);
        Assert.Equal(error.Message, exception.Message);
        Assert.IsType<IOException>(exception.InnerException);
    }
}
