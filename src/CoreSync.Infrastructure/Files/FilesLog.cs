using CoreSync.Application;
using CoreSync.Items;
using Microsoft.Extensions.Logging;

namespace CoreSync.Infrastructure.Files;

/// <summary>Log messages of files components.</summary>
internal static partial class FilesLog
{
    [LoggerMessage(EventId = CoreSyncEventId.ScanFinished, Message = "Scanned component {Component}: {Files} files, {Added} added, {Changed} changed, {Renamed} renamed, {Deleted} deleted, {Problems} problems, {SkippedLinks} links skipped, {DurationMs} ms",
        EventName = nameof(CoreSyncEventId.ScanFinished))]
    public static partial void ScanFinished(
        ILogger logger, LogLevel level, ComponentName component, int files, int added, int changed, int renamed, int deleted, int problems, int skippedLinks, long durationMs);

    [LoggerMessage(CoreSyncEventId.ScanProblem, LogLevel.Warning, "Component {Component} cannot take {Count} paths, the first {Path}: {Reason}",
        EventName = nameof(CoreSyncEventId.ScanProblem))]
    public static partial void ScanProblem(ILogger logger, ComponentName component, int count, string path, string reason);

    [LoggerMessage(CoreSyncEventId.MassDeleteBraked, LogLevel.Error, "{Deletes} of {Total} items of component {Component} vanished at once; nothing is deleted until a person confirms",
        EventName = nameof(CoreSyncEventId.MassDeleteBraked))]
    public static partial void MassDeleteBraked(ILogger logger, ComponentName component, long deletes, long total);

    [LoggerMessage(CoreSyncEventId.WatcherFailed, LogLevel.Warning, "Component {Component} cannot be watched ({Reason}); changes are found by the periodic scan",
        EventName = nameof(CoreSyncEventId.WatcherFailed))]
    public static partial void WatcherFailed(ILogger logger, ComponentName component, string reason);

    [LoggerMessage(CoreSyncEventId.FileDisplaced, LogLevel.Warning, "Component {Component}: {Path} stood in the way of a received item and was moved to {Destination}",
        EventName = nameof(CoreSyncEventId.FileDisplaced))]
    public static partial void FileDisplaced(ILogger logger, ComponentName component, string path, string destination);
}
