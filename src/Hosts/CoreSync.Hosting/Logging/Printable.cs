using System.Globalization;
using System.Text;

namespace CoreSync.Hosting.Logging;

/// <summary>Makes text that others wrote safe to print on one line of a log or a terminal (N17).</summary>
public static class Printable
{
    /// <summary>Replaces control characters (line breaks and terminal escapes among them) and characters that reorder text by <c>\uXXXX</c>.</summary>
    /// <remarks>Applied once, to the rendered line: what it writes itself contains nothing that it would replace.</remarks>
    public static string Line(string text)
    {
        var first = text.AsSpan().IndexOfAnyExcept(Harmless);
        if (first < 0 || !text.Any(IsHostile))
            return text;
        var safe = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (c == '\r')
                safe.Append("\\r");
            else if (c == '\n')
                safe.Append("\\n");
            else if (IsHostile(c))
                safe.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                safe.Append(c);
        }

        return safe.ToString();
    }

    private static readonly System.Buffers.SearchValues<char> Harmless =
        System.Buffers.SearchValues.Create(string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code)));

    // Line and paragraph separators break lines in some viewers; the bidirectional marks reorder what follows.
    private static bool IsHostile(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
