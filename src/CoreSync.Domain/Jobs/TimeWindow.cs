using System.Globalization;
using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Jobs;

/// <summary>A stretch of local time: certain hours of certain days of the week, or from one date to another (J8).</summary>
/// <remarks>Text forms: <c>22:00-06:00</c> · <c>mon-fri 22:00-06:00</c> · <c>sat,sun</c> · <c>2026-12-24..2026-12-26</c>. Hours past midnight belong to the day on which they begin.</remarks>
public sealed record TimeWindow
{
    private static readonly string[] Names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    private const int DayMinutes = 24 * 60;

    private readonly int days;
    private readonly int from;
    private readonly int to;
    private readonly DateOnly? first;
    private readonly DateOnly? last;

    private TimeWindow(string text, int days, int from, int to)
    {
        Text = text;
        this.days = days;
        this.from = from;
        this.to = to;
    }

    private TimeWindow(string text, DateOnly first, DateOnly last)
    {
        Text = text;
        this.first = first;
        this.last = last;
    }

    /// <summary>The normal form, which <see cref="Parse"/> reads back.</summary>
    public string Text { get; }

    /// <summary>Parses one window.</summary>
    /// <returns>Fails with <see cref="ScheduleInvalidError"/>.</returns>
    public static Result<TimeWindow> Parse(string text)
    {
        var parts = text.Trim().ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is 0 or > 2)
            return Wrong(text, "a window looks like 'mon-fri 22:00-06:00', 'sat,sun' or '2026-12-24..2026-12-26'");
        if (parts.Length == 1 && char.IsAsciiDigit(parts[0][0]) && !parts[0].Contains(':', StringComparison.Ordinal))
            return ParseDates(text, parts[0]);

        var hasDays = !char.IsAsciiDigit(parts[0][0]);
        if (parts.Length == 2 && !hasDays)
            return Wrong(text, "the days come before the hours");
        var days = 0b111_1111;
        if (hasDays && ParseDays(parts[0]) is { } named)
            days = named;
        else if (hasDays)
            return Wrong(text, $"'{parts[0]}' is no list of days: mon, tue, wed, thu, fri, sat, sun");

        var (from, to) = (0, DayMinutes);
        if (!hasDays || parts.Length == 2)
        {
            var hours = parts[^1].Split('-');
            if (hours.Length != 2 || ParseTime(hours[0]) is not { } begin || ParseTime(hours[1]) is not { } end || begin == DayMinutes)
                return Wrong(text, $"'{parts[^1]}' is no stretch of hours such as 22:00-06:00");
            if (begin == end)
                return Wrong(text, "it begins when it ends; for whole days leave the hours out");
            (from, to) = (begin, end);
        }

        return new TimeWindow(string.Join(' ', parts), days, from, to);
    }

    /// <summary>Whether a local time lies in it. The begin belongs to it, the end does not.</summary>
    public bool Holds(DateTime local)
    {
        if (first is { } begin && last is { } end)
            return DateOnly.FromDateTime(local) >= begin && DateOnly.FromDateTime(local) <= end;
        var minute = (local.Hour * 60) + local.Minute;
        if (from < to)
            return IsOn(local.DayOfWeek) && minute >= from && minute < to;
        return (IsOn(local.DayOfWeek) && minute >= from) || (IsOn(local.AddDays(-1).DayOfWeek) && minute < to);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private bool IsOn(DayOfWeek day) => (days & (1 << (int)day)) != 0;

    private static Result<TimeWindow> ParseDates(string text, string dates)
    {
        var parts = dates.Split("..");
        if (parts.Length > 2 || !TryDate(parts[0], out var first) || !TryDate(parts[^1], out var last))
            return Wrong(text, "dates look like 2026-12-24 or 2026-12-24..2026-12-26");
        return last < first ? Wrong(text, "it ends before it begins") : new TimeWindow(dates, first, last);
    }

    private static bool TryDate(string text, out DateOnly date) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    // A bit per day, Sunday first; a range may pass the end of the week: fri-mon.
    private static int? ParseDays(string text)
    {
        var days = 0;
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            var begin = Array.IndexOf(Names, ends[0]);
            var end = Array.IndexOf(Names, ends[^1]);
            if (ends.Length > 2 || begin < 0 || end < 0)
                return null;
            for (var day = begin; ; day = (day + 1) % 7)
            {
                days |= 1 << day;
                if (day == end)
                    break;
            }
        }

        return days;
    }

    private static int? ParseTime(string text)
    {
        if (text == "24:00")
            return DayMinutes;
        return TimeOnly.TryParseExact(text, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? (time.Hour * 60) + time.Minute : null;
    }

    private static Result<TimeWindow> Wrong(string text, string reason) => Result.Fail(new ScheduleInvalidError(text.Trim(), reason));
}
