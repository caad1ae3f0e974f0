using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Items;

internal static partial class ItemLog
{
    [LoggerMessage(CoreSyncEventId.ComponentFailed, LogLevel.Error, "The product behind {Component} failed on item {ItemId} and {BatchItems} in all; they are sent again", EventName = nameof(CoreSyncEventId.ComponentFailed))]
    public static partial void ComponentFailed(ILogger logger, string component, string itemId, int batchItems, Exception exception);

    [LoggerMessage(CoreSyncEventId.ComponentTooSlow, LogLevel.Error, "The product behind {Component} did not answer for {BatchItems} items within {DurationMs} ms; they are sent again", EventName = nameof(CoreSyncEventId.ComponentTooSlow))]
    public static partial void ComponentTooSlow(ILogger logger, string component, int batchItems, long durationMs);

    [LoggerMessage(CoreSyncEventId.ListFailed, LogLevel.Error, "The product behind {Component} could not list what it has; nothing is inferred", EventName = nameof(CoreSyncEventId.ListFailed))]
    public static partial void ListFailed(ILogger logger, string component, Exception exception);

    [LoggerMessage(CoreSyncEventId.ListBraked, LogLevel.Error, "{Deletes} of {Total} items of {Component} are no longer in the list of the product; nothing is deleted until a person confirms", EventName = nameof(CoreSyncEventId.ListBraked))]
    public static partial void ListBraked(ILogger logger, string component, long deletes, long total);
}
