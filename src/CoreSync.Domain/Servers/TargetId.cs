namespace CoreSync.Servers;

/// <summary>The identity of an entry in the list of target cores; survives renaming of its description and rebuilding of the core behind it.</summary>
public readonly record struct TargetId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");
}
