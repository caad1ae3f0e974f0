using System.Globalization;
using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Settings;

/// <summary>A setting of a core: key, default, unit and range. Values are stored as text.</summary>
/// <param name="Key">Dotted, lower-case.</param>
/// <param name="Default">The value when nothing is stored.</param>
/// <param name="Allowed">What is allowed, for people.</param>
/// <param name="IsAllowed">Checks a value.</param>
public sealed record Setting(string Key, string Default, string Allowed, Func<string, bool> IsAllowed)
{
    /// <summary>Seconds between automatic synchronisations (J1).</summary>
    public static readonly Setting SyncInterval = Number("sync.interval-seconds", 120, 1, 86400);

    /// <summary>Milliseconds that changes are collected before they are sent (J1).</summary>
    public static readonly Setting SyncDebounce = Number("sync.debounce-milliseconds", 1000, 0, 600000);

    /// <summary>Quick retries of an unavailable target before it is probed at a slow cadence (J7).</summary>
    public static readonly Setting SyncRetries = Number("sync.retries", 5, 0, 100);

    /// <summary>Milliseconds before the first quick retry; each further one waits twice as long, five minutes at most (J7).</summary>
    public static readonly Setting RetryDelay = Number("sync.retry-delay-milliseconds", 5000, 100, 600000);

    /// <summary>Seconds between two attempts of what is quarantined (J7).</summary>
    public static readonly Setting ProbeInterval = Number("sync.probe-interval-seconds", 900, 1, 86400);

    /// <summary>Seconds that a job may run while others wait for their turn; then it lets one of them go first (J9).</summary>
    public static readonly Setting SyncTurn = Number("sync.turn-seconds", 10, 1, 3600);

    /// <summary>The most that is sent to all targets together, in units of 1000 bytes a second; 0 for no limit (J9).</summary>
    public static readonly Setting TotalBandwidth = Number("transfer.total-kilobytes-per-second", 0, 0, Jobs.TargetRules.MaxKilobytesPerSecond);

    /// <summary>The most that is sent to one target that has no limit of its own, in units of 1000 bytes a second; 0 for no limit (J9).</summary>
    public static readonly Setting TargetBandwidth = Number("transfer.target-kilobytes-per-second", 0, 0, Jobs.TargetRules.MaxKilobytesPerSecond);

    /// <summary>Jobs that run at the same time, to different targets.</summary>
    public static readonly Setting SyncConcurrency = Number("sync.concurrency", 4, 1, 64);

    /// <summary>Percentage of a component's items that may vanish at once before a person is asked (A6).</summary>
    public static readonly Setting MassDeletePercent = Number("sync.mass-delete-percent", 20, 0, 100);

    /// <summary>Compress what is sent (P3).</summary>
    public static readonly Setting Compression = OneOf("transfer.compression", "on", "off");

    /// <summary>Seconds between full scans of files components; changes seen by the watcher are scanned sooner (I6).</summary>
    public static readonly Setting ScanInterval = Number("files.scan-interval-seconds", 120, 1, 86400);

    /// <summary>Seconds to wait for a connection or an answer.</summary>
    public static readonly Setting NetworkTimeout = Number("network.timeout-seconds", 30, 1, 600);

    /// <summary>Hours that content of payloads stays after nothing needs it any more (I5).</summary>
    public static readonly Setting ContentGrace = Number("content.grace-hours", 24, 1, 8760);

    /// <summary>Days between two readings of all content, which find damage before it is needed; 0 never reads (S18).</summary>
    public static readonly Setting ContentCheck = Number("content.check-days", 7, 0, 365);

    /// <summary>Days that ended jobs are kept.</summary>
    public static readonly Setting JobRetention = Number("jobs.retention-days", 90, 1, 3650);

    /// <summary>Whether revocation is asked of chains that end at a trusted root, and whether no answer counts as a problem (hard) or not (soft) (T15).</summary>
    public static readonly Setting Revocation = OneOf("trust.revocation", "soft", "hard", "off");

    /// <summary>A PEM file with the only roots that chains may end at; empty takes those of this machine.</summary>
    public static readonly Setting RootsFile = new("trust.roots-file", "", "an absolute path, or nothing", text => text.Length == 0 || IsAbsolute(text)) { KeepsCase = true };

    /// <summary>Most changes in a bundle that this core imports (B4); 100 bytes of memory each.</summary>
    public static readonly Setting BundleMaxItems = Number("bundle.max-items", 1_000_000, 1, 100_000_000);

