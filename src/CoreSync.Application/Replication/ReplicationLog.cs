using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Replication;

internal static partial class ReplicationLog
{
    [LoggerMessage(CoreSyncEventId.BatchSent, LogLevel.Debug, "Sent {BatchItems} changes of {Component} up to sequence {Sequence}: applied {Applied}, skipped {Skipped}, exceptions {Exceptions}", EventName = nameof(CoreSyncEventId.BatchSent))]
    public static partial void BatchSent(ILogger logger, int batchItems, string component, long sequence, int applied, int skipped, int exceptions);

    [LoggerMessage(CoreSyncEventId.BatchReceived, LogLevel.Debug, "Received {BatchItems} changes of {Component} from core {Source}: applied {Applied}, skipped {Skipped}, exceptions {Exceptions}", EventName = nameof(CoreSyncEventId.BatchReceived))]
    public static partial void BatchReceived(ILogger logger, int batchItems, string component, string source, int applied, int skipped, int exceptions);

    [LoggerMessage(CoreSyncEventId.ItemRejected, LogLevel.Warning, "Refused item {ItemId} of {Component} from core {Source}: {Code}: {Reason}", EventName = nameof(CoreSyncEventId.ItemRejected))]
    public static partial void ItemRejected(ILogger logger, string itemId, string component, string source, string code, string reason);

    [LoggerMessage(CoreSyncEventId.StaleWriterRefused, LogLevel.Error, "Core {Source} wrote with epoch {Epoch}, a newer writer is known; refused", EventName = nameof(CoreSyncEventId.StaleWriterRefused))]
    public static partial void StaleWriterRefused(ILogger logger, string source, long epoch);

    [LoggerMessage(CoreSyncEventId.InboxRecovered, LogLevel.Information, "Applied {Items} changes that were received before the last stop", EventName = nameof(CoreSyncEventId.InboxRecovered))]
    public static partial void InboxRecovered(ILogger logger, int items);
}
