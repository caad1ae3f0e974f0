using CoreSync.Verification;
using CoreSync.WebConsole.Parts;
using CoreSync.WebConsole.Shell;

namespace CoreSync.WebConsole.Drifts;

/// <summary>How a comparison stands: an old one is never shown as green, since much may have happened.</summary>
internal static class DriftMarks
{
    /// <summary>After this a comparison says how it was, not how it is.</summary>
    public static TimeSpan Fresh { get; } = TimeSpan.FromMinutes(30);

    public static bool IsStale(Viewer view, Comparison comparison) => view.Now - comparison.At > Fresh;

    public static Mark Of(Viewer view, Comparison? comparison)
    {
        if (comparison is null)
            return new Mark(Tone.Plain, "unknown", view.T("drift.never"));
        var age = view.T("drift.age", view.Relative(comparison.At));
        var count = comparison.Drift.Drifts.Count;
        if (count > 0)
            return new Mark(Tone.Warn, "warn", view.N("drift.differ", count), age);
        if (IsStale(view, comparison))
            return new Mark(Tone.Plain, "clock", view.T("drift.was-equal"), age);
        return comparison.Drift.Waiting > 0
            ? new Mark(Tone.Busy, "clock", view.N("drift.waiting", comparison.Drift.Waiting), age)
            : new Mark(Tone.Good, "check", view.T("drift.equal"), age);
    }

    public static Mark Kind(Viewer view, Drift drift) => new(
        drift.Kind is DriftKind.NewerThere or DriftKind.OtherContent or DriftKind.DamagedThere ? Tone.Bad : Tone.Warn,
        drift.Kind is DriftKind.MissingThere or DriftKind.EndedThere ? "unlink" : "drift",
        drift.Damage is { } damage ? view.Label(damage) : view.Label(drift.Kind));
}
