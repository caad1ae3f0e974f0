using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi.Access;

/// <summary>The language of a request: the first that the browser or program prefers and that has texts, else the host's default.</summary>
internal static class AdminCulture
{
    public static CultureInfo Of(HttpRequest request, CoreSyncAdminOptions options) => request.GetTypedHeaders().AcceptLanguage
        .Where(language => language.Quality is null or > 0)
        .OrderByDescending(language => language.Quality ?? 1)
        .Select(language => Known(language.Value.Value))
        .FirstOrDefault(culture => culture is not null) ?? options.DefaultCulture;

    private static CultureInfo? Known(string? tag)
    {
        var language = tag?.Split('-')[0];
        return CoreSyncAdminOptions.Cultures.FirstOrDefault(culture => string.Equals(culture.TwoLetterISOLanguageName, language, StringComparison.OrdinalIgnoreCase));
    }
}
