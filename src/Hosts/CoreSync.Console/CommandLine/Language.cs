using System.Globalization;

namespace CoreSync.Console.CommandLine;

/// <summary>The language of the texts: <c>--lang</c>, else the locale of the environment, else English. Codes and JSON are the same in every language.</summary>
internal static class Language
{
    private static readonly string[] Variables = ["LC_ALL", "LC_MESSAGES", "LANG"];

    /// <summary>Sets the language for this process, before anything is parsed, so that help and usage errors have it too.</summary>
    public static void Choose(IReadOnlyList<string> args)
    {
        var culture = CultureInfo.GetCultureInfo(Of(args) == "fr" ? "fr-FR" : "en-GB");
        CultureInfo.CurrentCulture = culture;
        CultureInfo.CurrentUICulture = culture;
        CultureInfo.DefaultThreadCurrentCulture = culture;
        CultureInfo.DefaultThreadCurrentUICulture = culture;
    }

    private static string Of(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--lang" && i + 1 < args.Count)
                return args[i + 1];
            if (args[i].StartsWith("--lang=", StringComparison.Ordinal) || args[i].StartsWith("--lang:", StringComparison.Ordinal))
                return args[i]["--lang=".Length..];
        }

        // POSIX: LC_ALL wins over LC_MESSAGES wins over LANG; an empty one does not count.
        var locale = Variables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        return locale is not null && (locale == "fr" || locale.StartsWith("fr_", StringComparison.Ordinal) || locale.StartsWith("fr.", StringComparison.Ordinal)) ? "fr" : "en";
    }
}
