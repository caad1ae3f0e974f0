using System.Globalization;
using System.Text.RegularExpressions;

namespace CoreSync.Errors;

/// <summary>An error that was stored as its code and its English text, such as that which ended a job, in the language of who reads it now.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Message">What was refused.</param>
/// <param name="Hint">The next step; empty when the code is one that this version does not know.</param>
/// <param name="Values">What fills the text; empty when it could not be read back.</param>
public sealed record StoredError(string Code, string Message, string Hint, IReadOnlyList<(string Name, object Value)> Values)
{
    /// <summary>Reads the values back out of the English text by the template of its code.</summary>
    /// <param name="code">The code.</param>
    /// <param name="english">The text as it was stored.</param>
    /// <param name="culture">The language wanted.</param>
    /// <param name="known">What is known beside the text and fills it where the text does not tell it, such as the name of the target.</param>
    public static StoredError Read(string code, string english, CultureInfo culture, params (string Name, object Value)[] known)
    {
        try
        {
            var pattern = new Translations.TextPattern(ErrorTexts.Format(code, [], CultureInfo.InvariantCulture));
            List<(string Name, object Value)>? values = pattern.Match(english)?.Select(value => (value.Name, (object)value.Value)).ToList();
            values?.AddRange(known.Where(one => values.All(value => value.Name != one.Name)));
            var message = values is null ? ErrorTexts.TextIn(english, culture) : ErrorTexts.Format(code, values, culture);
            return new StoredError(code, message, ErrorTexts.Format(code + ".hint", values is null ? known : values, culture), values is null ? [] : values);
        }
        catch (Exception failure) when (failure is InvalidOperationException or RegexMatchTimeoutException)
        {
            // A newer version stored a code that this one does not know, or nobody wrote this in good faith.
            return new StoredError(code, english, "", []);
        }
    }
}
