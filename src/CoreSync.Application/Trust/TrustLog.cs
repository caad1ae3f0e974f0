using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Trust;

internal static partial class TrustLog
{
    [LoggerMessage(CoreSyncEventId.CertificateChanged, LogLevel.Error, "The certificate of trusted core {Fqdn} changed: presented {Fingerprint}, trusted was {PreviousFingerprint}; synchronisation with it is blocked until a person trusts it again", EventName = nameof(CoreSyncEventId.CertificateChanged))]
    public static partial void CertificateChanged(ILogger logger, string fqdn, string fingerprint, string previousFingerprint);

    [LoggerMessage(CoreSyncEventId.ValidationFailed, LogLevel.Error, "The authorised certificate {Fingerprint} of core {Fqdn} has new problems: {Problems}; synchronisation with it is blocked until a person trusts it again", EventName = nameof(CoreSyncEventId.ValidationFailed))]
    public static partial void ValidationFailed(ILogger logger, string fqdn, string fingerprint, string problems);

    [LoggerMessage(CoreSyncEventId.ReviewRequested, LogLevel.Warning, "The certificate {Fingerprint} of core {Fqdn} waits for a person; problems: {Problems}", EventName = nameof(CoreSyncEventId.ReviewRequested))]
    public static partial void ReviewRequested(ILogger logger, string fqdn, string fingerprint, string problems);

    [LoggerMessage(CoreSyncEventId.TargetTrusted, LogLevel.Information, "{Actor} trusted core {Fqdn} with certificate {Fingerprint}; problems shown: {Problems}", EventName = nameof(CoreSyncEventId.TargetTrusted))]
    public static partial void TargetTrusted(ILogger logger, string actor, string fqdn, string fingerprint, string problems);

    [LoggerMessage(CoreSyncEventId.TargetDeclined, LogLevel.Information, "{Actor} declined the certificate of core {Fqdn}", EventName = nameof(CoreSyncEventId.TargetDeclined))]
    public static partial void TargetDeclined(ILogger logger, string actor, string fqdn);

    [LoggerMessage(CoreSyncEventId.TrustRemoved, LogLevel.Information, "{Actor} removed the trust in core {Fqdn}", EventName = nameof(CoreSyncEventId.TrustRemoved))]
    public static partial void TrustRemoved(ILogger logger, string actor, string fqdn);

    [LoggerMessage(CoreSyncEventId.AuthorisationRefused, LogLevel.Warning, "{Actor} tried to trust core {Fqdn} with fingerprint {Given}, but it presents {Presented}; nothing was authorised", EventName = nameof(CoreSyncEventId.AuthorisationRefused))]
    public static partial void AuthorisationRefused(ILogger logger, string actor, string fqdn, string given, string presented);

    [LoggerMessage(CoreSyncEventId.CertificateStoreDisagrees, LogLevel.Error, "Core {Fqdn} is recorded as trusted, but certificate {Fingerprint} is not in the certificate store {Store}", EventName = nameof(CoreSyncEventId.CertificateStoreDisagrees))]
    public static partial void CertificateStoreDisagrees(ILogger logger, string fqdn, string fingerprint, string store);

    [LoggerMessage(CoreSyncEventId.LeftoverCertificateRemoved, LogLevel.Warning, "Certificate {Fingerprint} in store {Store} belonged to no trusted core and was removed", EventName = nameof(CoreSyncEventId.LeftoverCertificateRemoved))]
    public static partial void LeftoverCertificateRemoved(ILogger logger, string fingerprint, string store);

    [LoggerMessage(CoreSyncEventId.CertificateExpiresSoon, LogLevel.Warning, "Certificate {Fingerprint} of core {Fqdn} ends in {DaysLeft} days, at {NotAfter:u}", EventName = nameof(CoreSyncEventId.CertificateExpiresSoon))]
    public static partial void CertificateExpiresSoon(ILogger logger, string fingerprint, string fqdn, int daysLeft, DateTimeOffset notAfter);

    [LoggerMessage(CoreSyncEventId.CertificateExpired, LogLevel.Error, "Certificate {Fingerprint} of core {Fqdn} ended at {NotAfter:u}", EventName = nameof(CoreSyncEventId.CertificateExpired))]
    public static partial void CertificateExpired(ILogger logger, string fingerprint, string fqdn, DateTimeOffset notAfter);

    [LoggerMessage(CoreSyncEventId.ExpiryNotLookedAt, LogLevel.Warning, "The ends of certificates could not be looked at: {Reason}", EventName = nameof(CoreSyncEventId.ExpiryNotLookedAt))]
    public static partial void ExpiryNotLookedAt(ILogger logger, string reason);
}
