using CoreSync.Accounts;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Accounts;

internal static partial class AccountLog
{
    [LoggerMessage(CoreSyncEventId.AccountChanged, LogLevel.Information, "{Actor} changed account {Account}: {Change}", EventName = nameof(CoreSyncEventId.AccountChanged))]
    public static partial void AccountChanged(ILogger logger, string actor, string account, string change);

    [LoggerMessage(CoreSyncEventId.DirectoryGroupChanged, LogLevel.Information, "{Actor} changed the rights of group {Group} of the account directory: {Change}", EventName = nameof(CoreSyncEventId.DirectoryGroupChanged))]
    public static partial void DirectoryGroupChanged(ILogger logger, string actor, string group, string change);

    [LoggerMessage(CoreSyncEventId.CredentialChanged, LogLevel.Information, "{Actor} changed the credential of {Scope}: {Change}", EventName = nameof(CoreSyncEventId.CredentialChanged))]
    public static partial void CredentialChanged(ILogger logger, string actor, string scope, string change);

    [LoggerMessage(CoreSyncEventId.AdminSignedIn, LogLevel.Information, "{Account} signed in from {RemoteAddress} ({Kind})")]
    public static partial void AdminSignedIn(ILogger logger, string account, string remoteAddress, AdminSessionKind kind);

    [LoggerMessage(
        CoreSyncEventId.AdminPersonSignedIn, LogLevel.Information, "{Account} signed in from {RemoteAddress} through the identity provider, which knows them as {Subject}, with the rights {Rights}",
        EventName = nameof(CoreSyncEventId.AdminPersonSignedIn))]
    public static partial void AdminPersonSignedIn(ILogger logger, string account, string subject, string remoteAddress, Rights rights);

    [LoggerMessage(CoreSyncEventId.AdminSignedOut, LogLevel.Information, "{Account} signed out ({Kind})")]
    public static partial void AdminSignedOut(ILogger logger, string account, AdminSessionKind kind);

    [LoggerMessage(CoreSyncEventId.AdminSignInRefused, LogLevel.Warning, "Sign-in of {Account} at the admin API from {RemoteAddress} refused")]
    public static partial void AdminSignInRefused(ILogger logger, string account, string remoteAddress);

    [LoggerMessage(CoreSyncEventId.AdminSignInThrottled, LogLevel.Warning, "Sign-in of {Account} at the admin API from {RemoteAddress} slowed for {DelaySeconds} s")]
    public static partial void AdminSignInThrottled(ILogger logger, string account, string remoteAddress, int delaySeconds);
}
