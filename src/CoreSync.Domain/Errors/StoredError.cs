using System.Globalization;

namespace CoreSync.Errors;

/// <summary>An error that was stored as its code and its English text, such as that which ended a job, in the language of who reads it now.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Message">What was refused.</param>
/// <param name="Hint">The next step; empty when the code is one that this version does not know.</param>
/// <param name="Values">What fills the text; empty when it could not be read back.</param>
public sealed record StoredError(string Code, string Message, string Hint, IReadOnlyList<(string Name, object Value)> Values)
{
    /// <summary>Reads the values back out of the English text by the template of its code.</summary>
    /// <param name="code">The code; one that this version does not know leaves the text as it is.</param>
    /// <param name="english">The text as it was stored.</param>
    /// <param name="culture">The language wanted.</param>
    /// <param name="known">What is known beside the text, such as the name of the target, for the next step.</param>
    public static StoredError Read(string code, string english, CultureInfo culture, params (string Name, object Value)[] known) =>
        new(code, ErrorTexts.MessageIn(code, english, culture), ErrorTexts.HintIn(code, english, culture, known), ErrorTexts.ValuesOf(code, english) ?? []);
}
