using System.Globalization;
using System.Text.Json;
using CoreSync.Accounts;

namespace CoreSync.WebConsole.Shell;

/// <summary>Who looks at a page, and how: account, language, theme, and where the page stands below the console's root.</summary>
/// <remarks>Links are relative to the page, so that the console works at any path, and behind a proxy that adds a prefix nobody tells it of.</remarks>
public sealed class Viewer
{
    /// <summary>The language of texts, dates and numbers.</summary>
    public required CultureInfo Culture { get; init; }

    /// <summary><c>system</c>, <c>light</c> or <c>dark</c>.</summary>
    public required string Theme { get; init; }

    /// <summary>The path of this page below the root of the console, with its query; empty for the overview.</summary>
    public required string Path { get; init; }

    /// <summary>Leads from this page to the root of the console: empty, or <c>../</c> once or more.</summary>
    public required string Root { get; init; }

    /// <summary>The clock when the page was asked for.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The time zone of this core: absolute times are local ones of it.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Who is signed in; null on the sign-in page.</summary>
    public Account? Account { get; init; }

    /// <summary>What a form must carry so that only pages of this console can act; empty while nobody is signed in.</summary>
    public string Token { get; init; } = "";

    /// <summary>The text of a key.</summary>
    public string T(string key, params object?[] values) => Texts.Of(Culture, key, values);

    /// <summary>The text of a key for a number of things: <c>key.one</c> or <c>key.many</c>, as the language counts; <c>{0}</c> is the number.</summary>
    public string N(string key, long count, params object?[] more)
    {
        var isOne = Culture.TwoLetterISOLanguageName == "fr" ? count is 0 or 1 : count == 1;
        return Texts.Of(Culture, key + (isOne ? ".one" : ".many"), [count.ToString("N0", Culture), .. more]);
    }

    /// <summary>The label of a value of an enumeration.</summary>
    public string Label(Enum value) => T($"{value.GetType().Name}.{value}");

    /// <summary>A link to a page of the console.</summary>
    /// <param name="path">Below the root; its parts are encoded by the caller where they are not names of pages.</param>
    /// <param name="query">Parameters; those without a value are left out.</param>
    public string Url(string path, params (string Name, string? Value)[] query)
    {
        var given = query.Where(one => !string.IsNullOrEmpty(one.Value)).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}").ToList();
        var link = Root + path;
        return (link.Length == 0 ? "./" : link) + (given.Count == 0 ? "" : "?" + string.Join('&', given));
    }

    /// <summary>Whether the account may do what needs a right.</summary>
    public bool May(Rights rights) => Account?.May(rights) ?? false;

    /// <summary>A whole number as the language writes it.</summary>
    public string Number(long value) => value.ToString("N0", Culture);

    /// <summary>A moment in full, local to this core.</summary>
    public string Moment(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, Zone);
        var offset = local.Offset == TimeSpan.Zero ? "UTC" : local.ToString("'UTC'zzz", CultureInfo.InvariantCulture);
        return T("moment.full", local.ToString("d MMM yyyy", Culture), local.ToString("HH:mm:ss", Culture), offset);
    }

    /// <summary>A day, in UTC, as certificates state them.</summary>
    public string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy", Culture);

    /// <summary>How long ago, or until when, in the largest unit that says enough.</summary>
    public string Relative(DateTimeOffset at)
    {
        var span = Now - at;
        var size = span.Duration();
        if (size < TimeSpan.FromSeconds(10))
            return T("moment.now");
        var (key, count) = size switch
        {
            { TotalSeconds: < 90 } => ("seconds", size.TotalSeconds),
            { TotalMinutes: < 90 } => ("minutes", size.TotalMinutes),
            { TotalHours: < 36 } => ("hours", size.TotalHours),
            _ => ("days", size.TotalDays),
        };
        return N((span > TimeSpan.Zero ? "moment.ago-" : "moment.in-") + key, (long)Math.Round(count));
    }

    /// <summary>How long something took.</summary>
    public string Duration(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => T("duration.ms", Math.Round(span.TotalMilliseconds)),
        { TotalSeconds: < 100 } => T("duration.s", span.TotalSeconds.ToString("0.0", Culture)),
        { TotalMinutes: < 100 } => T("duration.min", Math.Floor(span.TotalMinutes), span.Seconds),
        _ => T("duration.h", Math.Floor(span.TotalHours), span.Minutes),
    };

    /// <summary>A number of bytes in the largest unit that keeps it readable.</summary>
    public string Bytes(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 1024 && unit < 4)
        {
            value /= 1024;
            unit++;
        }

        return value.ToString(unit == 0 ? "0" : "0.0", Culture) + "\u00a0" + T("bytes." + unit.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The invariant name of a value, as in queries: <c>partlyFailed</c>.</summary>
    public static string Name(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
