namespace CoreSync.Jobs;

/// <summary>What the engine observed about a target: how the attempts to reach it went, and whether its schedule fires (J7, J8).</summary>
/// <param name="Retries">The attempts.</param>
/// <param name="FiredAt">When its schedule fired last; null when it never did.</param>
/// <param name="ExpectedAt">When it fires next; null while nothing is scheduled.</param>
/// <param name="MissedAt">When it should have fired and did not; null once it fired again.</param>
public sealed record TargetPace(RetryState Retries, DateTimeOffset? FiredAt, DateTimeOffset? ExpectedAt, DateTimeOffset? MissedAt)
{
    /// <summary>Nothing observed yet.</summary>
    public static TargetPace None { get; } = new(RetryState.None, null, null, null);

    /// <summary>How late a schedule may be before it counts as one that did not fire: half its interval, from two seconds up to a minute.</summary>
    /// <param name="every">The time between two fires.</param>
    public static TimeSpan Grace(TimeSpan every) => TimeSpan.FromSeconds(Math.Clamp(every.TotalSeconds / 2, 2, 60));

    /// <summary>When the schedule should have fired and did not, seen now by a process that need not run the engine; null when all is well.</summary>
    public DateTimeOffset? Missed(DateTimeOffset now)
    {
        if (MissedAt is not null || FiredAt is not { } fired || ExpectedAt is not { } expected)
            return MissedAt;
        return now > expected + Grace(expected - fired) ? expected : null;
    }
}
