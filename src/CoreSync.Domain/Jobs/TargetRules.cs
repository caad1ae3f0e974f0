using CoreSync.Items;

namespace CoreSync.Jobs;

/// <summary>What a person decided about synchronising with one target: when, what and how fast.</summary>
/// <param name="Schedule">When it is synchronised on its own.</param>
/// <param name="PausedUntil">Nothing goes there on its own before; <see cref="DateTimeOffset.MaxValue"/> until somebody resumes it, null when it is not paused.</param>
/// <param name="Components">The components that go there; empty for all.</param>
/// <param name="KilobytesPerSecond">The most that is sent there, in units of 1000 bytes; 0 for no limit of its own.</param>
public sealed record TargetRules(SyncSchedule Schedule, DateTimeOffset? PausedUntil, IReadOnlyList<ComponentName> Components, int KilobytesPerSecond)
{
    /// <summary>The highest limit.</summary>
    public const int MaxKilobytesPerSecond = 10_000_000;

    /// <summary>The default schedule, all components, no limit.</summary>
    public static TargetRules Default { get; } = new(SyncSchedule.Default, null, [], 0);

    /// <summary>Whether a person paused it.</summary>
    public bool IsPaused(DateTimeOffset now) => PausedUntil > now;

    /// <summary>Whether items of a component go there.</summary>
    public bool Sends(ComponentName component) => Components.Count == 0 || Components.Contains(component);
}
