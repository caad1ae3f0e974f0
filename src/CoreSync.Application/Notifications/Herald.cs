using System.Globalization;
using CoreSync.Application.Cores;
using CoreSync.Application.Health;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Settings;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Notifications;

/// <summary>
/// Tells people once when something begins that needs them, and once when it is over (O5), never of each attempt between:
/// <code>
///   1  compare   what the report finds with what people were told and is not over
///   2  record    what began and what is over, and queue a notification for every channel, in one transaction
///   3  deliver   what is due; what cannot be handed over waits with growing pauses, also across restarts
/// </code>
/// Without a channel nothing is recorded: the first that is set up is told what is wrong then.
/// </summary>
internal sealed class Herald(
    IEnumerable<INotificationChannel> channels, INotificationStore store, ISettingStore settings, ILocalCore local, IRandomSource random, TimeProvider time, ILogger<Herald> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(3);

    // What was missing in one look may be there in the next: only what two of them miss is over.
    private HashSet<string> missed = [];

    public async Task TellAsync(HealthReport report, CancellationToken cancellationToken)
    {
        var ready = new List<INotificationChannel>();
        foreach (var channel in channels)
        {
            if (await channel.IsSetUpAsync(cancellationToken).ConfigureAwait(false))
                ready.Add(channel);
        }

        // Step 1: compare.
        var told = await store.TroublesAsync(cancellationToken).ConfigureAwait(false);
        if (ready.Count == 0)
        {
            if (told.Count > 0)
                await store.RecordAsync([], told, [], cancellationToken).ConfigureAwait(false);
            return;
        }

        var now = time.GetUtcNow();
        var found = report.Findings.Where(finding => finding.Severity != HealthSeverity.Notice).ToDictionary(finding => finding.Key);
        var known = told.Select(trouble => trouble.Key).ToHashSet();
        var began = found.Values.Where(finding => !known.Contains(finding.Key)).ToList();
        var over = Over(report, told, found);

        // Step 2: record.
        if (began.Count + over.Count > 0)
        {
            var culture = await settings.IsFrenchAsync(cancellationToken).ConfigureAwait(false) ? CultureInfo.GetCultureInfo("fr") : CultureInfo.InvariantCulture;
            var news = began.Select(finding => Began(finding, culture, now)).Concat(over.Select(trouble => Ended(trouble, culture, now))).ToList();
            await store.RecordAsync(
                [.. began.Select(finding => new Trouble(finding.Error.Code, finding.Subject, finding.Severity, now))], over,
                [.. news.SelectMany(one => ready.Where(channel => IsFor(channel, one)).Select(channel => (channel.Name, one)))], cancellationToken).ConfigureAwait(false);
        }

        // Step 3: deliver.
        await DeliverAsync(ready, cancellationToken).ConfigureAwait(false);
    }

    private List<Trouble> Over(HealthReport report, IReadOnlyList<Trouble> told, Dictionary<string, HealthFinding> found)
    {
        if (!report.IsComplete)
            return [];
        var missing = told.Where(trouble => !found.ContainsKey(trouble.Key)).ToList();
        var over = missing.Where(trouble => missed.Contains(trouble.Key)).ToList();
        missed = [.. missing.Select(trouble => trouble.Key)];
        return over;
    }

    // A channel that fails is not told through itself that it does.
    private static bool IsFor(INotificationChannel channel, Notification news) => !(news.Code == NotificationsWaitingError.StableCode && news.Subject == channel.Name);

    private Notification Began(HealthFinding finding, CultureInfo culture, DateTimeOffset now) => new(
        random.NewGuid(), NotificationKind.Failure, finding.Error.Code, finding.Subject, finding.Severity, finding.Error.MessageIn(culture), finding.Error.HintIn(culture), finding.Since ?? now, now);

    private Notification Ended(Trouble trouble, CultureInfo culture, DateTimeOffset now)
    {
        var subject = trouble.Subject.Length == 0 ? local.Current.Name.Display : trouble.Subject;
        var message = culture.TwoLetterISOLanguageName == "fr" ? $"C'est terminé pour {subject} : {trouble.Code}" : $"Over for {subject}: {trouble.Code}";
        return new Notification(random.NewGuid(), NotificationKind.Recovery, trouble.Code, trouble.Subject, trouble.Severity, message, "", trouble.Since, now);
    }

    private async Task DeliverAsync(List<INotificationChannel> ready, CancellationToken cancellationToken)
    {
        var queue = await store.QueueAsync(cancellationToken).ConfigureAwait(false);
        foreach (var channel in ready)
        {
            foreach (var queued in queue.Where(queued => queued.Channel == channel.Name && queued.NextAt <= time.GetUtcNow()))
            {
                // One that does not get through stands for the others: they wait for the next round, in their order.
                if (!await DeliverAsync(channel, queued, cancellationToken).ConfigureAwait(false))
                    break;
            }
        }

        // A channel that was taken away takes what it had with it.
        foreach (var queued in queue.Where(queued => ready.All(channel => channel.Name != queued.Channel)))
            await store.RemoveAsync(queued, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> DeliverAsync(INotificationChannel channel, QueuedNotification queued, CancellationToken cancellationToken)
    {
        var news = queued.Notification;
        var sent = await channel.SendAsync(news, local.Current.Name.Ascii, cancellationToken).ConfigureAwait(false);
        if (sent.IsSuccess)
        {
            await store.RemoveAsync(queued, cancellationToken).ConfigureAwait(false);
            HealthLog.NotificationSent(logger, news.Kind.ToString(), news.Code, news.Subject, channel.Name);
            return true;
        }

        var error = sent.FirstError();
        if (time.GetUtcNow() - news.At > GivenUpAfter)
        {
            await store.RemoveAsync(queued, cancellationToken).ConfigureAwait(false);
            HealthLog.NotificationGivenUp(logger, news.Code, news.Subject, channel.Name, error.Message);
            return false;
        }

        var pause = FirstPause * Math.Pow(2, Math.Min(queued.Attempts, 10));
        await store.DelayAsync(queued, time.GetUtcNow() + (pause < LongestPause ? pause : LongestPause), error.Message, cancellationToken).ConfigureAwait(false);
        if (queued.Attempts == 0)
            HealthLog.NotificationDelayed(logger, news.Code, news.Subject, channel.Name, error.Message);
        return false;
    }
}

internal static class NotificationLanguage
{
    public static async Task<bool> IsFrenchAsync(this ISettingStore settings, CancellationToken cancellationToken) =>
        await settings.ReadAsync(Setting.NotifyLanguage, cancellationToken).ConfigureAwait(false) == "fr";
}
