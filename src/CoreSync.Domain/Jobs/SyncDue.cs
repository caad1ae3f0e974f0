namespace CoreSync.Jobs;

/// <summary>Decides whether a target is due now (J1, J7, J8). Derived from state alone: a fire of the schedule that is lost or doubled costs only time.</summary>
/// <param name="Rules">What a person decided.</param>
/// <param name="Retries">How the attempts to reach it went.</param>
/// <param name="HasFired">Its schedule fired since the last job.</param>
/// <param name="HasChanged">The catalogue changed since the last job.</param>
/// <param name="QuietUntil">Changes are collected until then.</param>
/// <param name="ItemsDueAt">When the first item that failed is due again; null when none waits.</param>
public sealed record SyncDue(TargetRules Rules, RetryState Retries, bool HasFired, bool HasChanged, DateTimeOffset QuietUntil, DateTimeOffset? ItemsDueAt)
{
    /// <summary>What a job started now would be started by; null when it has to wait.</summary>
    public JobTrigger? Trigger(DateTimeOffset now, TimeZoneInfo zone)
    {
        if (Rules.IsPaused(now) || !Rules.Schedule.IsOpen(now, zone) || !Retries.IsDue(now))
            return null;
        if (Retries.Failed > 0)
            return JobTrigger.Retry;
        if (HasFired)
            return Rules.Schedule.Cron is null ? JobTrigger.Interval : JobTrigger.Schedule;
        if (HasChanged && Rules.Schedule.SendsOnChange && now >= QuietUntil)
            return JobTrigger.Change;
        return ItemsDueAt <= now ? JobTrigger.Retry : null;
    }

    /// <summary>When time alone may make it due; null when it waits for something else. Windows and pauses are looked at again at each step.</summary>
    public DateTimeOffset? WaitsUntil(DateTimeOffset now)
    {
        if (Retries.NextAt > now)
            return Retries.NextAt;
        var quiet = HasChanged && Rules.Schedule.SendsOnChange && QuietUntil > now ? QuietUntil : (DateTimeOffset?)null;
        return quiet is null || ItemsDueAt < quiet ? ItemsDueAt : quiet;
    }
}
