namespace CoreSync.Errors;

/// <summary>No such sync job.</summary>
public sealed class JobNotFoundError(string id) : CoreSyncError("job.not-found", ErrorKind.NotFound, ("id", id))
{
    /// <summary>The value of <c>{id}</c> in the text.</summary>
    public string Id { get; } = id;
}

/// <summary>The job is over.</summary>
public sealed class JobEndedError(string id, string state) : CoreSyncError("job.ended", ErrorKind.Conflict, ("id", id), ("state", state))
{
    /// <summary>The value of <c>{id}</c> in the text.</summary>
    public string Id { get; } = id;

    /// <summary>The value of <c>{state}</c> in the text.</summary>
    public string State { get; } = state;
}

/// <summary>Nothing to synchronise with.</summary>
public sealed class NoTargetsError() : CoreSyncError("sync.no-targets", ErrorKind.NotFound);

/// <summary>A job ended with failed items (J5).</summary>
public sealed class ItemsFailedError(int failed, int total) : CoreSyncError("sync.items-failed", ErrorKind.Rejected, ("failed", failed), ("total", total))
{
    /// <summary>The value of <c>{failed}</c> in the text.</summary>
    public int Failed { get; } = failed;

    /// <summary>The value of <c>{total}</c> in the text.</summary>
    public int Total { get; } = total;
}

/// <summary>The process ended during the job.</summary>
public sealed class JobInterruptedError() : CoreSyncError("sync.interrupted", ErrorKind.Unavailable);

/// <summary>Succeeded that moved nothing although something was due (J5).</summary>
public sealed class NothingMovedError(int due) : CoreSyncError("sync.nothing-moved", ErrorKind.Rejected, ("due", due))
{
    /// <summary>The value of <c>{due}</c> in the text.</summary>
    public int Due { get; } = due;
}

/// <summary>A schedule, a time window or a pause cannot be understood (J8).</summary>
public sealed class ScheduleInvalidError(string text, string reason) : CoreSyncError("schedule.invalid", ErrorKind.Invalid, ("text", text), ("reason", reason))
{
    /// <summary>The value of <c>{text}</c> in the text.</summary>
    public string Text { get; } = text;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>The schedule of a target did not fire when it should have (J8).</summary>
public sealed class ScheduleMissedError(string fqdn, string expected) : CoreSyncError("schedule.missed", ErrorKind.Unavailable, ("fqdn", fqdn), ("expected", expected))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{expected}</c> in the text.</summary>
    public string Expected { get; } = expected;
}

/// <summary>A job stopped because its target may not be synchronised at this time (J8).</summary>
public sealed class WindowClosedError(string fqdn) : CoreSyncError("schedule.window-closed", ErrorKind.Unavailable, ("fqdn", fqdn))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>A person paused synchronisation with a target (J8).</summary>
public sealed class TargetPausedError(string fqdn, string until) : CoreSyncError("target.paused", ErrorKind.Conflict, ("fqdn", fqdn), ("until", until))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{until}</c> in the text.</summary>
    public string Until { get; } = until;
}

/// <summary>A target failed so often that it is tried at a slow cadence only (J7).</summary>
public sealed class TargetQuarantinedError(string fqdn, int attempts, string next, string reason)
    : CoreSyncError("target.quarantined", ErrorKind.Unavailable, ("fqdn", fqdn), ("attempts", attempts), ("next", next), ("reason", reason))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{attempts}</c> in the text.</summary>
    public int Attempts { get; } = attempts;

    /// <summary>The value of <c>{next}</c> in the text.</summary>
    public string Next { get; } = next;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Items that a target refuses are tried at a slow cadence only (J7).</summary>
public sealed class ItemsQuarantinedError(string fqdn, int items) : CoreSyncError("sync.items-quarantined", ErrorKind.Rejected, ("fqdn", fqdn), ("items", items))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{items}</c> in the text.</summary>
    public int Items { get; } = items;
}

/// <summary>The job is not over.</summary>
public sealed class JobActiveError(string id) : CoreSyncError("job.active", ErrorKind.Conflict, ("id", id))
{
    /// <summary>The value of <c>{id}</c> in the text.</summary>
    public string Id { get; } = id;
}

/// <summary>Nothing of the job is open any more.</summary>
public sealed class NothingToRetryError(string id) : CoreSyncError("job.nothing-to-retry", ErrorKind.Conflict, ("id", id))
{
    /// <summary>The value of <c>{id}</c> in the text.</summary>
    public string Id { get; } = id;
}
