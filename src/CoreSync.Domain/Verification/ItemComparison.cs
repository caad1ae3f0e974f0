using System.Globalization;
using System.Text;
using System.Text.Json;
using CoreSync.Items;

namespace CoreSync.Verification;

/// <summary>Compares an item at the source with the same at the target, field by field.</summary>
public static class ItemComparison
{
    /// <summary>Most differences told of one item.</summary>
    public const int MaxDifferences = 100;

    private const int MaxText = 200;
    private const int MaxDepth = 64;

    /// <summary>The fields in which the two differ, then the places in which their JSON documents do.</summary>
    /// <param name="here">At the source.</param>
    /// <param name="there">At the target.</param>
    /// <param name="hereDocument">The document at the source; null for none.</param>
    /// <param name="thereDocument">The document at the target; null for none.</param>
    public static IReadOnlyList<FieldDifference> Of(Item here, Item there, ReadOnlyMemory<byte>? hereDocument = null, ReadOnlyMemory<byte>? thereDocument = null)
    {
        var fields = new (string Name, string? Source, string? Target)[]
        {
            ("name", here.Name, there.Name),
            ("group", here.Group, there.Group),
            ("owner", here.Owner, there.Owner),
            ("revision", here.Revision.ToString(), there.Revision.ToString()),
            ("autoSync", Flag(here.AutoSync), Flag(there.AutoSync)),
            ("deleted", Flag(here.IsDeleted), Flag(there.IsDeleted)),
            ("mediaType", here.MediaType, there.MediaType),
            ("sha256", here.Hash.ToString(), there.Hash.ToString()),
            ("size", Number(here.Size), Number(there.Size)),
            ("modified", Number(here.ModifiedTicks), Number(there.ModifiedTicks)),
            ("executable", Flag(here.IsExecutable), Flag(there.IsExecutable)),
            ("link", here.LinkTarget, there.LinkTarget),
            ("startAt", Moment(here.StartAt), Moment(there.StartAt)),
            ("references", string.Join(", ", here.References), string.Join(", ", there.References)),
            ("payloads", Payloads(here), Payloads(there)),
        };
        var differences = fields.Where(field => field.Source != field.Target).Select(field => new FieldDifference(field.Name, Short(field.Source), Short(field.Target))).ToList();
        if (here.Hash != there.Hash && hereDocument is { } ours && thereDocument is { } theirs)
            differences.AddRange(Documents(ours, theirs));
        return differences.Count <= MaxDifferences ? differences : differences[..MaxDifferences];
    }

    private static List<FieldDifference> Documents(ReadOnlyMemory<byte> ours, ReadOnlyMemory<byte> theirs)
    {
        var differences = new List<FieldDifference>();
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false };
            using var left = JsonDocument.Parse(ours, options);
            using var right = JsonDocument.Parse(theirs, options);
            Compare("document", left.RootElement, right.RootElement, differences);
        }
        catch (JsonException)
        {
            // Not both are JSON: that the content differs is told by its hash.
            differences.Clear();
        }

        return differences;
    }

    private static void Compare(string path, JsonElement left, JsonElement right, List<FieldDifference> differences)
    {
        if (differences.Count >= MaxDifferences)
            return;
        if (left.ValueKind == JsonValueKind.Object && right.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in left.EnumerateObject().Select(member => member.Name).Union(right.EnumerateObject().Select(member => member.Name)))
                Member($"{path}.{name}", left.TryGetProperty(name, out var one) ? one : null, right.TryGetProperty(name, out var other) ? other : null, differences);
        }
        else if (left.ValueKind == JsonValueKind.Array && right.ValueKind == JsonValueKind.Array)
        {
            for (var i = 0; i < Math.Max(left.GetArrayLength(), right.GetArrayLength()); i++)
            {
                Member(
                    string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), i < left.GetArrayLength() ? left[i] : null, i < right.GetArrayLength() ? right[i] : null,
                    differences);
            }
        }
        else if (!JsonElement.DeepEquals(left, right))
        {
            Add(path, left, right, differences);
        }
    }

    private static void Member(string path, JsonElement? left, JsonElement? right, List<FieldDifference> differences)
    {
        if (left is { } one && right is { } other)
            Compare(path, one, other, differences);
        else
            Add(path, left, right, differences);
    }

    private static void Add(string path, JsonElement? left, JsonElement? right, List<FieldDifference> differences)
    {
        if (differences.Count < MaxDifferences)
            differences.Add(new FieldDifference(path, Short(left?.GetRawText()), Short(right?.GetRawText())));
    }

    private static string Payloads(Item item) => string.Join(
        ", ", item.Payloads.OrderBy(payload => payload.Path.Value, StringComparer.Ordinal).Select(payload => $"{payload.Path.Value} {payload.Hash.ToString()[..12]}"));

    private static string Flag(bool value) => value ? "true" : "false";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string? Moment(DateTimeOffset? value) => value?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string? Short(string? text)
    {
        if (text is null || text.Length <= MaxText)
            return text;
        var cut = new StringBuilder(text, 0, char.IsHighSurrogate(text[MaxText - 1]) ? MaxText - 1 : MaxText, MaxText + 1);
        return cut.Append('…').ToString();
    }
}
