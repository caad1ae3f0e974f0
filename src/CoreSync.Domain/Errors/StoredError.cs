using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CoreSync.Errors;

/// <summary>An error that was stored as its code and its English text, such as that which ended a job, in the language of who reads it now.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Message">What was refused.</param>
/// <param name="Hint">The next step; empty when the code is one that this version does not know.</param>
/// <param name="Values">What fills the text; empty when it could not be read back.</param>
public sealed record StoredError(string Code, string Message, string Hint, IReadOnlyList<(string Name, object Value)> Values)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Reads the values back out of the English text by the template of its code.</summary>
    /// <param name="code">The code.</param>
    /// <param name="english">The text as it was stored.</param>
    /// <param name="culture">The language wanted.</param>
    /// <param name="known">What is known beside the text and fills it where the text does not tell it, such as the name of the target.</param>
    public static StoredError Read(string code, string english, CultureInfo culture, params (string Name, object Value)[] known)
    {
        try
        {
            var values = ValuesOf(ErrorTexts.Format(code, [], CultureInfo.InvariantCulture), english);
            values?.AddRange(known.Where(one => values.All(value => value.Name != one.Name)));
            var message = values is null ? english : ErrorTexts.Format(code, values, culture);
            return new StoredError(code, message, ErrorTexts.Format(code + ".hint", values is null ? known : values, culture), values is null ? [] : values);
        }
        catch (InvalidOperationException)
        {
            // A newer version stored a code that this one does not know.
            return new StoredError(code, english, "", []);
        }
    }

    private static List<(string Name, object Value)>? ValuesOf(string template, string text)
    {
        var pattern = new StringBuilder("^");
        var names = new List<string>();
        foreach (var part in Regex.Split(template, @"(\{[A-Za-z]+\})"))
        {
            if (part.Length > 2 && part[0] == '{' && !names.Contains(part[1..^1]))
            {
                names.Add(part[1..^1]);
                pattern.Append("(?<").Append(part[1..^1]).Append(">.*?)");
            }
            else if (part.Length > 2 && part[0] == '{')
            {
                pattern.Append(@"\k<").Append(part[1..^1]).Append('>');
            }
            else
            {
                pattern.Append(Regex.Escape(part));
            }
        }

        var match = Regex.Match(text, pattern.Append('$').ToString(), RegexOptions.Singleline, Patience);
        return match.Success ? [.. names.Select(name => (name, (object)match.Groups[name].Value))] : null;
    }
}
