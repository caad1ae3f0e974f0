namespace CoreSync.Servers;

/// <summary>Which way items travel between this core and another core of its list (P1).</summary>
public enum SyncDirection
{
    /// <summary>This core sends to it: a target core.</summary>
    Push,

    /// <summary>This core collects from it: a source of a rollup core (R6).</summary>
    Pull,
}