    /// <summary>Largest bundle that this core imports, in GiB (B4).</summary>
    public static readonly Setting BundleMaxGib = Number("bundle.max-gib", 1024, 1, 1_048_576);

    /// <summary>Minutes between looks at targets for which nothing is due: whether they still remember what they acknowledged (P6).</summary>
    public static readonly Setting VerifyContact = Number("verify.contact-minutes", 10, 1, 1440);

    /// <summary>Minutes between looks at received files: whether they are still what was received.</summary>
    public static readonly Setting VerifyFiles = Number("verify.files-minutes", 60, 1, 10080);

    /// <summary>Days that a tombstone is kept at least (I4); never shorter than a target needs it.</summary>
    public static readonly Setting TombstoneDays = Number("verify.tombstone-days", 30, 0, 3650);

    /// <summary>Days after which tombstones no longer wait for a rollup core that did not ask (I4); it is compared when it comes back.</summary>
    public static readonly Setting ReaderDays = Number("rollup.reader-days", 90, 1, 3650);

    /// <summary>Previous versions of each document that are kept (A9).</summary>
    public static readonly Setting KeepRevisions = Number("apply.keep-revisions", 5, 0, 100);

    /// <summary>Whether start times travel to the targets: never, those of auto-synced items, or always (A7).</summary>
    public static readonly Setting StartTime = OneOf("apply.start-time", "never", "auto-sync-only", "always");

    /// <summary>Log and count attempts to change copies that are read-only (A4).</summary>
    public static readonly Setting WarnReadOnly = OneOf("apply.warn-read-only", "off", "on");

    /// <summary>Whether a proven announcement of a trusted core is approved without a person, when it has no problem that the present certificate does not have (T10).</summary>
    public static readonly Setting ApproveAnnounced = OneOf("trust.approve-announced", "off", "on");

    /// <summary>Whether cores that sign in here must present an enrolled certificate beside their account (T13).</summary>
    public static readonly Setting ClientCertificates = OneOf("trust.client-certificates", "off", "required");

    /// <summary>Hours without a success, while something waits, after which a target counts as forgotten (O2).</summary>
    public static readonly Setting StaleHours = Number("health.stale-hours", 24, 1, 8760);

    /// <summary>Megabytes free on the volume of the data directory below which people are warned.</summary>
    public static readonly Setting FreeMegabytes = Number("health.free-megabytes", 1024, 10, 1_000_000);

    /// <summary>Megabytes at which the log file is rolled (O1).</summary>
    public static readonly Setting LogMegabytes = Number("log.max-megabytes", 64, 1, 4096);

    /// <summary>Rolled log files that are kept (O1).</summary>
    public static readonly Setting LogFiles = Number("log.keep-files", 31, 1, 1000);

    /// <summary>Whether <c>/metrics</c> answers accounts that may view, in the form of Prometheus (O3).</summary>
    public static readonly Setting Prometheus = OneOf("telemetry.prometheus", "off", "on");

    /// <summary>The language of notifications (O5).</summary>
    public static readonly Setting NotifyLanguage = OneOf("notify.language", "en", "fr");

    /// <summary>Where notifications are posted; empty for nowhere (O5).</summary>
    public static readonly Setting WebhookUrl = Free("notify.webhook-url", "an https:// address, or nothing", text => IsHttps(text));

    /// <summary>The fingerprint of the certificate that the receiver of the webhook must present; empty takes one that chains to a trusted root of this machine.</summary>
    public static readonly Setting WebhookFingerprint = Free("notify.webhook-fingerprint", "a SHA-256 fingerprint, or nothing", IsFingerprint);

    /// <summary>The key with which webhooks are signed (HMAC-SHA256).</summary>
    public static readonly Setting WebhookSecret = Secret("notify.webhook-secret");

    /// <summary>The mail server that takes notifications, as HOST:PORT; it must offer STARTTLS. Empty for no e-mail (O5).</summary>
    public static readonly Setting MailServer = Free("notify.mail-server", "HOST:PORT, or nothing", text => Servers.DialAddress.Parse(text, 587).IsSuccess);

    /// <summary>The fingerprint of the certificate that the mail server must present; empty takes one that chains to a trusted root of this machine.</summary>
    public static readonly Setting MailFingerprint = Free("notify.mail-fingerprint", "a SHA-256 fingerprint, or nothing", IsFingerprint);

