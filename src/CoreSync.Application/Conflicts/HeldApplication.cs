using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Conflicts;
using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Application.Conflicts;

/// <summary>Applies documents that were held and are accepted, by the same rules as those that come from a source.</summary>
internal sealed class HeldApplication(IConflictStore store, ICatalogue catalogue, IComponentStore components, ArrivalReview review, ItemAppliers appliers)
{
    /// <summary>Puts accepted changes into effect; the caller records them.</summary>
    /// <param name="accepted">As decided; those whose content is not here are left to the next offer of the source.</param>
    /// <param name="links">What gives way to what.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<HeldApplied> ApplyAsync(
        IReadOnlyList<Conflict> accepted, IReadOnlyList<(ItemId Mine, ItemId Theirs)> links, CancellationToken cancellationToken)
    {
        var known = (await components.ListAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(component => component.Name);
        var existing = await catalogue.FindAsync([.. accepted.Select(conflict => conflict.Id)], cancellationToken).ConfigureAwait(false);
        var items = new List<AppliedItem>();
        var held = new List<Conflict>();
        var turnedDown = new List<ItemOutcome>();
        foreach (var group in accepted.Where(conflict => IsHere(conflict, existing.GetValueOrDefault(conflict.Id), known)).GroupBy(conflict => conflict.Source))
        {
            var arrivals = await ArrivalsAsync([.. group], links, cancellationToken).ConfigureAwait(false);
            var incoming = group.Select(conflict => new IncomingChange(conflict.Change, existing.GetValueOrDefault(conflict.Id), null)).ToList();
            var reviewed = await review.RunAsync(group.Key, known, arrivals, incoming, cancellationToken).ConfigureAwait(false);
            held.AddRange(reviewed.Held);
            items.AddRange(await ApplyAsync(known, reviewed.ToApply, turnedDown, cancellationToken).ConfigureAwait(false));
        }

        return new HeldApplied(items, held, turnedDown);
    }

    private static bool IsHere(Conflict conflict, Item? existing, Dictionary<ComponentName, Component> known)
    {
        var item = conflict.Change.Item;
        return item.Kind == ItemKind.Document && known.ContainsKey(item.Component) && (existing is null || existing.Revision < item.Revision)
            && (conflict.Change.Kind != ChangeKind.Upsert || conflict.Change.Content is not null || item.Size == 0 || existing is { IsDeleted: false } && existing.Hash == item.Hash);
    }

    private async Task<Arrivals> ArrivalsAsync(IReadOnlyList<Conflict> accepted, IReadOnlyList<(ItemId Mine, ItemId Theirs)> links, CancellationToken cancellationToken)
    {
        var about = await store.AboutAsync([.. accepted.Select(conflict => conflict.Change.Item)], cancellationToken).ConfigureAwait(false);
        var mine = await catalogue.FindAsync([.. links.Select(link => link.Mine)], cancellationToken).ConfigureAwait(false);
        var linked = about.Linked.ToDictionary();
        foreach (var link in links)
        {
            if (mine.GetValueOrDefault(link.Mine) is { IsDeleted: false } live)
                linked[link.Theirs] = live;
        }

        return about with { Conflicts = accepted.ToDictionary(conflict => conflict.Id), Linked = linked };
    }

    // An item with what it needs or not at all (J4), as with what comes from a source.
    private async Task<IEnumerable<AppliedItem>> ApplyAsync(
        Dictionary<ComponentName, Component> known, IReadOnlyList<IncomingChange> changes, List<ItemOutcome> turnedDown, CancellationToken cancellationToken)
    {
        var here = await catalogue.FindAsync([.. changes.SelectMany(change => IncomingGroups.Needs(change.Change)).Distinct()], cancellationToken).ConfigureAwait(false);
        var groups = new IncomingGroups(changes, here);
        var refused = groups.Unmet([]).ToList();
        var unmet = refused.Count;
        refused.AddRange(await appliers.StageAsync(known, Left(), cancellationToken).ConfigureAwait(false));
        refused.AddRange(groups.Unmet(refused));
        refused.AddRange(await appliers.ApplyAsync(known, Left(), groups, refused, cancellationToken).ConfigureAwait(false));
        turnedDown.AddRange(refused.Skip(unmet));
        return Left().Select(change => AppliedItems.From(known[change.Change.Item.Component], change));

        List<IncomingChange> Left() => [.. groups.InOrder.Where(change => refused.All(outcome => outcome.Item != change.Change.Item.Id))];
    }
}

/// <summary>What <see cref="HeldApplication"/> did.</summary>
/// <param name="Items">Applied.</param>
/// <param name="StillHeld">What a person must decide about once more, for another reason.</param>
/// <param name="TurnedDown">What the product behind a component did not take, and what needs that.</param>
internal sealed record HeldApplied(IReadOnlyList<AppliedItem> Items, IReadOnlyList<Conflict> StillHeld, IReadOnlyList<ItemOutcome> TurnedDown);
