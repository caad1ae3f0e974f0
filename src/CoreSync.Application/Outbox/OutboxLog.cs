using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Outbox;

internal static partial class OutboxLog
{
    [LoggerMessage(CoreSyncEventId.OutboxTaken, LogLevel.Debug, "Took {BatchItems} writes of the product over into the catalogue, refused {Exceptions}", EventName = nameof(CoreSyncEventId.OutboxTaken))]
    public static partial void OutboxTaken(ILogger logger, int batchItems, int exceptions);

    [LoggerMessage(CoreSyncEventId.OutboxRefused, LogLevel.Error, "The catalogue refused what the product wrote about item {ItemId}: {Code}: {Reason}", EventName = nameof(CoreSyncEventId.OutboxRefused))]
    public static partial void OutboxRefused(ILogger logger, string itemId, string code, string reason);

    [LoggerMessage(CoreSyncEventId.OutboxUnavailable, LogLevel.Warning, "The outbox in the product's database cannot be read; trying again every {DurationMs} ms", EventName = nameof(CoreSyncEventId.OutboxUnavailable))]
    public static partial void OutboxUnavailable(ILogger logger, long durationMs, Exception exception);
}
