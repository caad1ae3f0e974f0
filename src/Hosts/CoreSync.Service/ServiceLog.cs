using CoreSync.Application;
using Microsoft.Extensions.Logging;

namespace CoreSync.Service;

/// <summary>Log messages of the service host.</summary>
internal static partial class ServiceLog
{
    [LoggerMessage(CoreSyncEventId.ServiceReloaded, LogLevel.Information, "Configuration of core {Core} was read anew; it presents certificate {Fingerprint}", EventName = nameof(CoreSyncEventId.ServiceReloaded))]
    public static partial void Reloaded(ILogger logger, string core, string fingerprint);

    [LoggerMessage(CoreSyncEventId.ConfigurationNotTaken, LogLevel.Error, "Configuration was not taken: {Key}: {Reason}", EventName = nameof(CoreSyncEventId.ConfigurationNotTaken))]
    public static partial void ConfigurationNotTaken(ILogger logger, string key, string reason);

    [LoggerMessage(CoreSyncEventId.RestartNeeded, LogLevel.Warning, "The configuration now says {DataDirectory} and {Address}; that takes a restart", EventName = nameof(CoreSyncEventId.RestartNeeded))]
    public static partial void RestartNeeded(ILogger logger, string dataDirectory, string address);

    [LoggerMessage(CoreSyncEventId.WatchdogWithheld, LogLevel.Error, "The engine has not moved for {Seconds} seconds; the service manager is told nothing more, so that it restarts this service", EventName = nameof(CoreSyncEventId.WatchdogWithheld))]
    public static partial void WatchdogWithheld(ILogger logger, int seconds);
}
