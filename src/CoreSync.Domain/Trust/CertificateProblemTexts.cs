using System.Globalization;
using System.Resources;

namespace CoreSync.Trust;

/// <summary>What is wrong with a certificate, and what to do about it, in English and French; the one place of these words for every interface.</summary>
public static class CertificateProblemTexts
{
    private static readonly ResourceManager Resources = new("CoreSync.Trust.CertificateProblemTexts", typeof(CertificateProblemTexts).Assembly);

    /// <summary>The problem in a few words, without a capital or a full stop.</summary>
    public static string Label(CertificateProblem problem, CultureInfo culture) => Text(problem.ToString(), culture);

    /// <summary>The next step, without a capital or a full stop.</summary>
    public static string Cure(CertificateProblem problem, CultureInfo culture) => Text(problem + ".cure", culture);

    private static string Text(string key, CultureInfo culture) =>
        Resources.GetString(key, culture) ?? throw new InvalidOperationException($"No text for '{key}' in CertificateProblemTexts.resx");
}
