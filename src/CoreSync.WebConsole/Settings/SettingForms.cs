using System.Globalization;
using System.Text.RegularExpressions;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Settings;
using CoreSync.WebConsole.Shell;

namespace CoreSync.WebConsole.Settings;

/// <summary>Settings that belong together, in the order of the page.</summary>
/// <param name="Key">Of its heading.</param>
/// <param name="Fields">Its settings.</param>
public sealed record SettingGroup(string Key, IReadOnlyList<SettingField> Fields);

/// <summary>A setting with what somebody typed.</summary>
/// <param name="View">The setting and its value.</param>
/// <param name="Typed">What the form holds.</param>
/// <param name="Error">Why that is refused; null when it is not.</param>
public sealed record SettingField(SettingView View, string Typed, CoreSyncError? Error = null)
{
    /// <summary>Dotted, lower-case.</summary>
    public string Key => View.Setting.Key;
}

/// <summary>How settings are grouped and read by people. What the original has comes first; a setting that nobody placed appears under its first word's group or at the end.</summary>
internal static partial class SettingForms
{
    private static readonly string[] OfTheOriginal =
        [Setting.SyncInterval.Key, Setting.SyncRetries.Key, Setting.Compression.Key, Setting.StartTime.Key, Setting.WarnReadOnly.Key];

    private static readonly Dictionary<string, string> Places = new(StringComparer.Ordinal)
    {
        ["sync"] = "sync",
        ["rollup"] = "sync",
        ["transfer"] = "transfer",
        ["network"] = "transfer",
        ["apply"] = "items",
        ["files"] = "items",
        ["content"] = "items",
        ["bundle"] = "items",
        ["verify"] = "verify",
        ["trust"] = "trust",
        ["ldap"] = "ldap",
        ["accounts"] = "ldap",
        ["notify"] = "notify",
        ["health"] = "watch",
        ["log"] = "watch",
        ["telemetry"] = "watch",
        ["jobs"] = "watch",
    };

    private static readonly string[] Order = ["original", "sync", "transfer", "items", "verify", "trust", "ldap", "notify", "watch", "other"];

    /// <summary>The groups of the page; empty ones are left out.</summary>
    public static IReadOnlyList<SettingGroup> Group(IEnumerable<SettingField> fields)
    {
        var placed = fields.ToLookup(field => OfTheOriginal.Contains(field.Key) ? "original" : Places.GetValueOrDefault(field.Key.Split('.')[0], "other"));
        return
        [
            .. Order.Where(placed.Contains).Select(key => new SettingGroup(
                key, key == "original" ? [.. placed[key].OrderBy(field => Array.IndexOf(OfTheOriginal, field.Key))] : [.. placed[key]])),
        ];
    }

    /// <summary>The values of a choice; empty for other settings.</summary>
    public static IReadOnlyList<string> Choices(Setting setting)
    {
        var words = setting.Allowed.Split(", ");
        return words.Length > 1 && words.All(word => ChoiceWord().IsMatch(word) && setting.IsAllowed(word)) ? words : [];
    }

    /// <summary>The least and the greatest value of a number; null for other settings.</summary>
    public static (long Min, long Max)? Bounds(Setting setting) =>
        Range().Match(setting.Allowed) is { Success: true } match
            ? (long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))
            : null;

    /// <summary>Whether a setting names a file of this machine: who sits at a browser names none.</summary>
    public static bool IsPath(Setting setting) => setting.Key.EndsWith("-file", StringComparison.Ordinal);

    /// <summary>Key of the unit's text; null for none.</summary>
    public static string? Unit(Setting setting)
    {
        var last = setting.Key[(setting.Key.LastIndexOf('.') + 1)..];
        return Units.FirstOrDefault(unit => last == unit || last.EndsWith("-" + unit, StringComparison.Ordinal) || last.EndsWith(unit, StringComparison.Ordinal)) is { } found ? "unit." + found : null;
    }

    /// <summary>A value as people read it, with its unit.</summary>
    public static string Read(Viewer view, Setting setting, string value)
    {
        if (value.Length == 0)
            return view.T("settings.nothing");
        if (Choices(setting).Count > 0)
            return ChoiceText(view, setting, value);
        if (Bounds(setting) is null || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return value;
        var text = Unit(setting) is { } unit ? view.Number(number) + "\u00a0" + view.T(unit) : view.Number(number);
        return setting.Key.EndsWith("-seconds", StringComparison.Ordinal) && number >= 120 && number % 60 == 0
            ? text + "\u00a0= " + view.Number(number / 60) + "\u00a0" + view.T("unit.minutes")
            : text;
    }

    /// <summary>What a choice is called.</summary>
    public static string ChoiceText(Viewer view, Setting setting, string value) => Texts.Has($"choice.{setting.Key}.{value}")
        ? view.T($"choice.{setting.Key}.{value}")
        : Texts.Has("choice." + value) ? view.T("choice." + value) : value;

    /// <summary>What a setting is called; its key where it has no name yet.</summary>
    public static string Name(Viewer view, Setting setting) => Texts.Has("setting." + setting.Key) ? view.T("setting." + setting.Key) : setting.Key;

    /// <summary>What it does; null when its name says it.</summary>
    public static string? Explanation(Viewer view, Setting setting) => Texts.Has($"setting.{setting.Key}.hint") ? view.T($"setting.{setting.Key}.hint") : null;

    private static readonly string[] Units = ["kilobytes-per-second", "milliseconds", "seconds", "minutes", "hours", "days", "percent", "megabytes", "gib"];

    [GeneratedRegex("^[a-z0-9-]+$")]
    private static partial Regex ChoiceWord();

    [GeneratedRegex("^(\\d+) to (\\d+)$")]
    private static partial Regex Range();
}
