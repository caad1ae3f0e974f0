using System.Diagnostics.Metrics;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Settings;
using FluentResults;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Items;

/// <summary>Refuses changes of read-only copies; logs and counts who tried when <c>apply.warn-read-only</c> is on (A4).</summary>
internal sealed class ReadOnlyAttempts(IReadOnlyAttemptStore store, ISettingStore settings, ICurrentActor acting, ILogger<ReadOnlyAttempts> logger) : IDisposable
{
    private readonly Meter meter = new("CoreSync");
    private Counter<long>? counter;

    /// <summary>The refusal.</summary>
    public async Task<Result<T>> RefuseAsync<T>(Item item, CancellationToken cancellationToken)
    {
        if (await settings.ReadAsync(Setting.WarnReadOnly, cancellationToken).ConfigureAwait(false) == "on")
        {
            var actor = acting.Actor;
            await store.CountAsync(item.Id, actor.Name, cancellationToken).ConfigureAwait(false);
            counter ??= meter.CreateCounter<long>("coresync.items.read_only_attempts", description: "Attempts to change items that are read-only here");
            counter.Add(1, new KeyValuePair<string, object?>("component", item.Component.Value));
            ItemLog.ReadOnlyAttempted(logger, item.Id.ToString(), item.Component.Value, actor.Name, actor.Origin);
        }

        return Result.Fail(new ItemReadOnlyError(item.Name, item.Origin.ToString()));
    }

    public void Dispose() => meter.Dispose();
}

/// <summary>Counts attempts to change items that are read-only here.</summary>
public interface IReadOnlyAttemptStore
{
    /// <summary>Adds one attempt.</summary>
    Task CountAsync(ItemId item, string by, CancellationToken cancellationToken);

    /// <summary>All attempts at items that are still read-only copies: how many, at how many items, and when the last was; null when there were none.</summary>
    Task<(long Attempts, int Items, DateTimeOffset LastAt)?> SumAsync(CancellationToken cancellationToken);
}

internal static partial class ItemLog
{
    [LoggerMessage(CoreSyncEventId.ReadOnlyAttempted, LogLevel.Warning, "{User} ({Origin}) tried to change item {ItemId} of {Component}, which is read-only here; refused", EventName = nameof(CoreSyncEventId.ReadOnlyAttempted))]
    public static partial void ReadOnlyAttempted(ILogger logger, string itemId, string component, string user, string origin);
}
