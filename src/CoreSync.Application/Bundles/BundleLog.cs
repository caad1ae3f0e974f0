using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Bundles;

internal static partial class BundleLog
{
    [LoggerMessage(CoreSyncEventId.BundleExported, LogLevel.Information, "Exported bundle {BundleId} with {Items} changes and {Bytes} bytes to {File}", EventName = nameof(CoreSyncEventId.BundleExported))]
    public static partial void BundleExported(ILogger logger, Guid bundleId, long items, long bytes, string file);

    [LoggerMessage(CoreSyncEventId.BundleImported, LogLevel.Information, "Imported bundle {BundleId} of core {Source}, {Mode}: applied {Applied}, skipped {Skipped}, exceptions {Exceptions}", EventName = nameof(CoreSyncEventId.BundleImported))]
    public static partial void BundleImported(ILogger logger, Guid bundleId, string source, string mode, long applied, long skipped, int exceptions);

    [LoggerMessage(CoreSyncEventId.BundleRefused, LogLevel.Warning, "Refused {File}, nothing imported: {Code}: {Reason}", EventName = nameof(CoreSyncEventId.BundleRefused))]
    public static partial void BundleRefused(ILogger logger, string file, string code, string reason);

    [LoggerMessage(CoreSyncEventId.SignerRemembered, LogLevel.Information, "{Actor} authorised the signer {Fingerprint} of bundles of core {Source}", EventName = nameof(CoreSyncEventId.SignerRemembered))]
    public static partial void SignerRemembered(ILogger logger, string actor, string fingerprint, string source);

    [LoggerMessage(CoreSyncEventId.SignerForgotten, LogLevel.Information, "{Actor} ended the authorisation of the signer {Fingerprint}", EventName = nameof(CoreSyncEventId.SignerForgotten))]
    public static partial void SignerForgotten(ILogger logger, string actor, string fingerprint);

    [LoggerMessage(CoreSyncEventId.ReceiptTaken, LogLevel.Information, "{Fqdn} receipted bundle {BundleId}: {Components} checkpoints moved, {Exceptions} items refused", EventName = nameof(CoreSyncEventId.ReceiptTaken))]
    public static partial void ReceiptTaken(ILogger logger, string fqdn, Guid bundleId, int components, int exceptions);
}
