using System.Globalization;
using System.Resources;
using CoreSync.Errors;
using CoreSync.Trust;

namespace CoreSync.AdminApi.Shapes;

/// <summary>The texts inside answers, English and French, from <c>Texts.resx</c> and <c>Texts.fr.resx</c>; those of errors are in the catalogue of errors.</summary>
internal static class ApiTexts
{
    private static readonly ResourceManager Resources = new("CoreSync.AdminApi.Texts", typeof(ApiTexts).Assembly);

    /// <summary>What kind of refusal it is, in a few words.</summary>
    public static string TitleOf(ErrorKind kind) => Find("kind." + kind);

    /// <summary>What to do about a problem of a certificate.</summary>
    public static string CureOf(CertificateProblem problem) => Find("cure." + problem);

    private static string Find(string key) =>
        Resources.GetString(key, CultureInfo.CurrentUICulture) ?? throw new InvalidOperationException($"No text for '{key}' in Texts.resx");
}
