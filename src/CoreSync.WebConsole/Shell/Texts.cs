using System.Globalization;
using System.Resources;

namespace CoreSync.WebConsole.Shell;

/// <summary>The texts of the console, English and French, from <c>Texts.resx</c> and <c>Texts.fr.resx</c>.</summary>
internal static class Texts
{
    /// <summary>A language of letters that nobody reads: what shows up without its brackets was not taken from the texts.</summary>
    public const string Pseudo = "qps-ploc";

    private static readonly ResourceManager Resources = new("CoreSync.WebConsole.Texts", typeof(Texts).Assembly);

    /// <summary>The text of a key, with <c>{0}</c>, <c>{1}</c> … filled.</summary>
    /// <exception cref="InvalidOperationException">The key has no text: a bug that the text test finds.</exception>
    public static string Of(CultureInfo culture, string key, params object?[] values)
    {
        var isPseudo = culture.Name.Equals(Pseudo, StringComparison.OrdinalIgnoreCase);
        var template = Resources.GetString(key, isPseudo ? CultureInfo.InvariantCulture : culture) ?? throw new InvalidOperationException($"No text for '{key}' in Texts.resx");
        var text = values.Length == 0 ? template : string.Format(culture, template, values);
        return isPseudo ? $"[{text}]" : text;
    }

    /// <summary>Whether there is a text of that key.</summary>
    public static bool Has(string key) => Resources.GetString(key, CultureInfo.InvariantCulture) is not null;
}
