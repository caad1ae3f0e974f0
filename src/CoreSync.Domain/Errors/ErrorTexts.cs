using System.Globalization;
using System.Resources;
using System.Text;

namespace CoreSync.Errors;

/// <summary>The texts of all errors, English and French, keyed by code; <c>code.hint</c> is the next step.</summary>
public static class ErrorTexts
{
    // Longer than the longest path that CoreSync takes (RelativePath.MaxBytes).
    private const int MaxValueLength = 4000;

    // Values that the code may give in English words; all others are names, numbers and the like.
    private static readonly HashSet<string> Spoken = new(StringComparer.Ordinal) { "reason", "scope", "account", "what", "componentKind", "allowed", "hash", "detail", "directory", "holder", "fingerprint", "store" };

    private static readonly ResourceManager Resources = new("CoreSync.Errors.ErrorTexts", typeof(ErrorTexts).Assembly);

    /// <summary>Fills the text of <paramref name="key"/>: each <c>{name}</c> by the argument of that name.</summary>
    /// <exception cref="InvalidOperationException">The key has no text: a bug that the catalogue test finds.</exception>
    public static string Format(string key, IReadOnlyList<(string Name, object Value)> arguments, CultureInfo culture)
    {
        var template = Resources.GetString(key, culture)
            ?? throw new InvalidOperationException($"No text for '{key}' in ErrorTexts.resx");
        var text = new StringBuilder(template.Length + 32);
        var position = 0;
        while (position < template.Length)
        {
            var open = template.IndexOf('{', position);
            var close = open < 0 ? -1 : template.IndexOf('}', open);
            if (close < 0)
                break;
            text.Append(template, position, open - position);
            text.Append(Value(template[(open + 1)..close], arguments, culture));
            position = close + 1;
        }

        return text.Append(template, position, template.Length - position).ToString();
    }

    /// <summary>A text that the code has in English alone, such as the reason inside an error, in another language; as it is when nobody translated it.</summary>
    public static string TextIn(string english, CultureInfo culture) => Translations.Of(culture)?.In(english) ?? english;

    /// <summary>All messages in English and in a language, for those whose code is not at hand.</summary>
    internal static IReadOnlyList<(string English, string Other)> Pairs(CultureInfo language)
    {
        var pairs = new List<(string English, string Other)>();
        var english = Resources.GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false);
        foreach (System.Collections.DictionaryEntry entry in english!)
        {
            var template = (string)entry.Value!;
            // One that says next to nothing itself fits everything.
            if (entry.Key is string key && !key.EndsWith(".hint", StringComparison.Ordinal) && template.Length > 20 && Resources.GetString(key, language) is { } other)
                pairs.Add((template, other));
        }

        return pairs;
    }

    private static string Value(string name, IReadOnlyList<(string Name, object Value)> arguments, CultureInfo culture)
    {
        foreach (var argument in arguments)
        {
            if (argument.Name == name)
                return Printable(argument.Value is string text && Spoken.Contains(name) ? TextIn(text, culture) : Convert.ToString(argument.Value, culture) ?? "");
        }

        return "{" + name + "}";
    }

    // Values may come from another core: control and bidirectional characters would forge lines in logs and terminals (N17), huge ones would fill them.
    private static string Printable(string value)
    {
        var cut = value.Length > MaxValueLength;
        if (!cut && !value.Any(IsHostile))
            return value;
        var safe = new StringBuilder(Math.Min(value.Length, MaxValueLength) + 8);
        for (var i = 0; i < Math.Min(value.Length, MaxValueLength); i++)
        {
            var c = value[i];
            if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
                safe.Append(c).Append(value[++i]);
            else if (IsHostile(c))
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                safe.Append(c);
        }

        return cut ? safe.Append('…').ToString() : safe.ToString();
    }

    private static bool IsHostile(char c) =>
        char.IsControl(c) || char.IsSurrogate(c)
        || c is '\u200e' or '\u200f' or '\u061c' or '\ufeff' or '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
