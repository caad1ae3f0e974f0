namespace CoreSync.Errors;

/// <summary>Only a rollup core collects from others (R6).</summary>
public sealed class NotARollupCoreError(string fqdn) : CoreSyncError("rollup.not-a-rollup-core", ErrorKind.Invalid, ("fqdn", fqdn))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>No such source in the list of this rollup core.</summary>
public sealed class RollupSourceNotFoundError(string fqdn) : CoreSyncError("rollup.source-not-found", ErrorKind.NotFound, ("fqdn", fqdn))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>The core is a target of this one, and something was asked of it that only sources do (R6).</summary>
public sealed class RollupSourceIsTargetError(string fqdn) : CoreSyncError("rollup.source-is-target", ErrorKind.Conflict, ("fqdn", fqdn))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>There is nothing to collect from.</summary>
public sealed class NoRollupSourcesError() : CoreSyncError("rollup.no-sources", ErrorKind.NotFound);

/// <summary>No rollup core of that name collects from this core.</summary>
public sealed class ReaderNotFoundError(string name) : CoreSyncError("rollup.reader-not-found", ErrorKind.NotFound, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}
