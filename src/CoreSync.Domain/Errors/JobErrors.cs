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
