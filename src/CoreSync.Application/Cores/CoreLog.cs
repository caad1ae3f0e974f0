using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Cores;

internal static partial class CoreLog
{
    [LoggerMessage(CoreSyncEventId.OwnCertificateSourceChanged, LogLevel.Information, "{Actor} chose {Source} ({Place}) as the own certificate: {Fingerprint}", EventName = nameof(CoreSyncEventId.OwnCertificateSourceChanged))]
    public static partial void OwnCertificateSourceChanged(ILogger logger, string actor, string source, string place, string fingerprint);
}
