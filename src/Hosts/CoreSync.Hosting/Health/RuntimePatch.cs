namespace CoreSync.Hosting.Health;

/// <summary>The patch level of .NET from which on no fault of TLS or HTTP is publicly known (docs/operations.md).</summary>
internal static class RuntimePatch
{
    /// <summary>The oldest runtime without such a fault.</summary>
    public static Version Wanted { get; } = new(10, 0, 13);

    /// <summary>Whether this process runs on an older one.</summary>
    public static bool IsOld => Environment.Version < Wanted;
}
