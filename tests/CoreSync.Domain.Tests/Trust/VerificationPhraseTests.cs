using System.Globalization;
using CoreSync.Trust;

namespace CoreSync.Domain.Tests.Trust;

public sealed class VerificationPhraseTests
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");
    private static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr");

    public static TheoryData<string> Languages => ["en", "fr"];

    [Theory]
    [MemberData(nameof(Languages))]
    public void A_list_has_256_different_words_that_can_be_typed_anywhere(string language)
    {
        var words = VerificationPhrase.Words(CultureInfo.GetCultureInfo(language));

        Assert.Equal(256, words.Distinct(StringComparer.Ordinal).Count());
        Assert.All(words, word => Assert.Matches("^[a-z]{4,9}$", word));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Four_letters_tell_which_word_is_meant(string language)
    {
        var words = VerificationPhrase.Words(CultureInfo.GetCultureInfo(language));

        Assert.Equal(256, words.Select(word => word[..4]).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Words_that_sound_alike_are_not_in_one_list(string language)
    {
        var words = VerificationPhrase.Words(CultureInfo.GetCultureInfo(language));

        Assert.All(words, word => Assert.DoesNotContain(words, other => other != word && Distance(word, other) < 3));
    }

    // The vectors are part of docs/protocol.md in all but name: two versions of CoreSync must read out the same words.
    [Theory]
    [InlineData("", "lettuce-barrel-tennis-wolf-galaxy-garden-pelican-badge", "lapin-basilic-souris-voyage-ferme-festival-peinture-avion")]
    [InlineData("abc", "village-village-plaza-island-prairie-seagull-nickel-seagull", "truite-truite-pierre-horloge-placard-ruban-neige-ruban")]
    public void The_phrase_of_a_certificate_never_changes(string der, string english, string french)
    {
        var fingerprint = CertificateFingerprint.Of(System.Text.Encoding.ASCII.GetBytes(der));

        Assert.Equal(english, VerificationPhrase.Of(fingerprint, English));
        Assert.Equal(french, VerificationPhrase.Of(fingerprint, French));
    }

    [Fact]
    public void Both_languages_show_the_same_bits()
    {
        var fingerprint = CertificateFingerprint.Of([1, 2, 3]);

        var english = Positions(VerificationPhrase.Of(fingerprint, English), VerificationPhrase.Words(English));
        var french = Positions(VerificationPhrase.Of(fingerprint, French), VerificationPhrase.Words(French));

        Assert.Equal(VerificationPhrase.WordCount, english.Length);
        Assert.Equal(english, french);
        Assert.DoesNotContain(-1, english);
    }

    [Theory]
    [InlineData("fr-CA", "fr")]
    [InlineData("de", "en")]
    [InlineData("", "en")]
    public void A_culture_without_a_list_of_its_own_gets_the_nearest(string asked, string used)
    {
        Assert.Same(VerificationPhrase.Words(CultureInfo.GetCultureInfo(used)), VerificationPhrase.Words(CultureInfo.GetCultureInfo(asked)));
    }

    private static int[] Positions(string phrase, IReadOnlyList<string> words) => [.. phrase.Split('-').Select(word => words.ToList().IndexOf(word))];

    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var best = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = row[j];
                row[j] = best;
            }
        }

        return row[^1];
    }
}
