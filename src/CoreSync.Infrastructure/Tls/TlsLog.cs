using CoreSync.Application;
using Microsoft.Extensions.Logging;

namespace CoreSync.Infrastructure.Tls;

internal static partial class TlsLog
{
    [LoggerMessage(CoreSyncEventId.ConnectionCut, LogLevel.Warning, "Connection to {Fqdn} cut, its trust has ended: {ErrorCode}")]
    public static partial void ConnectionCut(ILogger logger, string fqdn, string errorCode);

    [LoggerMessage(CoreSyncEventId.Listening, LogLevel.Information, "Listening for other cores at {Address} with certificate {Fingerprint}")]
    public static partial void Listening(ILogger logger, string address, string fingerprint);

    [LoggerMessage(CoreSyncEventId.HandshakeRefused, LogLevel.Warning, "Handshake from {RemoteAddress} refused: {Reason}")]
    public static partial void HandshakeRefused(ILogger logger, string remoteAddress, string reason);

    [LoggerMessage(CoreSyncEventId.OwnCertificateCreated, LogLevel.Information, "Own certificate {Fingerprint} for {Fqdn} created, valid until {NotAfter:u}")]
    public static partial void OwnCertificateCreated(ILogger logger, string fingerprint, string fqdn, DateTimeOffset notAfter);

    [LoggerMessage(CoreSyncEventId.OwnCertificateLoaded, LogLevel.Information, "Own certificate {Fingerprint} loaded from {File}")]
    public static partial void OwnCertificateLoaded(ILogger logger, string fingerprint, string file);

    [LoggerMessage(CoreSyncEventId.OwnCertificateKept, LogLevel.Error, "The own certificate changed into one that cannot be used; {Fingerprint} stays in use: {Reason}")]
    public static partial void OwnCertificateKept(ILogger logger, string fingerprint, string reason);
}
