using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Conflicts;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Application.Conflicts;

/// <summary>
/// Holds what arrives against the policies of this core, in this order:
/// <code>
///   1  approval    the component holds everything until a person accepts it (A10)
///   2  edited      a copy that was changed here meets a newer revision
///   3  names       another document has the name (A3)
///   4  together    what needs something that waits, waits with it (J4)
/// </code>
/// Writes nothing: what is held is recorded with the batch.
/// </summary>
internal sealed class ArrivalReview(IConflictStore store, ILocalCore local, TimeProvider time)
{
    /// <summary>Reviews changes that could be applied otherwise.</summary>
    /// <param name="source">The core that sent them.</param>
    /// <param name="components">The components of this core that they belong to.</param>
    /// <param name="arrivals">What is known about them.</param>
    /// <param name="incoming">In the order of application.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<ReviewedArrivals> RunAsync(
        CoreId source, IReadOnlyDictionary<ComponentName, Component> components, Arrivals arrivals, IReadOnlyList<IncomingChange> incoming, CancellationToken cancellationToken)
    {
        var run = new Run(source, components, arrivals, incoming, local.Current.Id, time.GetUtcNow());
        foreach (var change in incoming)
            run.Record(change, run.OnApproval(change) ?? run.OnEdited(change) ?? await run.OnNameAsync(change, store, cancellationToken).ConfigureAwait(false));
        await run.HoldTogetherAsync(store, cancellationToken).ConfigureAwait(false);
        var held = run.Held.Select(conflict => conflict.Id).ToHashSet();
        var settled = incoming.Select(change => change.Change.Item.Id).Where(id => !held.Contains(id) && arrivals.Conflicts.GetValueOrDefault(id) is { IsWaiting: true }).ToList();
        return new ReviewedArrivals(run.ToApply, run.Outcomes, run.Held, settled);
    }

    private sealed class Run(
        CoreId source, IReadOnlyDictionary<ComponentName, Component> components, Arrivals arrivals, IReadOnlyList<IncomingChange> incoming, CoreId here, DateTimeOffset now)
    {
        private readonly Dictionary<ItemId, IncomingChange> batch = incoming.ToDictionary(change => change.Change.Item.Id);
        private readonly Dictionary<(ComponentName Component, string Group, string Name), List<Item>> taken = [];
        private readonly HashSet<ItemId> givingWay = [];

        public List<IncomingChange> ToApply { get; } = [];

        public List<ItemOutcome> Outcomes { get; } = [];

        public List<Conflict> Held { get; } = [];

        // A release takes nothing away and brings nothing: it never waits.
        public Verdict? OnApproval(IncomingChange change)
        {
            if (!ComponentOf(change).NeedsApproval || change.Change.Kind == ChangeKind.Release || ChangesNothing(change))
                return null;
            // What waits for another reason was accepted before.
            if (About(change) is { IsWaiting: true, Reason: not ConflictReason.Approval })
                return null;
            return DecisionOn(change) switch
            {
                null => new Verdict.Hold(ConflictReason.Approval, null),
                ConflictDecision.Mine => new Verdict.Decline(),
                _ => null,
            };
        }

        public Verdict? OnEdited(IncomingChange change)
        {
            if (change is not { Existing: { IsDeleted: false, IsEdited: true } existing, Change.Kind: ChangeKind.Upsert or ChangeKind.Delete } || ChangesNothing(change))
                return null;
            if (DecisionOn(change) is { } decision && arrivals.Conflicts[existing.Id].Reason == ConflictReason.ChangedHere)
                return decision == ConflictDecision.Mine ? new Verdict.Decline() : null;
            return ComponentOf(change).OnEdited switch
            {
                EditedPolicy.Ask => new Verdict.Hold(ConflictReason.ChangedHere, existing.Id),
                EditedPolicy.Keep => new Verdict.Refuse(new ItemKeptHereError(existing.Name)),
                _ => null,
            };
        }

        public async Task<Verdict> OnNameAsync(IncomingChange change, IConflictStore store, CancellationToken cancellationToken)
        {
            var item = change.Change.Item;
            // A name that was given already comes from the inbox: it stays.
            if (item.Kind != ItemKind.Document || change.Change.Kind != ChangeKind.Upsert || item.OriginName is not null)
                return new Verdict.Take(change);
            var displaced = arrivals.Linked.GetValueOrDefault(item.Id) is { } linked && linked.Component == item.Component && givingWay.Add(linked.Id) ? linked : null;
            var namesakes = Namesakes(item);
            var verdict = ClashRule.Decide(item, change.Existing, namesakes, ClashPolicyOf(change), here);
            switch (verdict)
            {
                case ClashVerdict.Named named:
                    return Named(change, named.Name, displaced);
                // What gives way in the catalogue alone would live on in the database of the product.
                case ClashVerdict.Replaces replaced when displaced is null && !ComponentOf(change).IsProduct:
                    givingWay.Add(replaced.Other.Id);
                    return Named(change, item.Name, replaced.Other);
                case ClashVerdict.Refused refused:
                    return arrivals.Conflicts.GetValueOrDefault(item.Id)?.Decision == ConflictDecision.Mine ? new Verdict.Decline() : new Verdict.Refuse(refused.Error);
                case ClashVerdict.Asks asks:
                    return new Verdict.Hold(ConflictReason.NameClash, asks.Other.Id);
            }

            var names = (await store.SuffixedAsync(item.Component, item.Group, item.Name, cancellationToken).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
            names.UnionWith(taken.Keys.Where(key => key.Component == item.Component && key.Group == item.Group).Select(key => key.Name));
            return NameSuffix.FirstFree(item.Name, names) is { } free
                ? Named(change, free, displaced)
                : new Verdict.Refuse(new ItemNamesExhaustedError(item.Name, item.Group, NameSuffix.Last));
        }

        public void Record(IncomingChange change, Verdict verdict)
        {
            switch (verdict)
            {
                case Verdict.Take take:
                    ToApply.Add(take.Change);
                    break;
                case Verdict.Refuse refuse:
                    Tell(change, ItemOutcomeKind.Rejected, refuse.Error);
                    break;
                case Verdict.Decline:
                    // Done for the source: it need not offer this revision again.
                    Tell(change, ItemOutcomeKind.Skipped, new ItemDeclinedError(change.Change.Item.Name));
                    break;
                case Verdict.Hold hold:
                    Hold(change, hold.Reason, hold.Other);
                    break;
            }
        }

        // A reference to something that waits and is not here yet, or whose newer revision waits in this very batch: the two wait together.
        public async Task HoldTogetherAsync(IConflictStore store, CancellationToken cancellationToken)
        {
            var needed = ToApply.Where(change => change.Change.Kind == ChangeKind.Upsert).SelectMany(change => change.Change.Item.References).Distinct().ToList();
            if (needed.Count == 0)
                return;
            var waiting = (await store.WaitingAsync(needed, cancellationToken).ConfigureAwait(false)).ToHashSet();
            waiting.ExceptWith(ToApply.Select(change => change.Change.Item.Id));
            waiting.UnionWith(Held.Select(conflict => conflict.Id));
            for (var found = waiting.Count > 0; found;)
            {
                found = false;
                foreach (var change in ToApply.ToList())
                {
                    var missing = change.Change.Kind == ChangeKind.Upsert ? change.Change.Item.References.Where(waiting.Contains).Cast<ItemId?>().FirstOrDefault() : null;
                    if (missing is null)
                        continue;
                    ToApply.Remove(change);
                    Hold(batch[change.Change.Item.Id], ConflictReason.Approval, missing);
                    waiting.Add(change.Change.Item.Id);
                    found = true;
                }
            }
        }

        private Component ComponentOf(IncomingChange change) => components[change.Change.Item.Component];

        // What a person decided about this revision; about an older one it says nothing.
        private ConflictDecision? DecisionOn(IncomingChange change) => About(change)?.Decision;

        private Conflict? About(IncomingChange change) =>
            arrivals.Conflicts.GetValueOrDefault(change.Change.Item.Id) is { } conflict && conflict.Change.Item.Revision >= change.Change.Item.Revision ? conflict : null;

        // Deciding about names holds for the item, whatever its revision: people would be asked the same question again and again.
        private ClashPolicy ClashPolicyOf(IncomingChange change) =>
            arrivals.Conflicts.GetValueOrDefault(change.Change.Item.Id) is { Reason: ConflictReason.NameClash, Decision: { } decision }
                ? decision switch
                {
                    ConflictDecision.Mine => ClashPolicy.Keep,
                    ConflictDecision.Both => ClashPolicy.Suffix,
                    _ => ClashPolicy.Replace,
                }
                : ComponentOf(change).OnClash;

        private static bool ChangesNothing(IncomingChange change) => change.Change.Kind == ChangeKind.Delete
            ? change.Existing is null or { IsDeleted: true }
            : change.Existing is { IsDeleted: false } existing && existing.Hash == change.Change.Item.Hash && existing.AutoSync == change.Change.Item.AutoSync
                && (existing.OriginName ?? existing.Name) == change.Change.Item.Name && existing.Group == change.Change.Item.Group
                && existing.References.SequenceEqual(change.Change.Item.References) && existing.Payloads.SequenceEqual(change.Change.Item.Payloads);

        private List<Item> Namesakes(Item item)
        {
            var key = (item.Component, item.Group, item.Name);
            var others = arrivals.Namesakes[key].Where(other => other.Id != item.Id && !givingWay.Contains(other.Id) && !Leaves(other)).ToList();
            others.AddRange((taken.GetValueOrDefault(key) ?? []).Where(other => others.All(one => one.Id != other.Id)));
            return others;
        }

        // The other one gives the name up in this very batch: two items that swap their names at the source clash with nobody.
        private bool Leaves(Item other) => batch.TryGetValue(other.Id, out var change) && change.Change.Kind switch
        {
            ChangeKind.Upsert => (other.OriginName ?? other.Name) != change.Change.Item.Name || other.Group != change.Change.Item.Group,
            ChangeKind.Delete => ComponentOf(change).OnDelete != DeletePolicy.Keep,
            _ => false,
        };

        private Verdict.Take Named(IncomingChange change, string name, Item? displaced)
        {
            var item = change.Change.Item;
            var key = (item.Component, item.Group, name);
            if (taken.TryGetValue(key, out var items))
                items.Add(item);
            else
                taken.Add(key, [item]);
            // What an import makes here has its name from here.
            var renamed = name == item.Name ? change : change with { Change = change.Change with { Item = item with { Name = name, OriginName = item.Origin == here ? null : item.Name } } };
            return new Verdict.Take(displaced is null ? renamed : renamed with { Displaced = displaced });
        }

        private void Hold(IncomingChange change, ConflictReason reason, ItemId? other)
        {
            var before = arrivals.Conflicts.GetValueOrDefault(change.Change.Item.Id);
            var first = before is { IsWaiting: true } ? before.FirstAt : now;
            Held.Add(new Conflict(change.Change, source, reason, other, first, now));
            Tell(change, ItemOutcomeKind.Conflict, Conflict.ErrorOf(reason, change.Change.Item.Name));
        }

        private void Tell(IncomingChange change, ItemOutcomeKind kind, CoreSyncError error) =>
            Outcomes.Add(new ItemOutcome(change.Change.Item.Id, change.Change.Sequence, kind, error.Code, error.Message));
    }

    internal abstract record Verdict
    {
        public sealed record Take(IncomingChange Change) : Verdict;

        public sealed record Refuse(CoreSyncError Error) : Verdict;

        public sealed record Decline : Verdict;

        public sealed record Hold(ConflictReason Reason, ItemId? Other) : Verdict;
    }
}

/// <summary>What the policies of this core leave of a batch.</summary>
/// <param name="ToApply">Under the names that they get here, in their order.</param>
/// <param name="Outcomes">Of everything else.</param>
/// <param name="Held">What waits for a person; recorded with the batch.</param>
/// <param name="NoLongerHeld">What waited and does not any more.</param>
internal sealed record ReviewedArrivals(
    IReadOnlyList<IncomingChange> ToApply, IReadOnlyList<ItemOutcome> Outcomes, IReadOnlyList<Conflict> Held, IReadOnlyList<ItemId> NoLongerHeld);
