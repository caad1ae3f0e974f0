using System.Collections.Frozen;

namespace CoreSync.Errors;

/// <summary>
/// The codes of refusals of items that pass by themselves: outcomes cross the wire as codes. A test holds them and <see cref="CoreSyncError.PassesByItself"/> together.
/// </summary>
public static class PassingCodes
{
    private static readonly FrozenSet<string> Codes = new[]
    {
        "component.directory-missing", "component.unavailable", "content.missing", "content.unreadable", "content.unstable", "store.full", "store.unavailable", "store.unwritable",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether offering the item again can succeed although nobody acts.</summary>
    public static bool Contains(string code) => Codes.Contains(code);
}
