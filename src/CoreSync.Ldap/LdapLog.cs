using CoreSync.Application;
using Microsoft.Extensions.Logging;

namespace CoreSync.Ldap;

internal static partial class LdapLog
{
    [LoggerMessage(CoreSyncEventId.DirectoryUnavailable, LogLevel.Error, "The account directory cannot be asked, its accounts cannot sign in: {Reason}", EventName = nameof(CoreSyncEventId.DirectoryUnavailable))]
    public static partial void DirectoryUnavailable(ILogger logger, string reason);

    [LoggerMessage(CoreSyncEventId.DirectoryAnswers, LogLevel.Information, "The account directory {Server} answers again", EventName = nameof(CoreSyncEventId.DirectoryAnswers))]
    public static partial void DirectoryAnswers(ILogger logger, string server);

    [LoggerMessage(CoreSyncEventId.DirectoryEntryUnusable, LogLevel.Warning, "The account directory finds {Entries} entries for {Account}, or none with a name that an account may have", EventName = nameof(CoreSyncEventId.DirectoryEntryUnusable))]
    public static partial void DirectoryEntryUnusable(ILogger logger, int entries, string account);

    [LoggerMessage(CoreSyncEventId.DirectoryGroupsBounded, LogLevel.Warning, "Account {Account} belongs to more groups than the {Groups} that were looked at, or to more deeply nested ones", EventName = nameof(CoreSyncEventId.DirectoryGroupsBounded))]
    public static partial void DirectoryGroupsBounded(ILogger logger, string account, int groups);
}
