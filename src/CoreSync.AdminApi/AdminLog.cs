using CoreSync.Accounts;
using CoreSync.Application;
using Microsoft.Extensions.Logging;

namespace CoreSync.AdminApi;

internal static partial class AdminLog
{
    [LoggerMessage(CoreSyncEventId.AdminRightsMissing, LogLevel.Warning, "Account {Account} lacks the right {Right} for {Endpoint}", EventName = nameof(CoreSyncEventId.AdminRightsMissing))]
    public static partial void RightsMissing(ILogger logger, string account, Rights right, string endpoint);

    [LoggerMessage(
        CoreSyncEventId.AdminForgerySuspected, LogLevel.Warning, "Request from {RemoteAddress} to {Endpoint} came without the proof that a page of this core made it; refused",
        EventName = nameof(CoreSyncEventId.AdminForgerySuspected))]
    public static partial void ForgerySuspected(ILogger logger, string remoteAddress, string endpoint);

    [LoggerMessage(CoreSyncEventId.AdminRequestFailed, LogLevel.Error, "Request {Method} {Endpoint} failed by a fault of this core", EventName = nameof(CoreSyncEventId.AdminRequestFailed))]
    public static partial void RequestFailed(ILogger logger, string method, string endpoint, Exception exception);
}
