using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Application.Replication;

/// <summary>What a target has for sure, as far as one job knows: what it acknowledged before, and what was sent to it since (J4). In doubt it does not have it.</summary>
/// <param name="target">The target core; it has what it made.</param>
/// <param name="sending">The components that this core sends there.</param>
/// <param name="refused">Items that the target refused and has not applied since.</param>
internal sealed class TargetKnowledge(CoreId target, IReadOnlySet<ComponentName> sending, IEnumerable<ItemId> refused)
{
    /// <summary>Bounds memory (S5): what is forgotten is sent once more and skipped there.</summary>
    private const int MaxRemembered = 200_000;

    private readonly Dictionary<ComponentName, Sequence> reached = [];
    private readonly Dictionary<ItemId, Sequence> sent = [];
    private readonly HashSet<ItemId> doubtful = [.. refused];

    /// <summary>Whether items of this component may go along with others.</summary>
    public bool MaySend(ComponentName component) => sending.Contains(component);

    /// <summary>Everything of a component up to a position is there.</summary>
    public void Reached(ComponentName component, Sequence position) => reached[component] = position;

    /// <summary>An item was sent outside its turn.</summary>
    public void Sent(ItemId item, Sequence sequence)
    {
        if (sent.Count >= MaxRemembered)
            sent.Clear();
        sent[item] = sequence;
    }

    /// <summary>An item was held back, whatever positions say.</summary>
    public void HeldBack(ItemId item) => doubtful.Add(item);

    /// <summary>Whether exactly this state of an item was sent outside its turn.</summary>
    public bool WasSent(ItemId item, Sequence sequence) => sent.TryGetValue(item, out var at) && at == sequence;

    /// <summary>Whether the target has this state of an item.</summary>
    public bool Has(FeedEntry entry) =>
        entry.Item.Origin == target
        || WasSent(entry.Item.Id, entry.Sequence)
        || (entry.Told == ChangeKind.Upsert && reached.TryGetValue(entry.Item.Component, out var position) && entry.Sequence <= position && !doubtful.Contains(entry.Item.Id));
}
