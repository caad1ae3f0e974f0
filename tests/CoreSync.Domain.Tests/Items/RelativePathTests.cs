using System.Text;
using CoreSync.Errors;
using CoreSync.Items;
using CsCheck;

namespace CoreSync.Domain.Tests.Items;

public sealed class RelativePathTests
{
    [Fact]
    public void Every_hostile_name_of_the_corpus_is_refused()
    {
        var corpus = HostileNames.Hostile().ToList();

        var accepted = corpus.Where(name => RelativePath.Parse(name.Path).IsSuccess).Select(name => $"{name.Rule}: {Escaped(name.Path)}").ToList();

        Assert.True(corpus.Select(name => name.Path).Distinct().Count() >= 2400, $"The corpus has {corpus.Count} names only");
        Assert.Empty(accepted);
    }

    [Fact]
    public void Every_harmless_name_of_the_corpus_is_taken_as_it_is()
    {
        var corpus = HostileNames.Harmless().ToList();

        var refused = corpus.Select(name => (Name: name, Parsed: RelativePath.Parse(name))).Where(one => one.Parsed.IsFailed || one.Parsed.Value.Value != one.Name)
            .Select(one => $"{Escaped(one.Name)}: {(one.Parsed.IsFailed ? one.Parsed.Errors[0].Message : "changed")}").ToList();

        Assert.True(corpus.Distinct().Count() >= 300, $"The corpus has {corpus.Count} names only");
        Assert.Empty(refused);
    }

    // The verdict on any text agrees with a second, slower statement of the rules.
    [Fact]
    public void The_verdict_is_that_of_the_rules_as_written_in_the_threat_model()
    {
        string[] bits =
        [
            "a", "B", "é", "ß", "日", "😀", ".", "..", " ", "/", "\\", ":", "*", "?", "\"", "<", ">", "|", "\0", "\n", "\u007f", "\u0085", "\u202e", "\u200f", "\u2066", "\ufeff", "\u2028",
            "CON", "nul", "com1", "COM¹", "lpt9", "CLOCK$", "conin$", ".txt", ".coresync-x", "-", "~", "%2e", "\ud83d", "\ude00", new string('x', 200), new string('é', 100),
        ];

        Gen.Int[0, bits.Length - 1].Array[0, 8].Select(some => string.Concat(some.Select(at => bits[at]))).Sample(
            text => Assert.Equal(HostileNames.IsAllowed(text), RelativePath.Parse(text).IsSuccess),
            iter: 100_000);
    }

    [Fact]
    public void No_text_makes_parsing_or_its_error_throw()
    {
        Gen.String[0, 400].Sample(
            text =>
            {
                var parsed = RelativePath.Parse(text);
                if (parsed.IsSuccess)
                    Assert.NotEmpty(RelativePath.KeyOf(parsed.Value.Value));
                else
                    Assert.NotEmpty(Assert.Single(parsed.Errors.OfType<PathInvalidError>()).Message);
            },
            iter: 20_000);
    }

    [Fact]
    public void Limits_count_bytes_as_file_systems_do()
    {
        Assert.True(RelativePath.Parse(new string('é', 127)).IsSuccess);
        Assert.True(RelativePath.Parse(new string('é', 128)).HasError<PathInvalidError>());
        Assert.True(RelativePath.Parse(string.Join('/', Enumerable.Repeat("d", RelativePath.MaxDepth))).IsSuccess);
        Assert.True(RelativePath.Parse(string.Join('/', Enumerable.Repeat("d", RelativePath.MaxDepth + 1))).HasError<PathInvalidError>());
        Assert.True(RelativePath.Parse(string.Join('/', Enumerable.Repeat(new string('x', 255), 12))).IsSuccess);
        Assert.True(RelativePath.Parse(string.Join('/', Enumerable.Repeat(new string('x', 255), 12)) + "/x").HasError<PathInvalidError>());
    }

    // P13: a root and a path that only begins like it.
    [Fact]
    public void An_allowed_path_stays_below_its_root_on_this_platform()
    {
        var root = Path.Combine(Path.GetTempPath(), "root");

        Assert.All(HostileNames.Harmless(), name => Assert.StartsWith(root + Path.DirectorySeparatorChar, Path.GetFullPath(Path.Combine(root, name)), StringComparison.Ordinal));
    }

    // N05.
    [Theory]
    [InlineData("readme.txt", "README.TXT")]
    [InlineData("Été", "été")]
    [InlineData("caf\u00e9", "cafe\u0301")]
    [InlineData("CAF\u00c9", "cafe\u0301")]
    [InlineData("\u212a", "k")]
    [InlineData("\u212b", "\u00e5")]
    [InlineData("\u2126", "\u03c9")]
    [InlineData("straße", "STRASSE")]
    [InlineData("straße", "strasse")]
    [InlineData("STRA\u1e9eE", "straße")]
    [InlineData("\u0130", "i\u0307")]
    [InlineData("\u03c3", "\u03c2")]
    [InlineData("\u00b5", "\u03bc")]
    [InlineData("\u017f", "s")]
    [InlineData("o\ufb03ce", "OFFICE")]
    [InlineData("a\u0328\u0301", "a\u0301\u0328")]
    [InlineData("\uac00", "\u1100\u1161")]
    [InlineData("Dir/File", "dir/file")]
    public void Names_that_some_platform_takes_for_one_have_one_key(string one, string other)
    {
        Assert.Equal(RelativePath.KeyOf(one), RelativePath.KeyOf(other));
    }

    [Theory]
    [InlineData("x²", "x2")]
    [InlineData("①", "1")]
    [InlineData("ｆｕｌｌ", "full")]
    [InlineData("\u0130", "i")]
    [InlineData("\u0131", "i")]
    [InlineData("é", "e")]
    [InlineData("a/b", "a-b")]
    [InlineData("ø", "o")]
    [InlineData("æ", "ae")]
    public void Names_that_every_platform_keeps_apart_have_two_keys(string one, string other)
    {
        Assert.NotEqual(RelativePath.KeyOf(one), RelativePath.KeyOf(other));
    }

    [Fact]
    public void A_key_is_its_own_key_and_that_of_every_other_way_to_write_the_name()
    {
        var letters = Gen.OneOf(
            Gen.Char["abcXYZ019/.-"], Gen.Char["éÉßẞİıKÅΩσςΣµſǅǆﬀﬁﬆΐᾳᾼŉǰքև가ガが"], Gen.Char["\u0301\u0307\u0308\u030c\u0323\u0328"], Gen.Char['\u00a1', '\u02ff'], Gen.Char['\u0370', '\u058f'], Gen.Char['\u1e00', '\u1fff']);

        letters.Array[1, 12].Select(some => new string(some)).Sample(
            name =>
            {
                var key = RelativePath.KeyOf(name);

                Assert.Equal(key, RelativePath.KeyOf(key));
                Assert.Equal(key, RelativePath.KeyOf(name.Normalize(NormalizationForm.FormD)));
                Assert.Equal(key, RelativePath.KeyOf(name.Normalize(NormalizationForm.FormC)));
                Assert.Equal(key, RelativePath.KeyOf(name.ToUpperInvariant()));
                Assert.Equal(key, RelativePath.KeyOf(RelativePath.KeyOf(name).Normalize(NormalizationForm.FormD)));
            },
            iter: 50_000);
    }

    private static string Escaped(string text) => string.Concat(text.Select(c => c is >= ' ' and < '\u007f' ? c.ToString() : $"\\u{(int)c:x4}"));
}
