using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Health;

internal static partial class HealthLog
{
    [LoggerMessage(CoreSyncEventId.NotificationSent, LogLevel.Information, "Notification of {Kind} {Code} {Subject} was taken by {Channel}", EventName = nameof(CoreSyncEventId.NotificationSent))]
    public static partial void NotificationSent(ILogger logger, string kind, string code, string subject, string channel);

    [LoggerMessage(CoreSyncEventId.NotificationDelayed, LogLevel.Warning, "Notification of {Code} {Subject} was not taken by {Channel} and is sent again: {Reason}", EventName = nameof(CoreSyncEventId.NotificationDelayed))]
    public static partial void NotificationDelayed(ILogger logger, string code, string subject, string channel, string reason);

    [LoggerMessage(CoreSyncEventId.NotificationGivenUp, LogLevel.Error, "Notification of {Code} {Subject} was not taken by {Channel} for days and is given up: {Reason}", EventName = nameof(CoreSyncEventId.NotificationGivenUp))]
    public static partial void NotificationGivenUp(ILogger logger, string code, string subject, string channel, string reason);

    [LoggerMessage(CoreSyncEventId.HealthNotLookedAt, LogLevel.Warning, "The health of this core could not be looked at: {Code}: {Reason}", EventName = nameof(CoreSyncEventId.HealthNotLookedAt))]
    public static partial void NotLookedAt(ILogger logger, string code, string reason);
}
