using System.Globalization;
using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Jobs;

/// <summary>Durations as people type them: <c>90s</c>, <c>15m</c>, <c>2h</c>, <c>1d</c>.</summary>
public static class DurationText
{
    private static readonly (char Unit, long Seconds)[] Units = [('d', 86400), ('h', 3600), ('m', 60), ('s', 1)];

    /// <summary>The longest duration.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(366);

    /// <summary>Parses a duration of one second at least.</summary>
    /// <returns>Fails with <see cref="ScheduleInvalidError"/>.</returns>
    public static Result<TimeSpan> Parse(string text)
    {
        var trimmed = text.Trim().ToLowerInvariant();
        var unit = trimmed.Length > 1 ? Units.FirstOrDefault(unit => unit.Unit == trimmed[^1]) : default;
        if (unit.Seconds == 0 || !int.TryParse(trimmed.AsSpan(0, trimmed.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return Result.Fail(new ScheduleInvalidError(text.Trim(), "a duration looks like 90s, 15m, 2h or 1d"));
        return number == 0 || number * unit.Seconds > Longest.TotalSeconds
            ? Result.Fail(new ScheduleInvalidError(text.Trim(), "a duration is at least one second and at most 366 days"))
            : TimeSpan.FromSeconds(number * unit.Seconds);
    }

    /// <summary>The normal form, which <see cref="Parse"/> reads back.</summary>
    public static string Format(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        var (unit, size) = Units.First(unit => seconds % unit.Seconds == 0);
        return (seconds / size).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
