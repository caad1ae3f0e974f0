namespace CoreSync.Errors;

/// <summary>A paused or copied writer is refused (P5).</summary>
public sealed class StaleEpochError(string source, long epoch, long highest) : CoreSyncError("sync.stale-epoch", ErrorKind.Conflict, ("source", source), ("epoch", epoch), ("highest", highest))
{
    /// <summary>The value of <c>{source}</c> in the text.</summary>
    public string Source { get; } = source;

    /// <summary>The value of <c>{epoch}</c> in the text.</summary>
    public long Epoch { get; } = epoch;

    /// <summary>The value of <c>{highest}</c> in the text.</summary>
    public long Highest { get; } = highest;
}

/// <summary>Two copies of one core are alive, and a target has seen the other one (S11).</summary>
public sealed class CoreDuplicatedError(string fqdn, long highest) : CoreSyncError("sync.core-duplicated", ErrorKind.Conflict, ("fqdn", fqdn), ("highest", highest))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{highest}</c> in the text.</summary>
    public long Highest { get; } = highest;
}

/// <summary>The mass-delete brake (A6).</summary>
public sealed class MassDeleteError(string component, long deletes, long total, int percent) : CoreSyncError("sync.mass-delete", ErrorKind.Conflict, ("component", component), ("deletes", deletes), ("total", total), ("percent", percent))
{
    /// <summary>The value of <c>{component}</c> in the text.</summary>
    public string Component { get; } = component;

    /// <summary>The value of <c>{deletes}</c> in the text.</summary>
    public long Deletes { get; } = deletes;

    /// <summary>The value of <c>{total}</c> in the text.</summary>
    public long Total { get; } = total;

    /// <summary>The value of <c>{percent}</c> in the text.</summary>
    public int Percent { get; } = percent;
}

/// <summary>A batch breaks docs/protocol.md.</summary>
public sealed class BatchMalformedError(string reason) : CoreSyncError("sync.batch-malformed", ErrorKind.Invalid, ("reason", reason))
{
    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>The batch would leave a gap.</summary>
public sealed class BatchOutOfOrderError(long after, long checkpoint) : CoreSyncError("sync.batch-out-of-order", ErrorKind.Conflict, ("after", after), ("checkpoint", checkpoint))
{
    /// <inheritdoc/>
    public override bool PassesByItself => true;

    /// <summary>The value of <c>{after}</c> in the text.</summary>
    public long After { get; } = after;

    /// <summary>The value of <c>{checkpoint}</c> in the text.</summary>
    public long Checkpoint { get; } = checkpoint;
}
