using System.Text.RegularExpressions;

namespace CoreSync.Architecture.Tests;

/// <summary>What the documents name exists. Prose goes stale; names can be checked.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Documents => [.. Repository.Files("docs", "*.md").Concat(RootDocuments)];

    private static IEnumerable<string> RootDocuments => new[] { "README.md", "CHANGELOG.md" }.Where(path => File.Exists(Repository.PathTo(path)));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Files_that_a_document_names_exist(string document)
    {
        var missing = NamedPath().Matches(Repository.Read(document)).Select(match => match.Groups[1].Value.TrimEnd('/', '.'))
            .Where(path => !path.Contains('*', StringComparison.Ordinal) && !path.Contains('…', StringComparison.Ordinal))
            .Where(path => !File.Exists(Repository.PathTo(path)) && !Directory.Exists(Repository.PathTo(path)));

        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_between_documents_lead_somewhere(string document)
    {
        var folder = Path.GetDirectoryName(Repository.PathTo(document))!;
        var dead = Link().Matches(Repository.Read(document)).Select(match => match.Groups[1].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(target => !File.Exists(Path.Combine(folder, target)) && !Directory.Exists(Path.Combine(folder, target)));

        Assert.Empty(dead);
    }

    [Fact]
    public void Test_classes_that_a_document_names_exist()
    {
        var classes = Repository.Files("tests", "*.cs").Select(path => Path.GetFileNameWithoutExtension(path)).ToHashSet();

        var missing = Repository.Files("docs", "*.md").SelectMany(document => TestClass().Matches(Repository.Read(document)).Select(match => (document, Name: match.Groups[1].Value)))
            .Where(named => !classes.Contains(named.Name)).Select(named => $"{named.document}: {named.Name}");

        Assert.Empty(missing);
    }

    [Fact]
    public void Each_clause_of_the_threat_model_is_held_by_tests_that_exist()
    {
        var tests = Repository.Files("tests", "*.cs").Select(path => Path.GetFileNameWithoutExtension(path)).ToHashSet();
        var clauses = Repository.Read("docs/threat-model.md").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Split(" | ")).ToList();
        var held = clauses.SkipWhile(cells => !cells[^1].StartsWith("held by", StringComparison.Ordinal)).TakeWhile(cells => !cells[0].StartsWith("| question", StringComparison.Ordinal))
            .Where(cells => !cells[^1].StartsWith("held by", StringComparison.Ordinal)).ToList();

        var open = held.Where(cells => !cells[^1].StartsWith("the same", StringComparison.Ordinal) && !cells[^1].Contains("Directory.Build.props", StringComparison.Ordinal) && !cells[^1].Contains("BannedSymbols.txt", StringComparison.Ordinal))
            .Where(cells => !HeldBy().Matches(cells[^1]).Any(match => tests.Contains(match.Groups[1].Value) || File.Exists(Repository.PathTo(match.Groups[1].Value))))
            .Select(cells => cells[0]);
        var missing = held.SelectMany(cells => HeldBy().Matches(cells[^1])).Select(match => match.Groups[1].Value).Where(name => !tests.Contains(name) && !File.Exists(Repository.PathTo(name)));

        Assert.True(held.Count > 60, $"found only {held.Count} clauses");
        Assert.Empty(open);
        Assert.Empty(missing);
    }

    [Fact]
    public void Documents_name_files_and_never_line_numbers()
    {
        var naming = Repository.Files("docs", "*.md").Where(document => LineNumber().IsMatch(Repository.Read(document))).ToList();

        Assert.Empty(naming);
    }

    [GeneratedRegex(@"`((?:src|tests|bench|docs|samples)/[^`\s]+|(?:test\.sh|\.ci/run|global\.json|Directory\.[\w.]+|BannedSymbols\.txt))`")]
    private static partial Regex NamedPath();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(\w+Tests)`")]
    private static partial Regex TestClass();

    // A class of unit tests, a class of tests of a rule, or a file.
    [GeneratedRegex(@"`(\w+Tests|[A-Z]\d+_\w+|tests/[\w./-]+|[\w.]+\.(?:props|txt))`")]
    private static partial Regex HeldBy();

    [GeneratedRegex(@"\.(cs|csproj|md):\d+|\bline \d+\b")]
    private static partial Regex LineNumber();
}
