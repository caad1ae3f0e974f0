using System.Globalization;
using System.Resources;

namespace CoreSync.Console.Output;

/// <summary>The texts of the command line, English and French, from <c>Texts.resx</c> and <c>Texts.fr.resx</c>.</summary>
internal static class Texts
{
    private static readonly ResourceManager Resources = new("CoreSync.Console.Texts", typeof(Texts).Assembly);

    /// <summary>The text of a key in the present language, with <c>{0}</c>, <c>{1}</c> … filled.</summary>
    /// <exception cref="InvalidOperationException">The key has no text: a bug that the text test finds.</exception>
    public static string T(string key, params object[] values)
    {
        var template = Resources.GetString(key, CultureInfo.CurrentUICulture) ?? throw new InvalidOperationException($"No text for '{key}' in Texts.resx");
        return values.Length == 0 ? template : string.Format(CultureInfo.CurrentCulture, template, values);
    }

    /// <summary>The label of an enum value; its invariant name where the language has none.</summary>
    public static string Label(Enum value) =>
        Resources.GetString($"{value.GetType().Name}.{value}", CultureInfo.CurrentUICulture) ?? value.ToString();
}
