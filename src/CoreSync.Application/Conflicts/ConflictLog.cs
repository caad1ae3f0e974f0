using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Conflicts;

internal static partial class ConflictLog
{
    [LoggerMessage(CoreSyncEventId.ItemHeld, LogLevel.Warning, "Item {ItemId} of {Component} from core {Source} waits for a person: {Reason}", EventName = nameof(CoreSyncEventId.ItemHeld))]
    public static partial void ItemHeld(ILogger logger, string itemId, string component, string source, string reason);
}
