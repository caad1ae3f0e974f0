using System.Collections;
using System.Globalization;
using System.Resources;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using CoreSync.Accounts;
using CoreSync.Application.Targets;
using CoreSync.Jobs;
using CoreSync.Servers;
using CoreSync.Trust;
using CoreSync.Verification;
using CoreSync.WebConsole.Shell;

namespace CoreSync.WebConsole.Tests;

/// <summary>The texts of the console are complete in both languages, and French ones are set as French is.</summary>
public sealed partial class TextsTests
{
    private static readonly IReadOnlyDictionary<string, string> English = Read(CultureInfo.InvariantCulture);
    private static readonly IReadOnlyDictionary<string, string> French = Read(CultureInfo.GetCultureInfo("fr"));

    [Fact]
    public void Both_languages_have_the_same_keys_with_the_same_values_to_fill()
    {
        Assert.True(English.Count > 300, $"{English.Count} texts");
        Assert.Equal(English.Keys.Order(StringComparer.Ordinal), French.Keys.Order(StringComparer.Ordinal));
        Assert.All(English, text => Assert.True(Holes(text.Value).SequenceEqual(Holes(French[text.Key])), text.Key));
    }

    [Fact]
    public void French_has_its_own_apostrophes_and_spaces_before_double_punctuation()
    {
        var wrong = French.Where(text => text.Value.Contains('\'', StringComparison.Ordinal) || PlainSpace().IsMatch(text.Value)).Select(text => $"{text.Key}: {text.Value}");

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_key_that_a_page_names_has_a_text_and_every_enum_value_a_label()
    {
        var root = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "src", "CoreSync.WebConsole");
        var sources = Directory.EnumerateFiles(root, "*.*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cs" or ".razor" && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText).ToList();
        var keys = sources.SelectMany(text => Key().Matches(text)).Select(match => match.Groups[1].Value).ToHashSet();
        var counted = sources.SelectMany(text => CountedKey().Matches(text)).Select(match => match.Groups[1].Value).ToHashSet();
        Type[] labelled =
        [
            typeof(ConnectionState), typeof(SyncJobState), typeof(JobTrigger), typeof(CoreRole), typeof(Rights), typeof(TrustEventKind), typeof(TrustMode), typeof(PlanVerb), typeof(StepVerdict),
        ];

        Assert.True(keys.Count > 200, $"found only {keys.Count} keys");
        Assert.DoesNotContain(keys, key => !English.ContainsKey(key));
        Assert.DoesNotContain(counted, key => !English.ContainsKey(key + ".one") || !English.ContainsKey(key + ".many"));
        Assert.DoesNotContain(labelled.SelectMany(type => Enum.GetNames(type).Select(name => $"{type.Name}.{name}")), key => !English.ContainsKey(key));
        Assert.DoesNotContain(Enum.GetNames<TrustState>(), state => !English.ContainsKey("trusted." + state) || !English.ContainsKey("review.lead-" + state));
        Assert.DoesNotContain(Enum.GetNames<Section>(), section => section != nameof(Section.None) && !English.ContainsKey("section." + section));
    }

    [Theory]
    [InlineData("fr", 0, "0 jour restant")]
    [InlineData("fr", 1, "1 jour restant")]
    [InlineData("fr", 2, "2 jours restants")]
    [InlineData("en", 0, "0 days left")]
    [InlineData("en", 1, "1 day left")]
    public void Numbers_are_counted_as_the_language_counts(string language, int count, string expected)
    {
        Assert.Equal(expected, Of(language).N("days.left", count).Replace('\u00a0', ' '));
    }

    [Fact]
    public void Certificate_problems_have_words_and_a_cure_in_both_languages()
    {
        foreach (var problem in Enum.GetValues<CertificateProblem>())
        {
            var french = CultureInfo.GetCultureInfo("fr-FR");
            Assert.NotEqual(CertificateProblemTexts.Label(problem, CultureInfo.InvariantCulture), CertificateProblemTexts.Label(problem, french));
            Assert.NotEqual(CertificateProblemTexts.Cure(problem, CultureInfo.InvariantCulture), CertificateProblemTexts.Cure(problem, french));
        }
    }

    private static Viewer Of(string language) => new()
    {
        Culture = CultureInfo.GetCultureInfo(language),
        Theme = "system",
        Path = "",
        Root = "",
        Now = DateTimeOffset.UnixEpoch,
        Zone = TimeZoneInfo.Utc,
    };

    private static Dictionary<string, string> Read(CultureInfo culture) =>
        new ResourceManager("CoreSync.WebConsole.Texts", typeof(Viewer).Assembly).GetResourceSet(culture, createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);

    private static IEnumerable<string> Holes(string text) => Hole().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);

    private static string Here([CallerFilePath] string file = "") => file;

    [GeneratedRegex(@"\{\d+\}")]
    private static partial Regex Hole();

    [GeneratedRegex(" [:;?!»]|« ")]
    private static partial Regex PlainSpace();

    [GeneratedRegex(@"\b(?:T|Done|SayAsync)\(\s*""([a-z][\w.-]*)""\s*[,)]")]
    private static partial Regex Key();

    [GeneratedRegex(@"\bN\(\s*""([a-z][\w.-]*)""\s*,")]
    private static partial Regex CountedKey();
}
