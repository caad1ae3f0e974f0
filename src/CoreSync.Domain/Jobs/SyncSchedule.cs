namespace CoreSync.Jobs;

/// <summary>When a target is synchronised on its own (J1, J8). Hours, dates and cron are local times of this core.</summary>
/// <param name="Every">The interval of this target; null for the setting's, and without meaning beside <paramref name="Cron"/>.</param>
/// <param name="Cron">A cron expression instead of an interval; null for none.</param>
/// <param name="OnChange">Changes are sent as they come, not only when the schedule fires; null means: unless there is a cron expression.</param>
/// <param name="Windows">Synchronises only in one of them; empty for always.</param>
/// <param name="Blackouts">Never synchronises in any of them, whatever the windows say.</param>
public sealed record SyncSchedule(TimeSpan? Every, string? Cron, bool? OnChange, IReadOnlyList<TimeWindow> Windows, IReadOnlyList<TimeWindow> Blackouts)
{
    // A window is at most a week away; a blackout may hide it for longer, which is then told without a time.
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(31);

    /// <summary>At the interval of the setting and on change, at any time.</summary>
    public static SyncSchedule Default { get; } = new(null, null, null, [], []);

    /// <summary>Whether changes are sent as they come.</summary>
    public bool SendsOnChange => OnChange ?? Cron is null;

    /// <summary>Whether synchronising on its own is allowed at a moment.</summary>
    public bool IsOpen(DateTimeOffset now, TimeZoneInfo zone)
    {
        if (Windows.Count == 0 && Blackouts.Count == 0)
            return true;
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        return (Windows.Count == 0 || Windows.Any(window => window.Holds(local))) && !Blackouts.Any(blackout => blackout.Holds(local));
    }

    /// <summary>The next moment at which it is allowed; <paramref name="now"/> when it is allowed now, null when there is none within a month.</summary>
    public DateTimeOffset? OpensAt(DateTimeOffset now, TimeZoneInfo zone)
    {
        if (IsOpen(now, zone))
            return now;
        // Windows begin at whole minutes, also across a change to or from summer time.
        var minute = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        for (var at = minute.AddMinutes(1); at <= now + Horizon; at = at.AddMinutes(1))
        {
            if (IsOpen(at, zone))
                return at;
        }

        return null;
    }
}
