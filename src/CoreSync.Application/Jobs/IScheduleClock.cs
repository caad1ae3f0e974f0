using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Application.Jobs;

/// <summary>Fires the schedules of targets while the engine runs (J8). A fire is a hint to look: what there is to do is derived from state.</summary>
public interface IScheduleClock
{
    /// <summary>Raised when the schedule of a target fires, on a thread of the clock.</summary>
    event Action<TargetId>? Fired;

    /// <summary>Replaces the rules that fire; those that stay the same go on undisturbed. An empty set stops the clock and gives its threads back.</summary>
    Task SetAsync(IReadOnlyDictionary<TargetId, FireRule> rules, CancellationToken cancellationToken);

    /// <summary>Reads a cron expression: five fields as crontab(5) has them, or six and seven with seconds and year.</summary>
    /// <returns>Fails with <c>ScheduleInvalidError</c>.</returns>
    Result CheckCron(string cron);

    /// <summary>When a rule fires next, computed without the running clock; null for never again.</summary>
    DateTimeOffset? NextAfter(FireRule rule, DateTimeOffset after);
}

/// <summary>When a schedule fires.</summary>
/// <param name="Every">The time between two fires; without meaning beside a cron expression.</param>
/// <param name="Cron">A cron expression in local time; null for an interval.</param>
public sealed record FireRule(TimeSpan Every, string? Cron);
