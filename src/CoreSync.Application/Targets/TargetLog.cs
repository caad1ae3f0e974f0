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
}
