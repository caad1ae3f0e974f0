using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;

namespace CoreSync.Domain.Tests.Errors;

/// <summary>Reasons that the code has in English, and errors that were kept as English text, in French.</summary>
public sealed partial class TranslationTests
{
    private static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr");
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    [Fact]
    public void The_reason_inside_an_error_speaks_the_language_of_the_error()
    {
        var window = TimeWindow.Parse("nonsense").Errors.OfType<ScheduleInvalidError>().Single();
        var path = RelativePath.Parse("a/../b").Errors.OfType<PathInvalidError>().Single();

        Assert.Contains("« nonsense » n’est pas une liste de jours", window.MessageIn(French), StringComparison.Ordinal);
        Assert.Contains("il sort de son répertoire", path.MessageIn(French), StringComparison.Ordinal);
        Assert.Contains("it leaves its directory", path.MessageIn(English), StringComparison.Ordinal);
        Assert.Contains("il a 3 octets au lieu de 5", new BundleDamagedError("f", "it has 3 bytes instead of 5").MessageIn(CultureInfo.GetCultureInfo("fr-CA")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_that_was_kept_as_code_and_text_speaks_french_with_its_values_and_its_reason()
    {
        var kept = new ItemInvalidError("Laptops", "two of its payloads have one path");

        var french = StoredError.Read(kept.Code, kept.Message, French).Message;

        Assert.Equal(kept.MessageIn(French), french);
        Assert.Contains("« Laptops »", french, StringComparison.Ordinal);
        Assert.Contains("deux de ses fichiers joints ont le même chemin", french, StringComparison.Ordinal);
        Assert.Equal(kept.Message, StoredError.Read(kept.Code, kept.Message, English).Message);
    }

    [Fact]
    public void An_error_inside_another_one_is_translated_too()
    {
        var inner = new ItemRejectedError("Laptops", "it belongs together with 'Servers', which was rejected");

        var french = new ConflictNotTakenError("Laptops", "queries", inner.Message).MessageIn(French);

        Assert.Contains("il va de pair avec « Servers »", french, StringComparison.Ordinal);
        Assert.DoesNotContain("rejected", french, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_product_or_a_newer_version_says_stays_as_it_is()
    {
        Assert.Contains("list of files is wrong", new ItemRejectedError("a", "list of files is wrong").MessageIn(French), StringComparison.Ordinal);
        Assert.Equal(("Something new", ""), (StoredError.Read("newer.code", "Something new", French).Message, StoredError.Read("newer.code", "Something new", French).Hint));
    }

    [Fact]
    public void Names_are_never_translated()
    {
        Assert.Contains("it is empty", new ItemNotFoundError("it is empty").MessageIn(French), StringComparison.Ordinal);
        Assert.Contains("documents", new ComponentNotFoundError("documents").MessageIn(French), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Reasons
    {
        get
        {
            var texts = new ResourceManager("CoreSync.Errors.Reasons", typeof(CoreSyncError).Assembly).GetResourceSet(French, true, false)!;
            var data = new TheoryData<string, string>();
            foreach (DictionaryEntry entry in texts)
                data.Add((string)entry.Key, (string)entry.Value!);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Each_reason_is_found_with_its_values(string english, string french)
    {
        var filled = Hole().Replace(english, hole => $"value-{hole.Groups[1].Value}");

        Assert.Equal(Hole().Replace(french, hole => $"value-{hole.Groups[1].Value}"), ErrorTexts.TextIn(filled, French));
    }

    // The decisions of the domain are what people meet first: each of their reasons has its French text.
    [Fact]
    public void Every_reason_of_the_domain_has_a_french_text()
    {
        var known = Reasons.Select(row => Hole().Replace(row.Data.Item1, "{}")).ToHashSet(StringComparer.Ordinal);
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "CoreSync.sln")))
            root = root.Parent!;
        var missing = new List<string>();
        foreach (var file in new[] { "Accounts", "Items", "Jobs", "Servers", "Trust", "Conflicts", "Bundles", "Replication", "Verification" }
            .SelectMany(slice => Directory.EnumerateFiles(Path.Combine(root.FullName, "src", "CoreSync.Domain", slice), "*.cs")))
        {
            foreach (var line in File.ReadLines(file).Where(line => !line.Contains("throw ", StringComparison.Ordinal) && (line.Contains("Error(", StringComparison.Ordinal) || line.Contains("return ", StringComparison.Ordinal))))
            {
                foreach (Match literal in Literal().Matches(line))
                {
                    var text = Inner().Replace(literal.Groups[2].Value, "{}");
                    if (text.Contains(' ', StringComparison.Ordinal) && char.IsLetter(text[0]) && !text.Contains(" v1", StringComparison.Ordinal) && !known.Contains(text))
                        missing.Add($"{Path.GetFileName(file)}: {text}");
                }
            }
        }

        Assert.True(missing.Count == 0, "Add to src/CoreSync.Domain/Errors/Reasons.fr.resx:\n" + string.Join('\n', missing));
        Assert.True(known.Count > 200);
    }

    [GeneratedRegex(@"\{(\d)\}")]
    private static partial Regex Hole();

    [GeneratedRegex("""(\$?)"((?:[^"\\]|\\.)*)"(?!\s*=>)""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Inner();
}
