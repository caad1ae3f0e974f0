namespace CoreSync.Errors;

/// <summary>Another item has the name, and a person decides (A3).</summary>
public sealed class ItemNameClashError(string name) : CoreSyncError("item.name-clash", ErrorKind.Conflict, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>Another item has the name, and the component keeps it (A3).</summary>
public sealed class ItemNameTakenError(string name) : CoreSyncError("item.name-taken", ErrorKind.Rejected, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>The name and all its suffixes are taken (A3).</summary>
public sealed class ItemNamesExhaustedError(string name, string group, int last)
    : CoreSyncError("item.names-exhausted", ErrorKind.Rejected, ("name", name), ("group", group), ("last", last))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{group}</c> in the text.</summary>
    public string Group { get; } = group;

    /// <summary>The value of <c>{last}</c> in the text.</summary>
    public int Last { get; } = last;
}

/// <summary>A copy was edited on the target, and a person decides.</summary>
public sealed class ItemChangedHereError(string name) : CoreSyncError("item.changed-here", ErrorKind.Conflict, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>A copy was edited on the target, and the component keeps what was edited.</summary>
public sealed class ItemKeptHereError(string name) : CoreSyncError("item.kept-here", ErrorKind.Rejected, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>The target holds what arrives until a person accepts it (A10).</summary>
public sealed class ItemAwaitingApprovalError(string name) : CoreSyncError("item.awaiting-approval", ErrorKind.Conflict, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>A person on the target declined the change.</summary>
public sealed class ItemDeclinedError(string name) : CoreSyncError("item.declined", ErrorKind.Rejected, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>No previous revision of that name is kept (A9).</summary>
public sealed class ItemRevisionNotFoundError(string name, string revision)
    : CoreSyncError("item.revision-not-found", ErrorKind.NotFound, ("name", name), ("revision", revision))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{revision}</c> in the text.</summary>
    public string Revision { get; } = revision;
}

/// <summary>Nothing waits, or waited, under that id.</summary>
public sealed class ConflictNotFoundError(string id) : CoreSyncError("conflict.not-found", ErrorKind.NotFound, ("id", id))
{
    /// <summary>The value of <c>{id}</c> in the text.</summary>
    public string Id { get; } = id;
}

/// <summary>It was decided otherwise and has taken effect.</summary>
public sealed class ConflictSettledError(string name, string decision) : CoreSyncError("conflict.settled", ErrorKind.Conflict, ("name", name), ("decision", decision))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{decision}</c> in the text.</summary>
    public string Decision { get; } = decision;
}

/// <summary>The decision does not fit what waits.</summary>
public sealed class ConflictDecisionInvalidError(string name, string decision, string reason)
    : CoreSyncError("conflict.decision-invalid", ErrorKind.Invalid, ("name", name), ("decision", decision), ("reason", reason))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{decision}</c> in the text.</summary>
    public string Decision { get; } = decision;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A change was accepted, and the product behind its component did not take it (I3); nothing was decided.</summary>
public sealed class ConflictNotTakenError(string name, string component, string reason)
    : CoreSyncError("conflict.not-taken", ErrorKind.Rejected, ("name", name), ("component", component), ("reason", reason))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{component}</c> in the text.</summary>
    public string Component { get; } = component;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>The two items cannot be the same.</summary>
public sealed class ConflictLinkInvalidError(string first, string second, string reason)
    : CoreSyncError("conflict.link-invalid", ErrorKind.Invalid, ("first", first), ("second", second), ("reason", reason))
{
    /// <summary>The value of <c>{first}</c> in the text.</summary>
    public string First { get; } = first;

    /// <summary>The value of <c>{second}</c> in the text.</summary>
    public string Second { get; } = second;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Changes wait on a target core for a person there.</summary>
public sealed class ItemsWaitingError(int waiting) : CoreSyncError("sync.items-waiting", ErrorKind.Conflict, ("waiting", waiting))
{
    /// <summary>The value of <c>{waiting}</c> in the text.</summary>
    public int Waiting { get; } = waiting;
}

/// <summary>Changes wait on this core for a person.</summary>
public sealed class ConflictsWaitingError(int waiting) : CoreSyncError("conflict.waiting", ErrorKind.Conflict, ("waiting", waiting))
{
    /// <summary>The value of <c>{waiting}</c> in the text.</summary>
    public int Waiting { get; } = waiting;
}

/// <summary>Somebody tried to change read-only copies (A4).</summary>
public sealed class ReadOnlyAttemptedError(long attempts, int items) : CoreSyncError("item.read-only-attempted", ErrorKind.Conflict, ("attempts", attempts), ("items", items))
{
    /// <summary>The value of <c>{attempts}</c> in the text.</summary>
    public long Attempts { get; } = attempts;

    /// <summary>The value of <c>{items}</c> in the text.</summary>
    public int Items { get; } = items;
}
