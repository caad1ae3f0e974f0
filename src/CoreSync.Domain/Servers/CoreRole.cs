namespace CoreSync.Servers;

/// <summary>What a core does in the topology (C1).</summary>
public enum CoreRole
{
    /// <summary>Sends to target cores and receives from source cores.</summary>
    Standard,

    /// <summary>Collects from many source cores with the scheduler service's credentials (R6).</summary>
    Rollup,
}
