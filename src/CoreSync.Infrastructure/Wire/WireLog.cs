using CoreSync.Accounts;
using CoreSync.Application;
using Microsoft.Extensions.Logging;

namespace CoreSync.Infrastructure.Wire;

internal static partial class WireLog
{
    [LoggerMessage(CoreSyncEventId.SignInRefused, LogLevel.Warning, "Sign-in of {Account} from {RemoteAddress} refused")]
    public static partial void SignInRefused(ILogger logger, string account, string remoteAddress);

    [LoggerMessage(CoreSyncEventId.SignInThrottled, LogLevel.Warning, "Sign-in of {Account} from {RemoteAddress} slowed for {DelaySeconds} s")]
    public static partial void SignInThrottled(ILogger logger, string account, string remoteAddress, int delaySeconds);

    [LoggerMessage(CoreSyncEventId.RightsMissing, LogLevel.Warning, "Account {Account} lacks the right {Right} on {Scope}")]
    public static partial void RightsMissing(ILogger logger, string account, Rights right, string scope);

    [LoggerMessage(CoreSyncEventId.TaskHandlerError, LogLevel.Error, "Task handler error: {Reason}. {Cure}")]
    public static partial void TaskHandlerError(ILogger logger, string reason, string cure);

    [LoggerMessage(CoreSyncEventId.RequestFailed, LogLevel.Error, "Request {Method} {Endpoint} of another core failed by a fault of this one")]
    public static partial void RequestFailed(ILogger logger, string method, string endpoint, Exception exception);
}
