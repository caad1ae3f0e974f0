using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Bundles;

/// <summary>The signed word of a target that carried files brought it to certain positions (B3).</summary>
/// <param name="Bundle">The bundle that was imported.</param>
/// <param name="Target">The core that imported it.</param>
/// <param name="TargetName">Its FQDN in ASCII; for people only.</param>
/// <param name="Source">The core whose feed the positions belong to.</param>
/// <param name="StoreId">The store that they belong to.</param>
/// <param name="CreatedAt">When, by the target's clock.</param>
/// <param name="Components">Where the target stands now.</param>
/// <param name="Refused">Items of the bundle that the target did not apply.</param>
public sealed record BundleReceipt(
    Guid Bundle, CoreId Target, string TargetName, CoreId Source, Guid StoreId, DateTimeOffset CreatedAt, IReadOnlyList<ReceivedComponent> Components,
    IReadOnlyList<RefusedItem> Refused)
{
    /// <summary>Most refused items that a receipt can carry; beyond that it carries no positions of their components.</summary>
    public const int MaxRefused = 10_000;
}

/// <summary>Where a target stands in one component.</summary>
/// <param name="Name">The component.</param>
/// <param name="Sequence">Everything up to here is durable there.</param>
/// <param name="Mark">What its stream looked like then: both sides keep it (<see cref="Checkpoint.Mark"/>).</param>
public sealed record ReceivedComponent(ComponentName Name, Sequence Sequence, Guid Mark);

/// <summary>An item that a target did not apply, with its reason.</summary>
public sealed record RefusedItem(ItemId Item, ComponentName Component, ItemOutcomeKind Kind, string Code, string Message);
