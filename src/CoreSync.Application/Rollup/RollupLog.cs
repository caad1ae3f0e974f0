using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Rollup;

internal static partial class RollupLog
{
    [LoggerMessage(CoreSyncEventId.ReaderForgotten, LogLevel.Information, "{Actor} forgot the rollup core {Fqdn}; deletes no longer wait for it", EventName = nameof(CoreSyncEventId.ReaderForgotten))]
    public static partial void ReaderForgotten(ILogger logger, string actor, string fqdn);
}
