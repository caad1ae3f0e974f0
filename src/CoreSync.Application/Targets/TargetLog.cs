using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Targets;

internal static partial class TargetLog
{
    [LoggerMessage(CoreSyncEventId.TargetAdded, LogLevel.Information, "{Actor} added target core {Fqdn}", EventName = nameof(CoreSyncEventId.TargetAdded))]
    public static partial void TargetAdded(ILogger logger, string actor, string fqdn);

    [LoggerMessage(CoreSyncEventId.TargetRemoved, LogLevel.Information, "{Actor} removed target core {Fqdn}", EventName = nameof(CoreSyncEventId.TargetRemoved))]
    public static partial void TargetRemoved(ILogger logger, string actor, string fqdn);

    [LoggerMessage(CoreSyncEventId.TargetEnabled, LogLevel.Information, "{Actor} switched synchronisation with {Fqdn} on", EventName = nameof(CoreSyncEventId.TargetEnabled))]
    public static partial void TargetEnabled(ILogger logger, string actor, string fqdn);

    [LoggerMessage(CoreSyncEventId.TargetDisabled, LogLevel.Information, "{Actor} switched synchronisation with {Fqdn} off", EventName = nameof(CoreSyncEventId.TargetDisabled))]
    public static partial void TargetDisabled(ILogger logger, string actor, string fqdn);

    [LoggerMessage(CoreSyncEventId.TargetEdited, LogLevel.Information, "{Actor} edited target core {Fqdn}", EventName = nameof(CoreSyncEventId.TargetEdited))]
    public static partial void TargetEdited(ILogger logger, string actor, string fqdn);

    [LoggerMessage(CoreSyncEventId.TargetPaused, LogLevel.Information, "{Actor} paused synchronisation with {Fqdn} until {Until}", EventName = nameof(CoreSyncEventId.TargetPaused))]
    public static partial void TargetPaused(ILogger logger, string actor, string fqdn, string until);

    [LoggerMessage(CoreSyncEventId.TargetResumed, LogLevel.Information, "{Actor} resumed synchronisation with {Fqdn}", EventName = nameof(CoreSyncEventId.TargetResumed))]
    public static partial void TargetResumed(ILogger logger, string actor, string fqdn);
}
