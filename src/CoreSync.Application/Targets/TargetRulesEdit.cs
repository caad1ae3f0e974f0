using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using FluentResults;

namespace CoreSync.Application.Targets;

/// <summary>What a person wants to change about when, what and how fast a target is synchronised; null leaves a value (J8, J9).</summary>
/// <param name="Every">An interval such as <c>15m</c>; <c>default</c> for that of the setting. Takes the place of a cron expression.</param>
/// <param name="Cron">A cron expression; <c>none</c> goes back to the interval.</param>
/// <param name="OnChange">Send changes as they come: <c>on</c>, <c>off</c>, or <c>default</c> (on unless there is a cron expression).</param>
/// <param name="Windows">Synchronise only in these windows; <c>always</c> alone takes them away.</param>
/// <param name="Blackouts">Never synchronise in these; <c>none</c> alone takes them away.</param>
/// <param name="Components">The components that go there; <c>all</c> alone for all.</param>
/// <param name="KilobytesPerSecond">The most that is sent there, in units of 1000 bytes; 0 for no limit of its own.</param>
public sealed record TargetRulesEdit(
    string? Every = null, string? Cron = null, string? OnChange = null, IReadOnlyList<string>? Windows = null, IReadOnlyList<string>? Blackouts = null,
    IReadOnlyList<string>? Components = null, int? KilobytesPerSecond = null);

/// <summary>Applies a <see cref="TargetRulesEdit"/>.</summary>
internal sealed class TargetRulesEditor(IScheduleClock clock, IComponentStore components)
{
    /// <returns>The new rules. Fails with <see cref="ScheduleInvalidError"/>, <see cref="ComponentNotFoundError"/>, <see cref="ComponentNameInvalidError"/> or <see cref="UsageInvalidError"/>, all faults at once.</returns>
    public async Task<Result<TargetRules>> ApplyAsync(TargetRules rules, TargetRulesEdit edit, CancellationToken cancellationToken)
    {
        var every = ParseEvery(edit);
        var cron = edit.Cron is null || Is(edit.Cron, "none") ? Result.Ok() : clock.CheckCron(edit.Cron.Trim());
        var onChange = ParseOnChange(edit.OnChange, rules.Schedule.OnChange);
        var windows = ParseWindows(edit.Windows, "always", rules.Schedule.Windows);
        var blackouts = ParseWindows(edit.Blackouts, "none", rules.Schedule.Blackouts);
        var sent = await ParseComponentsAsync(edit.Components, rules.Components, cancellationToken).ConfigureAwait(false);
        var limit = edit.KilobytesPerSecond is < 0 or > TargetRules.MaxKilobytesPerSecond
            ? Result.Fail(new UsageInvalidError($"A limit is 0 for none, or up to {TargetRules.MaxKilobytesPerSecond} kilobytes per second"))
            : Result.Ok();
        var faults = Result.Merge(every.ToResult(), cron, onChange.ToResult(), windows.ToResult(), blackouts.ToResult(), sent.ToResult(), limit);
        if (faults.IsFailed)
            return faults;

        var schedule = rules.Schedule with { OnChange = onChange.Value, Windows = windows.Value, Blackouts = blackouts.Value };
        if (edit.Every is not null)
            schedule = schedule with { Every = every.Value, Cron = null };
        if (edit.Cron is { } text)
            schedule = schedule with { Cron = Is(text, "none") ? null : text.Trim() };
        return rules with { Schedule = schedule, Components = sent.Value, KilobytesPerSecond = edit.KilobytesPerSecond ?? rules.KilobytesPerSecond };
    }

    private static Result<TimeSpan?> ParseEvery(TargetRulesEdit edit)
    {
        if (edit.Every is null || Is(edit.Every, "default"))
            return Result.Ok<TimeSpan?>(null);
        if (edit.Cron is not null && !Is(edit.Cron, "none"))
            return Result.Fail(new ScheduleInvalidError(edit.Cron, "a target has either an interval or a cron expression"));
        return DurationText.Parse(edit.Every).Map(every => (TimeSpan?)every);
    }

    private static Result<bool?> ParseOnChange(string? text, bool? now) => text switch
    {
        null => now,
        _ when Is(text, "default") => Result.Ok<bool?>(null),
        _ when Is(text, "on") => Result.Ok<bool?>(true),
        _ when Is(text, "off") => Result.Ok<bool?>(false),
        _ => Result.Fail(new ScheduleInvalidError(text, "on, off or default")),
    };

    private static Result<IReadOnlyList<TimeWindow>> ParseWindows(IReadOnlyList<string>? texts, string nothing, IReadOnlyList<TimeWindow> now)
    {
        if (texts is null)
            return Result.Ok(now);
        if (texts is [var only] && Is(only, nothing))
            return Result.Ok<IReadOnlyList<TimeWindow>>([]);
        var parsed = texts.Select(TimeWindow.Parse).ToList();
        var faults = Result.Merge([.. parsed.Select(one => one.ToResult())]);
        return faults.IsFailed ? faults : Result.Ok<IReadOnlyList<TimeWindow>>([.. parsed.Select(one => one.Value)]);
    }

    private async Task<Result<IReadOnlyList<ComponentName>>> ParseComponentsAsync(
        IReadOnlyList<string>? names, IReadOnlyList<ComponentName> now, CancellationToken cancellationToken)
    {
        if (names is null)
            return Result.Ok(now);
        if (names is [var only] && Is(only, "all"))
            return Result.Ok<IReadOnlyList<ComponentName>>([]);
        var found = new List<ComponentName>();
        foreach (var name in names)
        {
            var component = await components.FindAsync(name, cancellationToken).ConfigureAwait(false);
            if (component.IsFailed)
                return component.ToResult();
            if (!found.Contains(component.Value.Name))
                found.Add(component.Value.Name);
        }

        return found.Count == 0 ? Result.Fail(new UsageInvalidError("Name at least one component, or 'all'")) : found;
    }

    private static bool Is(string text, string word) => string.Equals(text.Trim(), word, StringComparison.OrdinalIgnoreCase);
}
