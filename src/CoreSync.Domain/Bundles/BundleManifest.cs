using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Bundles;

/// <summary>What a bundle says about itself, signed by the core that wrote it (B1).</summary>
/// <param name="Id">Made for this export.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Source">The core that wrote it, with the store and writer epoch that its sequences belong to.</param>
/// <param name="CoreName">FQDN of that core in ASCII; for people only.</param>
/// <param name="CreatedAt">When, by that core's clock.</param>
/// <param name="Components">What it holds of each component, files before documents; no component twice.</param>
/// <param name="Totals">How much it holds.</param>
/// <param name="BodyHash">SHA-256 of everything behind the envelope.</param>
public sealed record BundleManifest(
    Guid Id, BundleKind Kind, SourceIdentity Source, string CoreName, DateTimeOffset CreatedAt, IReadOnlyList<BundleComponent> Components, BundleTotals Totals, ContentHash BodyHash)
{
    /// <summary>The version of the format that this program writes and reads.</summary>
    public const int Format = 1;

    /// <summary>Most components in a bundle.</summary>
    public const int MaxComponents = 1000;

    /// <summary>The entry of a component; null when it has none.</summary>
    public BundleComponent? Find(ComponentName component) => Components.FirstOrDefault(entry => entry.Name == component);
}

/// <summary>How much a bundle holds.</summary>
/// <param name="Batches">Sections that are batches.</param>
/// <param name="Changes">Changes in all batches.</param>
/// <param name="Contents">Sections that are content.</param>
/// <param name="ContentBytes">Bytes of content in those sections.</param>
/// <param name="BodyBytes">Bytes behind the envelope.</param>
public sealed record BundleTotals(long Batches, long Changes, long Contents, long ContentBytes, long BodyBytes);

/// <summary>What a bundle holds of one component.</summary>
/// <param name="Name">The component.</param>
/// <param name="From">Of a feed: the position before its first change; zero in a selection.</param>
/// <param name="To">Of a feed: the position that a core has reached once all is applied; zero in a selection.</param>
/// <param name="Changes">Changes in its batches, companions of other components included.</param>
public sealed record BundleComponent(ComponentName Name, Sequence From, Sequence To, long Changes);

/// <summary>What a bundle holds.</summary>
public enum BundleKind
{
    /// <summary>Chosen items with everything that they refer to; moves no checkpoint.</summary>
    Selection = 1,

    /// <summary>The change feed of whole components from one position to another (B3), and their items that are not auto-synced.</summary>
    Feed = 2,
}

/// <summary>What an import does with the items of a bundle (B2).</summary>
public enum ImportMode
{
    /// <summary>Ids, groups and revisions stay; what is older here is overwritten, as a sync would.</summary>
    Update = 1,

    /// <summary>New items in a chosen group or of a chosen owner.</summary>
    Insert = 2,

    /// <summary>New items in the groups and of the owners that the file names.</summary>
    InsertAsFile = 3,
}
