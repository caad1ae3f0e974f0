namespace CoreSync.Errors;

/// <summary>No service runs this core: nothing is synchronised by itself.</summary>
public sealed class EngineNotRunningError(string directory) : CoreSyncError("health.engine-not-running", ErrorKind.Unavailable, ("directory", directory))
{
    /// <summary>The value of <c>{directory}</c> in the text.</summary>
    public string Directory { get; } = directory;
}

/// <summary>The engine of a running service does not move.</summary>
public sealed class EngineStuckError(int seconds) : CoreSyncError("health.engine-stuck", ErrorKind.Unavailable, ("seconds", seconds))
{
    /// <summary>The value of <c>{seconds}</c> in the text.</summary>
    public int Seconds { get; } = seconds;
}

/// <summary>Little space is left on the volume of the data directory.</summary>
public sealed class SpaceLowError(string path, long freeMegabytes, long wantedMegabytes) : CoreSyncError("health.space-low", ErrorKind.Unavailable, ("path", path), ("freeMegabytes", freeMegabytes), ("wantedMegabytes", wantedMegabytes))
{
    /// <summary>The value of <c>{path}</c> in the text.</summary>
    public string Path { get; } = path;

    /// <summary>The value of <c>{freeMegabytes}</c> in the text.</summary>
    public long FreeMegabytes { get; } = freeMegabytes;

    /// <summary>The value of <c>{wantedMegabytes}</c> in the text.</summary>
    public long WantedMegabytes { get; } = wantedMegabytes;
}

/// <summary>What was received waits to be applied and does not get on (A1).</summary>
public sealed class InboxStuckError(long items, int minutes) : CoreSyncError("health.inbox-stuck", ErrorKind.Unavailable, ("items", items), ("minutes", minutes))
{
    /// <summary>The value of <c>{items}</c> in the text.</summary>
    public long Items { get; } = items;

    /// <summary>The value of <c>{minutes}</c> in the text.</summary>
    public int Minutes { get; } = minutes;
}

/// <summary>The clock of this machine is behind what this core recorded before (S13).</summary>
public sealed class ClockWentBackError(string now, string recorded) : CoreSyncError("health.clock-went-back", ErrorKind.Rejected, ("now", now), ("recorded", recorded))
{
    /// <summary>The value of <c>{now}</c> in the text.</summary>
    public string Now { get; } = now;

    /// <summary>The value of <c>{recorded}</c> in the text.</summary>
    public string Recorded { get; } = recorded;
}

/// <summary>The log cannot be written; synchronisation goes on without it.</summary>
public sealed class LogUnwritableError(string file, string reason) : CoreSyncError("health.log-unwritable", ErrorKind.Unavailable, ("file", file), ("reason", reason))
{
    /// <summary>The value of <c>{file}</c> in the text.</summary>
    public string File { get; } = file;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>The .NET runtime lacks published security fixes (P17).</summary>
public sealed class RuntimeOldError(string found, string wanted) : CoreSyncError("health.runtime-old", ErrorKind.Rejected, ("found", found), ("wanted", wanted))
{
    /// <summary>The value of <c>{found}</c> in the text.</summary>
    public string Found { get; } = found;

    /// <summary>The value of <c>{wanted}</c> in the text.</summary>
    public string Wanted { get; } = wanted;
}

/// <summary>Something waits for a target, and nothing succeeded for long.</summary>
public sealed class NoRecentSuccessError(string fqdn, int hours, long waiting) : CoreSyncError("health.no-recent-success", ErrorKind.Unavailable, ("fqdn", fqdn), ("hours", hours), ("waiting", waiting))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{hours}</c> in the text.</summary>
    public int Hours { get; } = hours;

    /// <summary>The value of <c>{waiting}</c> in the text.</summary>
    public long Waiting { get; } = waiting;
}

/// <summary>The service does not answer where it should listen.</summary>
public sealed class NotListeningError(string address, string reason) : CoreSyncError("health.not-listening", ErrorKind.Unavailable, ("address", address), ("reason", reason))
{
    /// <summary>The value of <c>{address}</c> in the text.</summary>
    public string Address { get; } = address;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Where the service should listen another certificate is presented than the own one.</summary>
public sealed class ListenerPresentsOtherError(string address, string presented, string own) : CoreSyncError("health.listener-presents-other", ErrorKind.Rejected, ("address", address), ("presented", presented), ("own", own))
{
    /// <summary>The value of <c>{address}</c> in the text.</summary>
    public string Address { get; } = address;

    /// <summary>The value of <c>{presented}</c> in the text.</summary>
    public string Presented { get; } = presented;

    /// <summary>The value of <c>{own}</c> in the text.</summary>
    public string Own { get; } = own;
}

/// <summary>The brake on mass deletes holds back what would go to a target (A6).</summary>
public sealed class DeletesHeldError(string fqdn, string reason) : CoreSyncError("health.deletes-held", ErrorKind.Rejected, ("fqdn", fqdn), ("reason", reason))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>There is nowhere to send notifications to (O5).</summary>
public sealed class NotifyNotConfiguredError() : CoreSyncError("notify.not-configured", ErrorKind.Rejected);

/// <summary>A notification could not be handed over (O5).</summary>
public sealed class NotifyFailedError(string channel, string reason) : CoreSyncError("notify.failed", ErrorKind.Unavailable, ("channel", channel), ("reason", reason))
{
    /// <summary>The value of <c>{channel}</c> in the text.</summary>
    public string Channel { get; } = channel;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Notifications wait because they cannot be handed over (O5).</summary>
public sealed class NotificationsWaitingError(int count, string channel, string reason) : CoreSyncError(StableCode, ErrorKind.Unavailable, ("count", count), ("channel", channel), ("reason", reason))
{
    /// <summary>The code, for those who compare without making one.</summary>
    public const string StableCode = "notify.waiting";

    /// <summary>The value of <c>{count}</c> in the text.</summary>
    public int Count { get; } = count;

    /// <summary>The value of <c>{channel}</c> in the text.</summary>
    public string Channel { get; } = channel;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A channel of notifications lacks a setting (O5).</summary>
public sealed class NotifySettingsError(string channel, string key) : CoreSyncError("notify.settings-incomplete", ErrorKind.Rejected, ("channel", channel), ("key", key))
{
    /// <summary>The value of <c>{channel}</c> in the text.</summary>
    public string Channel { get; } = channel;

    /// <summary>The value of <c>{key}</c> in the text.</summary>
    public string Key { get; } = key;
}
