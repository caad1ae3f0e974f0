using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Items;

internal static partial class ContentLog
{
    [LoggerMessage(CoreSyncEventId.ContentCollected, LogLevel.Information, "Removed {Contents} contents with {Bytes} bytes that nothing needs, and {Leftovers} leftovers of interrupted writing")]
    public static partial void ContentCollected(ILogger logger, int contents, long bytes, int leftovers);

    [LoggerMessage(CoreSyncEventId.ContentChecked, LogLevel.Information, "Read {Contents} contents with {Bytes} bytes; all that is needed is here and sound")]
    public static partial void ContentChecked(ILogger logger, long contents, long bytes);

    [LoggerMessage(CoreSyncEventId.ContentDamaged, LogLevel.Error, "{Contents} contents of payloads are missing or damaged; see 'coresync db check'")]
    public static partial void ContentDamaged(ILogger logger, int contents);

    [LoggerMessage(CoreSyncEventId.ContentUpkeepFailed, LogLevel.Warning, "The content store could not be looked after: {Code} {Message}; tried again in an hour")]
    public static partial void ContentUpkeepFailed(ILogger logger, string code, string message);
}
