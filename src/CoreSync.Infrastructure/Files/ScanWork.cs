using CoreSync.Application.Items;
using CoreSync.Items;

namespace CoreSync.Infrastructure.Files;

/// <summary>Something that a scan has to publish or to look into.</summary>
/// <param name="Entry">What the walk found.</param>
/// <param name="Existing">The item at this path; null when it is new.</param>
/// <param name="Hashed">The hash, when it is known already.</param>
internal sealed record ScanWork(WalkEntry Entry, Item? Existing, HashedFile? Hashed = null)
{
    /// <summary>A modification this close to the last look may have been followed by another one within the same time stamp.</summary>
    private static readonly long RacyTicks = TimeSpan.FromSeconds(2).Ticks;

    /// <summary>Whether item and path are the same kind of thing.</summary>
    public static bool IsSameKind(WalkEntry entry, Item item) => (entry.Kind, item.Kind) switch
    {
        (WalkKind.File, ItemKind.File) or (WalkKind.EmptyDirectory, ItemKind.Directory) or (WalkKind.Link, ItemKind.Link) or (WalkKind.Kept, _) => true,
        _ => false,
    };

    /// <summary>Whether the catalogue is up to date as far as the file system tells without reading the file.</summary>
    public static bool IsUnchanged(WalkEntry entry, ScannedFile known) => entry.Kind switch
    {
        WalkKind.Kept or WalkKind.EmptyDirectory => true,
        WalkKind.Link => known.Item.LinkTarget == entry.LinkTarget,
        _ => entry.Stat.Size == known.Stamp.Size && entry.Stat.ModifiedTicks == known.Stamp.ModifiedTicks && entry.Stat.IsExecutable == known.Item.IsExecutable
            && Math.Abs(known.Stamp.ScannedTicks - known.Stamp.ModifiedTicks) >= RacyTicks,
    };
}
