using System.Text;
using System.Text.Json;

namespace CoreSync.Conflicts;

/// <summary>How two documents were compared.</summary>
public enum DiffKind
{
    /// <summary>Field by field: both are JSON.</summary>
    Json,

    /// <summary>Line by line: both are text.</summary>
    Lines,

    /// <summary>As a whole: one of them is not text, or missing.</summary>
    Whole,
}

/// <summary>One place where two documents differ.</summary>
/// <param name="Place">A path such as <c>$.a[0].b</c>, a line such as <c>12</c>, or empty for the whole.</param>
/// <param name="Source">What the source has there; null for nothing.</param>
/// <param name="Target">What this core has there; null for nothing.</param>
public sealed record DocumentDifference(string Place, string? Source, string? Target);

/// <summary>Where the document of a source and that of this core differ, in the order of the source's document.</summary>
/// <param name="Kind">How they were compared.</param>
/// <param name="Differences">At most <see cref="MaxDifferences"/>.</param>
/// <param name="IsCut">There are more.</param>
public sealed record DocumentDiff(DiffKind Kind, IReadOnlyList<DocumentDifference> Differences, bool IsCut)
{
    /// <summary>Most differences that are told.</summary>
    public const int MaxDifferences = 500;

    private const int MaxAligned = 2000;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Compares two documents; null for one that does not exist.</summary>
    public static DocumentDiff Of(ReadOnlyMemory<byte>? source, ReadOnlyMemory<byte>? target)
    {
        if (source is { } theirs && target is { } ours)
        {
            if (theirs.Span.SequenceEqual(ours.Span))
                return new DocumentDiff(DiffKind.Whole, [], false);
            if (OfJson(theirs, ours) is { } json)
                return json;
            if (Text(theirs) is { } theirText && Text(ours) is { } ourText)
                return Cut(DiffKind.Lines, Lines(theirText.ReplaceLineEndings("\n").Split('\n'), ourText.ReplaceLineEndings("\n").Split('\n')));
        }

        return new DocumentDiff(DiffKind.Whole, source is null && target is null ? [] : [new DocumentDifference("", Describe(source), Describe(target))], false);
    }

    private static DocumentDiff? OfJson(ReadOnlyMemory<byte> source, ReadOnlyMemory<byte> target)
    {
        try
        {
            using var theirs = JsonDocument.Parse(source);
            using var ours = JsonDocument.Parse(target);
            return Cut(DiffKind.Json, Compare("$", theirs.RootElement, ours.RootElement));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<DocumentDifference> Compare(string path, JsonElement source, JsonElement target)
    {
        if (source.ValueKind == JsonValueKind.Object && target.ValueKind == JsonValueKind.Object)
            return source.EnumerateObject().Select(property => property.Name).Concat(target.EnumerateObject().Select(property => property.Name)).Distinct(StringComparer.Ordinal)
                .SelectMany(name => Compare($"{path}.{name}", Member(source, name), Member(target, name)));
        if (source.ValueKind == JsonValueKind.Array && target.ValueKind == JsonValueKind.Array)
            return Enumerable.Range(0, Math.Max(source.GetArrayLength(), target.GetArrayLength()))
                .SelectMany(i => Compare($"{path}[{i}]", Element(source, i), Element(target, i)));
        return JsonElement.DeepEquals(source, target) ? [] : [new DocumentDifference(path, source.GetRawText(), target.GetRawText())];
    }

    private static IEnumerable<DocumentDifference> Compare(string path, JsonElement? source, JsonElement? target) => (source, target) switch
    {
        ({ } theirs, { } ours) => Compare(path, theirs, ours),
        _ => [new DocumentDifference(path, source?.GetRawText(), target?.GetRawText())],
    };

    private static JsonElement? Member(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value : null;

    private static JsonElement? Element(JsonElement element, int index) => index < element.GetArrayLength() ? element[index] : null;

    // The longest common run of lines, found after what is equal at both ends is set aside; documents that differ in more lines are told in one piece.
    private static IEnumerable<DocumentDifference> Lines(string[] source, string[] target)
    {
        var start = 0;
        while (start < source.Length && start < target.Length && source[start] == target[start])
            start++;
        var end = 0;
        while (end < source.Length - start && end < target.Length - start && source[^(end + 1)] == target[^(end + 1)])
            end++;
        var theirs = source[start..^end];
        var ours = target[start..^end];
        if (theirs.Length > MaxAligned || ours.Length > MaxAligned)
            return theirs.Select((line, i) => new DocumentDifference(Number(start + i), line, i < ours.Length ? ours[i] : null))
                .Concat(ours.Skip(theirs.Length).Select((line, i) => new DocumentDifference(Number(start + theirs.Length + i), null, line)));
        return Align(theirs, ours, start);
    }

    private static List<DocumentDifference> Align(string[] source, string[] target, int start)
    {
        var common = new int[source.Length + 1, target.Length + 1];
        for (var i = source.Length - 1; i >= 0; i--)
        {
            for (var j = target.Length - 1; j >= 0; j--)
                common[i, j] = source[i] == target[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        var differences = new List<DocumentDifference>();
        for (int i = 0, j = 0; i < source.Length || j < target.Length;)
        {
            if (i < source.Length && j < target.Length && source[i] == target[j])
            {
                i++;
                j++;
            }
            else if (i < source.Length && j < target.Length && common[i, j] == common[i + 1, j + 1])
            {
                differences.Add(new DocumentDifference(Number(start + i), source[i++], target[j++]));
            }
            else if (j == target.Length || (i < source.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                differences.Add(new DocumentDifference(Number(start + i), source[i++], null));
            }
            else
            {
                differences.Add(new DocumentDifference(Number(start + i), null, target[j++]));
            }
        }

        return differences;
    }

    private static string Number(int line) => (line + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static DocumentDiff Cut(DiffKind kind, IEnumerable<DocumentDifference> differences)
    {
        var told = differences.Take(MaxDifferences + 1).ToList();
        return told.Count <= MaxDifferences ? new DocumentDiff(kind, told, false) : new DocumentDiff(kind, told[..MaxDifferences], true);
    }

    private static string? Text(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var text = Strict.GetString(bytes.Span);
            return text.Contains('\0', StringComparison.Ordinal) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string? Describe(ReadOnlyMemory<byte>? document) =>
        document is { } bytes ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes.Length} bytes, SHA-256 {Items.ContentHash.Of(bytes.Span)}") : null;
}
