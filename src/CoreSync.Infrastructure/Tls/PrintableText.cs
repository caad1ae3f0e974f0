using System.Globalization;
using System.Text;

namespace CoreSync.Infrastructure.Tls;

/// <summary>Text of a stranger for people and logs: control, invisible and bidirectional characters are escaped, so that they cannot forge lines (N17).</summary>
internal static class PrintableText
{
    /// <summary>The text, escaped where it needs to be.</summary>
    public static string Of(string text)
    {
        if (!text.Any(IsUnsafe))
            return text;
        var safe = new StringBuilder(text.Length + 16);
        foreach (var c in text)
            safe.Append(IsUnsafe(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString());
        return safe.ToString();
    }

    private static bool IsUnsafe(char c) =>
        char.IsControl(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
