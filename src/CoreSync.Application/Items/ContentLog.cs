using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Items;

internal static partial class ContentLog
{
    [LoggerMessage(CoreSyncEventId.ContentCollected, LogLevel.Information, "Removed {Count} contents with {Bytes} bytes that nothing needs, and {Leftovers} leftovers of interrupted writing")]
    public static partial void ContentCollected(ILogger logger, int count, long bytes, int leftovers);

    [LoggerMessage(CoreSyncEventId.ContentChecked, LogLevel.Information, "Read {Count} contents with {Bytes} bytes; all that is needed is here and sound")]
    public static partial void ContentChecked(ILogger logger, long count, long bytes);

    [LoggerMessage(CoreSyncEventId.ContentDamaged, LogLevel.Error, "{Count} contents of payloads are missing or damaged; see 'coresync db check'")]
    public static partial void ContentDamaged(ILogger logger, int count);

    [LoggerMessage(CoreSyncEventId.ContentUpkeepFailed, LogLevel.Warning, "The content store could not be looked after: {Code} {Message}; tried again in an hour")]
    public static partial void ContentUpkeepFailed(ILogger logger, string code, string message);
}
