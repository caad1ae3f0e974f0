using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Shell;

/// <summary>Language and theme of one browser: chosen by a person and kept in a cookie, else what the browser asks for.</summary>
internal sealed record Preferences(CultureInfo Culture, string Theme)
{
    private const string Cookie = "coresync-view";

    public static IReadOnlyList<string> Languages { get; } = ["fr", "en"];

    public static IReadOnlyList<string> Themes { get; } = ["system", "light", "dark"];

    public static Preferences Read(HttpRequest request, CoreSyncConsoleOptions options)
    {
        var kept = (request.Cookies[Cookie] ?? "").Split('.');
        var language = kept is [var first, ..] && IsLanguage(first) ? first : Asked(request) ?? options.DefaultLanguage;
        var theme = kept is [_, var second] && Themes.Contains(second) ? second : Themes[0];
        return new Preferences(CultureOf(language), theme);
    }

    /// <summary>Keeps a choice; what is not chosen stays.</summary>
    public void Keep(HttpResponse response, string? language, string? theme)
    {
        var culture = language is not null && IsLanguage(language) ? language : Culture.Name == Texts.Pseudo ? Texts.Pseudo : Culture.TwoLetterISOLanguageName;
        var chosen = theme is not null && Themes.Contains(theme) ? theme : Theme;
        response.Cookies.Append(Cookie, $"{culture}.{chosen}", new CookieOptions
        {
            HttpOnly = true,
            Secure = true,
            SameSite = SameSiteMode.Strict,
            Path = "/",
            MaxAge = TimeSpan.FromDays(365),
            IsEssential = true,
        });
    }

    private static bool IsLanguage(string text) => Languages.Contains(text) || text == Texts.Pseudo;

    private static CultureInfo CultureOf(string language) => CultureInfo.GetCultureInfo(language switch
    {
        "en" => "en-GB",
        Texts.Pseudo => Texts.Pseudo,
        _ => "fr-FR",
    });

    private static string? Asked(HttpRequest request) => request.GetTypedHeaders().AcceptLanguage
        .OrderByDescending(one => one.Quality ?? 1).Select(one => one.Value.ToString().Split('-')[0].ToLowerInvariant()).FirstOrDefault(Languages.Contains);
}
