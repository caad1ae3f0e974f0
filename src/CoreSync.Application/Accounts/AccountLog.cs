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
}
