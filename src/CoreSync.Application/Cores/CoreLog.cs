using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Cores;

internal static partial class CoreLog
{
    [LoggerMessage(CoreSyncEventId.OwnCertificateSourceChanged, LogLevel.Information, "{Actor} chose {Source} ({Place}) as the own certificate: {Fingerprint}", EventName = nameof(CoreSyncEventId.OwnCertificateSourceChanged))]
    public static partial void OwnCertificateSourceChanged(ILogger logger, string actor, string source, string place, string fingerprint);

    [LoggerMessage(CoreSyncEventId.OwnNextAnnounced, LogLevel.Information, "{Actor} changed the announcement of the next certificate: {Change}", EventName = nameof(CoreSyncEventId.OwnNextAnnounced))]
    public static partial void OwnNextAnnounced(ILogger logger, string actor, string change);
}
