using CoreSync.Application.Health;
using CoreSync.Errors;

namespace CoreSync.Application.Notifications;

/// <summary>Notices channels through which nothing gets.</summary>
internal sealed class NotificationHealth(INotificationStore store) : IHealthProbe
{
    private const int FewAttempts = 3;

    public HealthArea Area => HealthArea.Core;

    public async Task LookAsync(HealthNotes notes, CancellationToken cancellationToken)
    {
        foreach (var channel in (await store.QueueAsync(cancellationToken).ConfigureAwait(false)).GroupBy(queued => queued.Channel))
        {
            if (channel.Any(queued => queued.Attempts >= FewAttempts))
            {
                notes.Find(Area, HealthSeverity.Warning, new NotificationsWaitingError(channel.Count(), channel.Key, channel.First(queued => queued.LastError is not null).LastError!),
                    channel.Min(queued => queued.Notification.At), channel.Key);
            }
        }
    }
}
