using System.Collections.Concurrent;
using CoreSync.Application.Verification;

namespace CoreSync.WebConsole.Drifts;

/// <summary>A comparison that somebody made.</summary>
/// <param name="Drift">What it found.</param>
/// <param name="At">When.</param>
/// <param name="By">Who.</param>
public sealed record Comparison(TargetDrift Drift, DateTimeOffset At, string By);

/// <summary>Keeps the newest comparison of each core, until the service stops: comparing reads both cores whole, so that no page does it by itself.</summary>
internal sealed class ComparisonBoard
{
    private const int Most = 50;
    private readonly ConcurrentDictionary<(string Core, string? Component), Comparison> kept = new();

    public Comparison? Find(string core, string? component) => kept.GetValueOrDefault((core, component));

    public void Keep(string core, string? component, Comparison comparison)
    {
        while (kept.Count >= Most && kept.MinBy(one => one.Value.At) is { Value: not null } oldest)
            kept.TryRemove(oldest.Key, out _);
        kept[(core, component)] = comparison;
    }
}