    /// <summary>The sender of e-mails.</summary>
    public static readonly Setting MailFrom = Free("notify.mail-from", "an e-mail address, or nothing", IsMailbox);

    /// <summary>The receivers of e-mails, separated by commas.</summary>
    public static readonly Setting MailTo = Free("notify.mail-to", "e-mail addresses separated by commas, or nothing", text => text.Split(',').All(IsMailbox));

    /// <summary>The account at the mail server; empty sends without signing in.</summary>
    public static readonly Setting MailUser = Free("notify.mail-user", "a name, or nothing", text => !text.Any(char.IsControl));

    /// <summary>The password of that account.</summary>
    public static readonly Setting MailPassword = Secret("notify.mail-password");

    /// <summary>All settings, by key.</summary>
    public static IReadOnlyList<Setting> All { get; } =
        [
            KeepRevisions, StartTime, WarnReadOnly, BundleMaxGib, BundleMaxItems, ContentCheck, ContentGrace, ScanInterval, FreeMegabytes, StaleHours, JobRetention, LogFiles, LogMegabytes, NetworkTimeout,
            NotifyLanguage, MailFingerprint, MailFrom, MailPassword, MailServer, MailTo, MailUser, WebhookFingerprint, WebhookSecret, WebhookUrl, ReaderDays, SyncConcurrency, SyncDebounce, SyncInterval,
            MassDeletePercent, ProbeInterval, SyncRetries, RetryDelay, SyncTurn, Prometheus, Compression, TargetBandwidth, TotalBandwidth, ApproveAnnounced, ClientCertificates, Revocation, RootsFile, VerifyContact,
            VerifyFiles, TombstoneDays,
        ];

    /// <summary>Finds a setting.</summary>
    /// <returns>Fails with <see cref="SettingUnknownError"/>.</returns>
    public static Result<Setting> Find(string key) =>
        All.FirstOrDefault(setting => string.Equals(setting.Key, key.Trim(), StringComparison.OrdinalIgnoreCase)) is { } found
            ? found
            : Result.Fail(new SettingUnknownError(key));

    /// <summary>Upper and lower case matter, as in paths.</summary>
    public bool KeepsCase { get; init; }

    /// <summary>Stored encrypted and never shown again (R2).</summary>
    public bool IsSecret { get; init; }

    /// <summary>Checks a value.</summary>
    /// <returns>Fails with <see cref="SettingInvalidError"/>.</returns>
    public Result<string> Check(string value)
    {
        var text = KeepsCase ? value.Trim() : value.Trim().ToLowerInvariant();
        return IsAllowed(text) ? text : Result.Fail(new SettingInvalidError(Key, IsSecret ? "(secret)" : value, Allowed));
    }

    private static Setting Number(string key, int value, int min, int max) =>
        new(key, value.ToString(CultureInfo.InvariantCulture), $"{min} to {max}",
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max);

    // Of either platform: the setting may travel with a copy of the store; reading the file tells the rest.
    private static bool IsAbsolute(string path) =>
        path[0] == '/' || path.StartsWith(@"\\", StringComparison.Ordinal) || (path.Length > 2 && char.IsAsciiLetter(path[0]) && path[1] == ':' && path[2] is '\\' or '/');

    // Whoever reads the log or the process list reads no password: the value goes in by standard input or a prompt.
    private static Setting Secret(string key) =>
        new(key, "", "up to 1024 characters on one line, or nothing", text => text.Length <= 1024 && !text.Any(char.IsControl)) { KeepsCase = true, IsSecret = true };

    private static Setting Free(string key, string allowed, Func<string, bool> isAllowed) => new(key, "", allowed, text => text.Length == 0 || isAllowed(text)) { KeepsCase = true };

    private static bool IsHttps(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == "https" && uri.UserInfo.Length == 0 && text.All(c => c is > ' ' and <= '~');

    private static bool IsFingerprint(string text) => Trust.CertificateFingerprint.Parse(text).IsSuccess;

    // Enough to keep commands to the mail server apart from data (N17); whether the mailbox exists tells the server.
    private static bool IsMailbox(string text)
    {
        var at = text.Trim().LastIndexOf('@');
        return at > 0 && at < text.Trim().Length - 1 && text.Trim().All(c => c is > ' ' and <= '~' and not ('<' or '>' or ',' or ';' or '"'));
    }

    private static Setting OneOf(string key, params string[] values) => new(key, values[0], string.Join(", ", values), text => values.Contains(text));
}
