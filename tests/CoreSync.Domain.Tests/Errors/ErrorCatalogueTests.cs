using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using CoreSync.Errors;

namespace CoreSync.Domain.Tests.Errors;

/// <summary>Every error of the catalogue: code, kind, both languages, and its row in docs/errors.md.</summary>
public sealed partial class ErrorCatalogueTests
{
    private static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr");
    private static readonly Type[] Classes = [.. typeof(CoreSyncError).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CoreSyncError)) && !type.IsAbstract)];
    private static readonly ResourceManager Resources = new("CoreSync.Errors.ErrorTexts", typeof(ErrorTexts).Assembly);
    private static readonly Lazy<IReadOnlyDictionary<string, (string Kind, string Row)>> Documented = new(ReadDocumentation);

    public static TheoryData<Type> Errors => [.. Classes];

    [Fact]
    public void The_catalogue_is_not_empty_and_codes_are_unique()
    {
        var codes = Classes.Select(type => Sample(type).Code).ToList();

        Assert.True(codes.Count >= 70);
        Assert.Equal(codes.Count, codes.Distinct(StringComparer.Ordinal).Count());
        Assert.All(codes, code => Assert.Matches("^[a-z]+\\.[a-z0-9]+(-[a-z0-9]+)*$", code));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void An_error_class_is_sealed_and_ends_with_Error(Type type)
    {
        Assert.True(type.IsSealed);
        Assert.EndsWith("Error", type.Name, StringComparison.Ordinal);
        Assert.Single(type.GetConstructors());
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Text_and_next_step_exist_in_both_languages_and_use_the_same_values(Type type)
    {
        var error = Sample(type);

        foreach (var key in new[] { error.Code, error.Code + ".hint" })
        {
            var english = Own(CultureInfo.InvariantCulture, key);
            var french = Own(French, key);

            Assert.False(string.IsNullOrWhiteSpace(english), $"{key} has no English text");
            Assert.False(string.IsNullOrWhiteSpace(french), $"{key} has no French text");
            Assert.Equal(Holes(english!), Holes(french!));
            Assert.All(Holes(english!), hole => Assert.Contains(error.Arguments, argument => argument.Name == hole));
        }
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Every_value_of_the_text_is_filled_in(Type type)
    {
        var error = Sample(type);

        foreach (var text in new[] { error.Message, error.Hint, error.MessageIn(French), error.HintIn(French) })
            Assert.DoesNotMatch("[{}]", text);
        foreach (var hole in Holes(Own(CultureInfo.InvariantCulture, error.Code)!))
            Assert.Contains(Convert.ToString(error.Arguments.Single(argument => argument.Name == hole).Value, CultureInfo.InvariantCulture)!, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Every_value_is_a_typed_property_of_the_same_name(Type type)
    {
        var error = Sample(type);

        foreach (var (name, value) in error.Arguments)
        {
            var property = type.GetProperty(char.ToUpperInvariant(name[0]) + name[1..]);
            Assert.True(property is not null, $"{type.Name} has no property for {name}");
            Assert.Equal(value, property.GetValue(error));
        }
    }

    // Outcomes of items cross the wire as codes; of the errors of other slices there are none among them.
    [Theory]
    [MemberData(nameof(Errors))]
    public void The_codes_of_items_that_pass_by_themselves_are_those_of_the_errors_that_do(Type type)
    {
        var error = Sample(type);

        var isOfItems = error.Code.Split('.')[0] is "component" or "content" or "item" or "path" or "store";
        Assert.Equal(isOfItems && error.PassesByItself, PassingCodes.Contains(error.Code));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void An_error_is_documented_with_its_kind_and_next_step(Type type)
    {
        var error = Sample(type);

        Assert.True(Documented.Value.TryGetValue(error.Code, out var row), $"docs/errors.md has no row for {error.Code}");
        Assert.Equal(error.Kind.ToString(), row.Kind);
        Assert.Contains(Own(CultureInfo.InvariantCulture, error.Code + ".hint")!, row.Row, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_documented_or_translated_that_does_not_exist()
    {
        var codes = Classes.Select(type => Sample(type).Code).ToHashSet();
        var keys = codes.Concat(codes.Select(code => code + ".hint")).Order(StringComparer.Ordinal).ToList();

        Assert.Empty(Documented.Value.Keys.Except(codes));
        Assert.Equal(keys, Keys(CultureInfo.InvariantCulture));
        Assert.Equal(keys, Keys(French));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Texts_are_sentences_without_a_full_stop_that_speak_to_people(Type type)
    {
        var error = Sample(type);

        foreach (var text in new[] { error.Message, error.MessageIn(French) })
        {
            Assert.DoesNotMatch(@"\.\z", text);
            Assert.DoesNotMatch(@"Exception|System\.|\bnull\b", text);
        }
    }

    private static CoreSyncError Sample(Type type)
    {
        var constructor = type.GetConstructors().Single();
        var arguments = constructor.GetParameters().Select((parameter, at) => parameter.ParameterType switch
        {
            var one when one == typeof(string) => (object)$"sample-{parameter.Name}",
            var one when one == typeof(int) => 41 + at,
            var one when one == typeof(long) => 41L + at,
            var other => throw new InvalidOperationException($"{type.Name}: no sample for {other}"),
        });
        return (CoreSyncError)constructor.Invoke([.. arguments]);
    }

    private static string? Own(CultureInfo culture, string key) => Resources.GetResourceSet(culture, createIfNotExists: true, tryParents: false)?.GetString(key);

    private static List<string> Keys(CultureInfo culture) =>
        [.. Resources.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>().Select(entry => (string)entry.Key).Order(StringComparer.Ordinal)];

    private static List<string> Holes(string template) => [.. Hole().Matches(template).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];

    private static Dictionary<string, (string Kind, string Row)> ReadDocumentation() =>
        File.ReadLines(RepositoryFile("docs/errors.md"))
            .Select(line => (Line: line, Match: DocumentedRow().Match(line)))
            .Where(row => row.Match.Success)
            .ToDictionary(row => row.Match.Groups["code"].Value, row => (row.Match.Groups["kind"].Value, row.Line));

    private static string RepositoryFile(string path)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CoreSync.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository");
        return Path.Combine(directory.FullName, path);
    }

    [GeneratedRegex(@"\{([^{}]+)\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"^\| `(?<code>[^`]+)` \| (?<kind>\w+) \|")]
    private static partial Regex DocumentedRow();
}
