using CoreSync.Application;
using Microsoft.Extensions.Logging;

namespace CoreSync.Hosting;

/// <summary>Log messages of the hosts.</summary>
internal static partial class HostLog
{
    [LoggerMessage(CoreSyncEventId.HostStarting, LogLevel.Information, "CoreSync {Version} serves core {Core} ({CoreId}) from {DataDirectory} on {Address}")]
    public static partial void HostStarting(ILogger logger, string version, string core, string coreId, string dataDirectory, string address);

    [LoggerMessage(CoreSyncEventId.HostStopped, LogLevel.Information, "CoreSync serves core {Core} no longer")]
    public static partial void HostStopped(ILogger logger, string core);

    [LoggerMessage(CoreSyncEventId.OldRuntime, LogLevel.Warning, "The .NET runtime {Found} is older than {Wanted}: security fixes of TLS and HTTP are missing; update it")]
    public static partial void OldRuntime(ILogger logger, Version found, Version wanted);
}
