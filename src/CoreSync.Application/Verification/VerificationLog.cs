using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Verification;

internal static partial class VerificationLog
{
    [LoggerMessage(CoreSyncEventId.PastDoubted, LogLevel.Information, "Component {Component} is compared with {Fqdn}: {Reason}", EventName = nameof(CoreSyncEventId.PastDoubted))]
    public static partial void Doubted(ILogger logger, string component, string fqdn, string reason);

    [LoggerMessage(CoreSyncEventId.StoreRestored, LogLevel.Warning, "{Fqdn} has seen epoch {Highest} of this core, this store began with {Epoch}: it was restored from a copy. Every component of every target is compared", EventName = nameof(CoreSyncEventId.StoreRestored))]
    public static partial void StoreRestored(ILogger logger, string fqdn, long epoch, long highest);

    [LoggerMessage(CoreSyncEventId.CoreDuplicated, LogLevel.Error, "Another copy of this core writes to {Fqdn} with epoch {Highest}, this one has {Epoch}: this one stops writing there until a person decides", EventName = nameof(CoreSyncEventId.CoreDuplicated))]
    public static partial void CoreDuplicated(ILogger logger, string fqdn, long epoch, long highest);

    [LoggerMessage(CoreSyncEventId.Reconciled, LogLevel.Information, "Compared {Component} with {Fqdn} ({Reason}): {Offered} sent again, {Raised} raised above the target, {Released} released there, {Left} left", EventName = nameof(CoreSyncEventId.Reconciled))]
    public static partial void Reconciled(ILogger logger, string component, string fqdn, string reason, int offered, int raised, int released, int left);

    [LoggerMessage(CoreSyncEventId.TombstonesPurged, LogLevel.Information, "Removed {Items} tombstones that every target has passed", EventName = nameof(CoreSyncEventId.TombstonesPurged))]
    public static partial void TombstonesPurged(ILogger logger, int items);

    [LoggerMessage(CoreSyncEventId.FilesDamaged, LogLevel.Warning, "{Items} received files of {Component} are gone or older than what was received; their source puts them right at the next contact", EventName = nameof(CoreSyncEventId.FilesDamaged))]
    public static partial void FilesDamaged(ILogger logger, int items, string component);

    [LoggerMessage(CoreSyncEventId.DigestsCounted, LogLevel.Information, "Counted the digests of all items", EventName = nameof(CoreSyncEventId.DigestsCounted))]
    public static partial void DigestsCounted(ILogger logger);

    [LoggerMessage(CoreSyncEventId.UpkeepFailed, LogLevel.Warning, "Upkeep failed and is tried again later: {Reason}", EventName = nameof(CoreSyncEventId.UpkeepFailed))]
    public static partial void UpkeepFailed(ILogger logger, string reason);
}
