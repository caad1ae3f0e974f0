using System.Collections.Concurrent;
using System.Globalization;
using CoreSync.Application.Settings;
using CoreSync.Jobs;
using CoreSync.Servers;
using CoreSync.Settings;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Jobs;

/// <summary>
/// Keeps the clock in step with the schedules of the targets, and watches it: a schedule that does not fire is logged, shown, and replaced by the watchdog's own fire (J8).
/// </summary>
internal sealed class TargetSchedules(IScheduleClock clock, IPaceStore paces, ISettingStore settings, TimeProvider time, ILogger<TargetSchedules> logger)
{
    private readonly ConcurrentQueue<TargetId> fired = new();
    private Dictionary<TargetId, FireRule> rules = [];
    private bool isFirst = true;

    /// <summary>Raised when there is something to look at.</summary>
    public event Action? Woken;

    /// <summary>Starts to listen to the clock.</summary>
    public void Start() => clock.Fired += OnFired;

    /// <summary>Stops the clock.</summary>
    public async Task StopAsync()
    {
        clock.Fired -= OnFired;
        rules = [];
        isFirst = true;
        await clock.SetAsync(rules, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Which targets' schedules fired since the last call.</summary>
    /// <param name="targets">All targets.</param>
    /// <param name="known">What is stored about them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlySet<TargetId>> CollectAsync(
        IReadOnlyList<CoreServer> targets, IReadOnlyDictionary<TargetId, TargetPace> known, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var interval = TimeSpan.FromSeconds(await settings.ReadNumberAsync(Setting.SyncInterval, cancellationToken).ConfigureAwait(false));
        var wanted = targets.Where(target => target.IsEnabled && !target.Rules.IsPaused(now)).ToDictionary(
            target => target.Id, target => new FireRule(target.Rules.Schedule.Every ?? interval, target.Rules.Schedule.Cron));
        var changed = wanted.Where(entry => rules.GetValueOrDefault(entry.Key) != entry.Value).Select(entry => entry.Key).ToHashSet();
        if (changed.Count > 0 || wanted.Count != rules.Count)
            await clock.SetAsync(wanted, cancellationToken).ConfigureAwait(false);

        var firing = new HashSet<TargetId>();
        while (fired.TryDequeue(out var target))
            firing.Add(target);
        firing.IntersectWith(wanted.Keys);

        var saved = new List<(TargetId, TargetPace)>();
        foreach (var target in targets.Where(target => wanted.ContainsKey(target.Id)))
        {
            var rule = wanted[target.Id];
            var pace = known.GetValueOrDefault(target.Id, TargetPace.None);
            var next = Watch(target, rule, pace, changed.Contains(target.Id), firing, now);
            if (next != pace)
                saved.Add((target.Id, next));
        }

        rules = wanted;
        isFirst = false;
        await paces.SaveFiresAsync(saved, cancellationToken).ConfigureAwait(false);
        return firing;
    }

    private TargetPace Watch(CoreServer target, FireRule rule, TargetPace pace, bool isNew, HashSet<TargetId> firing, DateTimeOffset now)
    {
        if (firing.Contains(target.Id))
            return pace with { FiredAt = now, ExpectedAt = clock.NextAfter(rule, now), MissedAt = null };
        // A new engine begins with a look at everything, so that only a cron expression can have been missed meanwhile.
        if (isNew && (!isFirst || rule.Cron is null))
            return pace with { ExpectedAt = clock.NextAfter(rule, now), MissedAt = null };
        if (pace.ExpectedAt is not { } expected)
            return pace with { ExpectedAt = clock.NextAfter(rule, now) };
        if (now <= expected + TargetPace.Grace(rule.Cron is null ? rule.Every : TimeSpan.FromMinutes(2)))
            return pace;

        JobLog.ScheduleMissed(logger, target.Address.Fqdn.Ascii, expected.ToString("u", CultureInfo.InvariantCulture));
        firing.Add(target.Id);
        return pace with { ExpectedAt = clock.NextAfter(rule, now), MissedAt = expected };
    }

    private void OnFired(TargetId target)
    {
        fired.Enqueue(target);
        Woken?.Invoke();
    }
}
