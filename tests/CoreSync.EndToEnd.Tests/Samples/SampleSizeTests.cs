using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace CoreSync.EndToEnd.Tests.Samples;

/// <summary>How much an embedder writes, as the README of the sample says.</summary>
public sealed partial class SampleSizeTests
{
    private const int Most = 60;

    private static string Sample([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "samples", "PackageDesk"));

    [Fact]
    public void The_sample_embeds_in_as_many_lines_as_its_readme_says_and_no_more_than_sixty()
    {
        var embedding = Lines("DeskSync.cs").Count;
        // What the rest of the product knows of it: the calls of that class, and nothing of CoreSync.
        var others = Directory.EnumerateFiles(Sample(), "*.cs").Select(file => Path.GetFileName(file)!).Where(file => file != "DeskSync.cs").ToList();
        var start = Lines("Program.cs").Count(line => line.Contains("DeskSync", StringComparison.Ordinal));
        var said = int.Parse(Said().Match(File.ReadAllText(Path.Combine(Sample(), "README.md"))).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(said, embedding + start);
        Assert.True(said <= Most, $"{said} lines");
        Assert.All(others, file => Assert.DoesNotContain(Lines(file), line => line.Contains("CoreSync.", StringComparison.Ordinal) || line.Contains("ICoreSync", StringComparison.Ordinal)));
        Assert.All(Lines("DeskSync.cs"), line => Assert.True(line.Length <= 200, line));
    }

    private static List<string> Lines(string file) =>
        [.. File.ReadAllLines(Path.Combine(Sample(), file)).Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal))];

    [GeneratedRegex(@"\*\*(\d+) lines\*\*")]
    private static partial Regex Said();
}
