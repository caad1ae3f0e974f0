using System.Text;

namespace CoreSync.Accounts;

/// <summary>Puts values into search filters of an LDAP directory (RFC 4515), so that no value changes what is asked.</summary>
public static class LdapFilter
{
    /// <summary>Longest template.</summary>
    public const int MaxLength = 1024;

    private const int MaxDepth = 16;

    /// <summary>Fills every <paramref name="hole"/> of a template with a value, escaped.</summary>
    /// <param name="template">Checked by <see cref="IsTemplate"/>.</param>
    /// <param name="hole">Such as <c>{user}</c>.</param>
    /// <param name="value">Whatever somebody typed.</param>
    public static string Fill(string template, string hole, string value) => template.Replace(hole, Escape(value), StringComparison.Ordinal);

    /// <summary>Escapes a value: letters and digits stay, every other byte becomes <c>\xx</c>.</summary>
    public static string Escape(string value)
    {
        var escaped = new StringBuilder(value.Length + 16);
        foreach (var one in Encoding.UTF8.GetBytes(value))
        {
            if (char.IsAsciiLetterOrDigit((char)one))
                escaped.Append((char)one);
            else
                escaped.Append('\\').Append(Convert.ToHexStringLower([one]));
        }

        return escaped.ToString();
    }

    /// <summary>Whether a text is a filter in which <paramref name="hole"/> stands for a value.</summary>
    public static bool IsTemplate(string text, string hole)
    {
        const string sample = "x7hole";
        return text.Length <= MaxLength && text.Contains(hole, StringComparison.Ordinal) && !text.Contains(sample, StringComparison.Ordinal)
            && Shape(text.Replace(hole, sample, StringComparison.Ordinal)) is { } shape && !shape.Contains(sample, StringComparison.Ordinal);
    }

    /// <summary>The operators and attributes of a filter without its values; null when it is not well formed. Two filters of one shape ask the same question of other values.</summary>
    public static string? Shape(string filter)
    {
        var shape = new StringBuilder();
        var at = 0;
        return ReadFilter(filter, ref at, shape, 0) && at == filter.Length ? shape.ToString() : null;
    }

    private static bool ReadFilter(string text, ref int at, StringBuilder shape, int depth)
    {
        if (depth > MaxDepth || !Take(text, ref at, '('))
            return false;
        shape.Append('(');
        var isGood = at < text.Length && text[at] switch
        {
            '&' or '|' => ReadList(text, ref at, shape, depth),
            '!' => ReadNot(text, ref at, shape, depth),
            _ => ReadItem(text, ref at, shape),
        };
        shape.Append(')');
        return isGood && Take(text, ref at, ')');
    }

    private static bool ReadList(string text, ref int at, StringBuilder shape, int depth)
    {
        shape.Append(text[at++]);
        do
        {
            if (!ReadFilter(text, ref at, shape, depth + 1))
                return false;
        }
        while (at < text.Length && text[at] == '(');
        return true;
    }

    private static bool ReadNot(string text, ref int at, StringBuilder shape, int depth)
    {
        shape.Append(text[at++]);
        return ReadFilter(text, ref at, shape, depth + 1);
    }

    private static bool ReadItem(string text, ref int at, StringBuilder shape)
    {
        var begin = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '-' or '.' or ';' or ':'))
            at++;
        if (at == begin)
            return false;
        if (at < text.Length && text[at] is '~' or '<' or '>')
            at++;
        if (!Take(text, ref at, '='))
            return false;
        shape.Append(text, begin, at - begin);
        var hasValue = false;
        for (; at < text.Length && text[at] is not ('(' or ')'); at++)
        {
            if (text[at] == '\0' || char.IsControl(text[at]))
                return false;
            if (text[at] == '\\' && !(at + 2 < text.Length && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2])))
                return false;
            if (text[at] == '*')
                shape.Append('*');
            hasValue = true;
        }

        return hasValue;
    }

    private static bool Take(string text, ref int at, char wanted)
    {
        if (at >= text.Length || text[at] != wanted)
            return false;
        at++;
        return true;
    }
}
