using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Application.Replication;

/// <summary>Finds everything that changes need and the target does not have yet (J4), and puts it in order.</summary>
internal sealed class ReferenceClosure(IChangeFeed feed, TargetKnowledge there)
{
    /// <summary>Most items that come along with the changes of one plan; bounds memory (S5), not what can be sent: fewer changes are planned at a time.</summary>
    public const int MaxCompanions = 100_000;

    /// <summary>Puts changes and what they need in order.</summary>
    /// <param name="roots">The changes, in sequence order.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null when they need more than <see cref="MaxCompanions"/>.</returns>
    public async Task<Result<Ordered?>> OfAsync(IReadOnlyList<ItemChange> roots, CancellationToken cancellationToken)
    {
        var found = roots.ToDictionary(change => change.Item.Id, Outgoing.Root);
        var missing = roots.Where(change => change.Kind == ChangeKind.Delete).ToDictionary(change => change.Item.Id, change => (string?)change.Item.Name);
        // What is released is looked at once more where something needs it: it goes as it is now then, not as a mere release.
        var released = roots.Where(change => change.Kind == ChangeKind.Release).Select(change => change.Item.Id).ToHashSet();
        var seen = found.Keys.Where(id => !released.Contains(id)).ToHashSet();
        var next = found.Values.SelectMany(outgoing => outgoing.Needs).Where(seen.Add).ToList();
        while (next.Count > 0)
        {
            var entries = await feed.EntriesAsync(next, cancellationToken).ConfigureAwait(false);
            if (entries.IsFailed)
                return entries.ToResult<Ordered?>();
            var known = entries.Value.ToDictionary(entry => entry.Item.Id);
            var further = new List<ItemId>();
            foreach (var id in next)
            {
                if (!known.TryGetValue(id, out var entry) || entry.Item.IsDeleted)
                {
                    missing[id] = entry?.Item.Name;
                }
                else if (released.Contains(id) || ComesAlong(entry))
                {
                    found[id] = Outgoing.Companion(entry) with { Change = found.GetValueOrDefault(id)?.Change, IsCopy = true };
                    further.AddRange(found[id].Needs.Where(seen.Add));
                }
            }

            if (found.Count - roots.Count > MaxCompanions)
                return Result.Ok<Ordered?>(null);
            next = further;
        }

        return Result.Ok<Ordered?>(new Ordered([.. found.Values], missing));
    }

    // A file, or an item of a component that is switched off, does not come along: the target knows whether it has it.
    private bool ComesAlong(FeedEntry entry) => entry.Item.Kind == ItemKind.Document && there.MaySend(entry.Item.Component) && !there.Has(entry);

    /// <summary>Items in the order in which they are applied, and those that cannot go.</summary>
    internal sealed class Ordered
    {
        private readonly Dictionary<ItemId, CoreSyncError> held = [];

        public Ordered(IReadOnlyList<Outgoing> items, IReadOnlyDictionary<ItemId, string?> missing)
        {
            var graph = new ReferenceGraph<Outgoing>(items, item => item.Id, item => item.Needs);
            foreach (var cycle in graph.Groups.Where(group => group.Count > ItemLimits.MaxBatchItems))
            {
                foreach (var member in cycle)
                {
                    var others = cycle.Take(ItemCycleTooLargeError.MaxNamed + 1).Where(other => other.Id != member.Id).Take(ItemCycleTooLargeError.MaxNamed).Select(other => $"'{other.Name}'");
                    held[member.Id] = new ItemCycleTooLargeError(member.Name, string.Join(", ", others), cycle.Count, ItemLimits.MaxBatchItems);
                }
            }

            var names = items.ToDictionary(item => item.Id, item => item.Name);
            foreach (var (item, cause) in graph.Blocked(id => missing.ContainsKey(id) || held.ContainsKey(id)).ToList())
                held.Add(item, ItemReferenceMissingError.Of(names[item], cause, missing.GetValueOrDefault(cause) ?? names.GetValueOrDefault(cause)));
            Groups = [.. graph.Groups.Where(group => !held.ContainsKey(group[0].Id))];
        }

        /// <summary>What goes: one item, or a cycle, each group after all that it needs.</summary>
        public IReadOnlyList<IReadOnlyList<Outgoing>> Groups { get; }

        /// <summary>What does not go, and why.</summary>
        public IReadOnlyDictionary<ItemId, CoreSyncError> Held => held;
    }
}

/// <summary>An item that is about to be sent.</summary>
/// <param name="Id">The item.</param>
/// <param name="Name">Its name, for errors.</param>
/// <param name="Sequence">Its position in the feed.</param>
/// <param name="ContentSequence">Where its content changed last.</param>
/// <param name="Bytes">Size of its content; 0 for what travels without.</param>
/// <param name="Needs">What it needs, itself apart.</param>
/// <param name="Change">The change of the plan; null for what comes along.</param>
internal sealed record Outgoing(ItemId Id, string Name, Sequence Sequence, Sequence ContentSequence, long Bytes, IReadOnlyList<ItemId> Needs, ItemChange? Change)
{
    /// <summary>It goes as the item is now, read when its turn comes, not as what the feed tells.</summary>
    public bool IsCopy { get; init; }

    /// <summary>Documents are in the target's memory while they are applied, files never.</summary>
    public bool IsDocument => Change is null or { Item.Kind: ItemKind.Document };

    /// <summary>How many payloads its record lists.</summary>
    public int Payloads { get; init; }

    public static Outgoing Root(ItemChange change) => new(
        change.Item.Id, change.Item.Name, change.Sequence, change.ContentSequence, change.Kind == ChangeKind.Upsert ? change.Item.Size : 0, IncomingGroups.Needs(change), change)
    { Payloads = change.Item.Payloads.Count };

    public static Outgoing Companion(FeedEntry entry) => new(
        entry.Item.Id, entry.Item.Name, entry.Sequence, entry.ContentSequence, entry.Item.Size, [.. entry.Item.References.Where(needed => needed != entry.Item.Id)], null)
    { Payloads = entry.Item.Payloads.Count };
}
