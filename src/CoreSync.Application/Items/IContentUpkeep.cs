using CoreSync.Items;
using CoreSync.Servers;

namespace CoreSync.Application.Items;

/// <summary>Keeps the content store in order: collects what no row names, finds what is missing or damaged (S18). Failures of the disk throw <c>CoreSyncException</c>.</summary>
public interface IContentUpkeep
{
    /// <summary>Removes content that no row names and nobody put or asked for within the grace time, and leftovers of interrupted writing.</summary>
    /// <remarks>
    /// Safe beside writers in this and other processes, and under a crash at any point: content is moved aside first, then rows and times are looked at again, and what
    /// is needed after all is moved back.
    /// </remarks>
    Task<CollectedContent> CollectAsync(TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>Compares rows and content store. What is missing or damaged is known from then on (<see cref="Damaged"/>).</summary>
    /// <param name="read">Reads all content and compares the hashes; else names and sizes alone.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<ContentCheck> CheckAsync(bool read, CancellationToken cancellationToken);

    /// <summary>Contents known to be missing or damaged; usually none, and cheap to ask then. One that was put again is not among them.</summary>
    IReadOnlySet<ContentHash> Damaged();
}

/// <summary>Which contents the rows of the store name: items, what waits in the inbox, and whatever else keeps versions of items.</summary>
public interface IPayloadUses
{
    /// <summary>Visits each payload of each row, all in one snapshot of the store.</summary>
    Task ForEachAsync(Action<PayloadUse> visit, CancellationToken cancellationToken);
}

/// <summary>A payload that a row names.</summary>
/// <param name="Payload">The payload.</param>
/// <param name="Owner">The item that has it now; null for versions that are kept or wait.</param>
public readonly record struct PayloadUse(Payload Payload, PayloadOwner? Owner);

/// <summary>The item that has a payload.</summary>
/// <param name="Id">The item.</param>
/// <param name="Component">Its component.</param>
/// <param name="Name">Its name.</param>
/// <param name="Origin">The core that made it.</param>
public sealed record PayloadOwner(ItemId Id, ComponentName Component, string Name, CoreId Origin);

/// <summary>What was collected.</summary>
/// <param name="Contents">Contents removed.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Leftovers">Files of interrupted writing removed.</param>
public readonly record struct CollectedContent(int Contents, long Bytes, int Leftovers);

/// <summary>What a check found.</summary>
/// <param name="Contents">Sound contents in the store.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Damaged">Payloads of items whose content is missing or damaged, at most <see cref="MaxDamaged"/> of them.</param>
/// <param name="DamagedContents">How many contents are missing or damaged; more than the payloads told of when versions that are kept lack them too.</param>
/// <param name="Unused">Contents that no row names; collected after the grace time.</param>
/// <param name="UnusedBytes">Their bytes.</param>
/// <param name="Leftovers">Files that are being written, or were when a process ended.</param>
public sealed record ContentCheck(long Contents, long Bytes, IReadOnlyList<PayloadUse> Damaged, int DamagedContents, long Unused, long UnusedBytes, int Leftovers)
{
    /// <summary>Most damaged payloads told of one by one.</summary>
    public const int MaxDamaged = 1000;

    /// <summary>Whether everything that a row names is here and sound.</summary>
    public bool IsSound => DamagedContents == 0;
}
