using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Application.Replication;

/// <summary>What must be applied together (J4): an item with what it needs or not at all, a cycle whole or not at all. Whatever the sender put together is checked again.</summary>
internal sealed class IncomingGroups
{
    private readonly ReferenceGraph<IncomingChange> graph;
    private readonly Dictionary<ItemId, ItemChange> changes;
    private readonly IReadOnlyDictionary<ItemId, Item> here;
    private readonly IReadOnlyDictionary<ItemId, string> names;

    /// <summary>Puts changes in order.</summary>
    /// <param name="toApply">Everything that is to be applied.</param>
    /// <param name="here">What this core holds of it and of all that it refers to.</param>
    /// <param name="names">The names of everything that came, refused or not; null for those of <paramref name="toApply"/> alone.</param>
    public IncomingGroups(IReadOnlyList<IncomingChange> toApply, IReadOnlyDictionary<ItemId, Item> here, IReadOnlyDictionary<ItemId, string>? names = null)
    {
        this.here = here;
        this.names = names ?? toApply.ToDictionary(incoming => incoming.Change.Item.Id, incoming => incoming.Change.Item.Name);
        graph = new ReferenceGraph<IncomingChange>(toApply, incoming => incoming.Change.Item.Id, incoming => Needs(incoming.Change));
        changes = toApply.ToDictionary(incoming => incoming.Change.Item.Id, incoming => incoming.Change);
    }

    /// <summary>The changes in the order in which they are applied: as they came, unless something came before what it needs.</summary>
    public IEnumerable<IncomingChange> InOrder => graph.Groups.SelectMany(group => group);

    /// <summary>Every item that a change refers to, itself apart. Only what is created or updated needs something.</summary>
    public static IReadOnlyList<ItemId> Needs(ItemChange change) =>
        change.Kind != ChangeKind.Upsert || change.Item.References.Count == 0 ? [] : [.. change.Item.References.Where(needed => needed != change.Item.Id)];

    /// <summary>What cannot be applied since something that it needs was refused, or is neither here nor comes along. What was refused itself is left out.</summary>
    /// <param name="refused">Everything refused so far; why something waits is inherited by what needs it.</param>
    public IReadOnlyList<ItemOutcome> Unmet(IReadOnlyCollection<ItemOutcome> refused)
    {
        var outcomes = new Dictionary<ItemId, ItemOutcome>(refused.Count);
        // Of what a person declined an older revision may be here.
        foreach (var outcome in refused.Where(outcome => outcome.Kind != ItemOutcomeKind.Skipped))
            outcomes[outcome.Item] = outcome;
        var blocked = graph.Blocked(id => outcomes.ContainsKey(id) || !IsThere(id));
        return [.. blocked.Select(entry => OutcomeOf(changes[entry.Key], entry.Value, outcomes.GetValueOrDefault(entry.Value)?.Kind ?? ItemOutcomeKind.Rejected))];
    }

    private bool IsThere(ItemId id) => changes.TryGetValue(id, out var change) ? change.Kind != ChangeKind.Delete : here.GetValueOrDefault(id) is { IsDeleted: false };

    private ItemOutcome OutcomeOf(ItemChange change, ItemId cause, ItemOutcomeKind kind)
    {
        if (kind == ItemOutcomeKind.ContentMissing)
            return new ItemOutcome(change.Item.Id, change.Sequence, kind, "", "");
        var name = names.GetValueOrDefault(cause) ?? here.GetValueOrDefault(cause)?.Name;
        var error = ItemReferenceMissingError.Of(change.Item.Name, cause, name);
        return new ItemOutcome(change.Item.Id, change.Sequence, kind, error.Code, error.Message);
    }
}
