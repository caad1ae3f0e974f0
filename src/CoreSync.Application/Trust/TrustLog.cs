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

    [LoggerMessage(CoreSyncEventId.ClientWaits, LogLevel.Warning, "Certificate {Fingerprint} of core {Fqdn}, which signs in as {Account}, waits for a person", EventName = nameof(CoreSyncEventId.ClientWaits))]
    public static partial void ClientWaits(ILogger logger, string fingerprint, string fqdn, string account);

    [LoggerMessage(CoreSyncEventId.ClientEnrolled, LogLevel.Information, "{Actor} enrolled core {Fqdn} with certificate {Fingerprint} for account {Account}", EventName = nameof(CoreSyncEventId.ClientEnrolled))]
    public static partial void ClientEnrolled(ILogger logger, string actor, string fqdn, string fingerprint, string account);

    [LoggerMessage(CoreSyncEventId.ClientRemoved, LogLevel.Information, "{Actor} removed the enrolment of core {Fqdn}", EventName = nameof(CoreSyncEventId.ClientRemoved))]
    public static partial void ClientRemoved(ILogger logger, string actor, string fqdn);

    [LoggerMessage(CoreSyncEventId.ClientChanged, LogLevel.Error, "The certificate of enrolled core {Fqdn} changed: presented {Fingerprint}, enrolled was {PreviousFingerprint}; it is refused until a person decides", EventName = nameof(CoreSyncEventId.ClientChanged))]
    public static partial void ClientChanged(ILogger logger, string fqdn, string fingerprint, string previousFingerprint);

    [LoggerMessage(CoreSyncEventId.ClientInvalid, LogLevel.Error, "The enrolled certificate {Fingerprint} of core {Fqdn} has new problems: {Problems}; it is refused until a person decides", EventName = nameof(CoreSyncEventId.ClientInvalid))]
    public static partial void ClientInvalid(ILogger logger, string fingerprint, string fqdn, string problems);

    [LoggerMessage(CoreSyncEventId.ClientRefused, LogLevel.Warning, "Sign-in of {Account} for core {ServerId} from {RemoteAddress} with certificate {Fingerprint} refused: {Reason}", EventName = nameof(CoreSyncEventId.ClientRefused))]
    public static partial void ClientRefused(ILogger logger, string account, string serverId, string remoteAddress, string fingerprint, string reason);

    [LoggerMessage(CoreSyncEventId.NextAnnounced, LogLevel.Warning, "Trusted core {Fqdn} announced its next certificate {Fingerprint}; it waits for approval; problems: {Problems}", EventName = nameof(CoreSyncEventId.NextAnnounced))]
    public static partial void NextAnnounced(ILogger logger, string fqdn, string fingerprint, string problems);

    [LoggerMessage(CoreSyncEventId.NextApproved, LogLevel.Information, "{Actor} approved the next certificate {Fingerprint} of core {Fqdn}", EventName = nameof(CoreSyncEventId.NextApproved))]
    public static partial void NextApproved(ILogger logger, string actor, string fingerprint, string fqdn);

    [LoggerMessage(CoreSyncEventId.CertificateSwitched, LogLevel.Information, "Core {Fqdn} switched to its announced certificate {Fingerprint}; before it was {PreviousFingerprint}", EventName = nameof(CoreSyncEventId.CertificateSwitched))]
    public static partial void CertificateSwitched(ILogger logger, string fqdn, string fingerprint, string previousFingerprint);

    [LoggerMessage(CoreSyncEventId.AnnouncementRefused, LogLevel.Warning, "An announcement of core {Fqdn} of certificate {Fingerprint} was not taken: {Reason}", EventName = nameof(CoreSyncEventId.AnnouncementRefused))]
    public static partial void AnnouncementRefused(ILogger logger, string fqdn, string fingerprint, string reason);

    [LoggerMessage(CoreSyncEventId.AnnouncementWithdrawn, LogLevel.Information, "Core {Fqdn} announces certificate {Fingerprint} no longer", EventName = nameof(CoreSyncEventId.AnnouncementWithdrawn))]
    public static partial void AnnouncementWithdrawn(ILogger logger, string fqdn, string fingerprint);

    [LoggerMessage(CoreSyncEventId.TrustedByChain, LogLevel.Information, "Core {Fqdn} is trusted by the chain of certificate {Fingerprint}, issued by {Issuer}", EventName = nameof(CoreSyncEventId.TrustedByChain))]
    public static partial void TrustedByChain(ILogger logger, string fqdn, string fingerprint, string issuer);

    [LoggerMessage(CoreSyncEventId.TrustModeChosen, LogLevel.Information, "{Actor} chose trust mode {TrustMode} for core {Fqdn}", EventName = nameof(CoreSyncEventId.TrustModeChosen))]
    public static partial void TrustModeChosen(ILogger logger, string actor, string trustMode, string fqdn);

    [LoggerMessage(CoreSyncEventId.CertificateExpiresSoon, LogLevel.Warning, "Certificate {Fingerprint} of core {Fqdn} ends in {DaysLeft} days, at {NotAfter:u}", EventName = nameof(CoreSyncEventId.CertificateExpiresSoon))]
    public static partial void CertificateExpiresSoon(ILogger logger, string fingerprint, string fqdn, int daysLeft, DateTimeOffset notAfter);

    [LoggerMessage(CoreSyncEventId.CertificateExpired, LogLevel.Error, "Certificate {Fingerprint} of core {Fqdn} ended at {NotAfter:u}", EventName = nameof(CoreSyncEventId.CertificateExpired))]
    public static partial void CertificateExpired(ILogger logger, string fingerprint, string fqdn, DateTimeOffset notAfter);

    [LoggerMessage(CoreSyncEventId.ExpiryNotLookedAt, LogLevel.Warning, "The ends of certificates could not be looked at: {Reason}", EventName = nameof(CoreSyncEventId.ExpiryNotLookedAt))]
    public static partial void ExpiryNotLookedAt(ILogger logger, string reason);
}
