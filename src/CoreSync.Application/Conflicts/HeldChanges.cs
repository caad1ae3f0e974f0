using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Conflicts;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Application.Conflicts;

/// <summary>Records what a person decided and puts it into effect: documents at once, for their content is here; files when the source offers them next.</summary>
internal sealed class HeldChanges(IConflictStore store, ICatalogue catalogue, HeldApplication application, ILocalCore local, IRandomSource random, ICurrentActor acting, TimeProvider time)
{
    /// <summary>Accepts or declines changes that wait for approval, together with those that they hang together with.</summary>
    /// <returns>Everything decided. Fails with <see cref="ConflictSettledError"/> or <see cref="ConflictNotFoundError"/>; nothing was decided then.</returns>
    public async Task<Result<IReadOnlyList<Conflict>>> DecideAsync(IReadOnlyCollection<ItemId> ids, bool accept, CancellationToken cancellationToken)
    {
        var waiting = (await store.ListAsync(decided: false, cancellationToken).ConfigureAwait(false)).Where(conflict => conflict.Reason == ConflictReason.Approval).ToDictionary(conflict => conflict.Id);
        var chosen = ids.ToHashSet();
        for (var count = -1; count != chosen.Count;)
        {
            count = chosen.Count;
            if (accept)
            {
                chosen.UnionWith(chosen.Where(waiting.ContainsKey).SelectMany(id => waiting[id].Change.Item.References).Where(waiting.ContainsKey).ToList());
                chosen.UnionWith(waiting.Values.Where(one => one.Other is not null && one.Change.Item.References.Where(waiting.ContainsKey).All(chosen.Contains)).Select(one => one.Id).ToList());
            }
            else
            {
                chosen.UnionWith(waiting.Values.Where(one => one.Change.Item.References.Any(chosen.Contains)).Select(one => one.Id).ToList());
            }
        }

        var decided = new List<Conflict>();
        foreach (var id in chosen)
        {
            if (await store.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } conflict)
                return Result.Fail(new ConflictNotFoundError(id.ToString()));
            if (conflict.IsAccepted && !accept)
                return Result.Fail(new ConflictSettledError(conflict.Change.Item.Name, conflict.Decision.ToString()!));
            if (!conflict.IsAccepted)
                decided.Add(Decided(conflict, accept ? ConflictDecision.Theirs : ConflictDecision.Mine));
        }

        return await SettleAsync(decided, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A conflict as it is after the decision of the person who acts.</summary>
    public Conflict Decided(Conflict conflict, ConflictDecision decision) =>
        conflict with { Decision = decision, DecidedAt = time.GetUtcNow(), DecidedBy = acting.Actor.Name };

    /// <summary>Records decisions and applies what was accepted, in one transaction.</summary>
    public Task<Result<IReadOnlyList<Conflict>>> SettleAsync(IReadOnlyList<Conflict> decided, CancellationToken cancellationToken) =>
        SettleAsync(decided, [], cancellationToken);

    /// <summary>Records decisions and links, and applies what was accepted, in one transaction. What a product does not take waits on: nothing is decided about it.</summary>
    /// <returns>All of them as they are now. Fails with <see cref="ConflictNotTakenError"/> when nothing is left to decide, and as <see cref="IConflictStore.SettleAsync"/>.</returns>
    public async Task<Result<IReadOnlyList<Conflict>>> SettleAsync(
        IReadOnlyList<Conflict> decided, IReadOnlyList<(ItemId Mine, ItemId Theirs)> links, CancellationToken cancellationToken)
    {
        List<(ItemId Mine, ItemId Theirs)> all =
        [
            .. links, .. decided.Where(conflict => conflict is { Reason: ConflictReason.NameClash, Decision: ConflictDecision.Theirs, Other: not null }).Select(conflict => (conflict.Other!.Value, conflict.Id)),
        ];
        var applied = await application.ApplyAsync([.. decided.Where(conflict => conflict.IsAccepted)], all, cancellationToken).ConfigureAwait(false);
        var turnedDown = applied.TurnedDown.Select(outcome => outcome.Item).ToHashSet();
        var settling = decided.Where(conflict => !turnedDown.Contains(conflict.Id)).ToList();
        if (settling.Count == 0 && applied.TurnedDown.Count > 0)
            return Result.Fail(NotTaken(decided, applied.TurnedDown[0]));
        all.RemoveAll(link => turnedDown.Contains(link.Theirs));

        var made = new List<CatalogueWrite>();
        foreach (var conflict in settling.Where(conflict => conflict is { Reason: ConflictReason.ChangedHere, Decision: ConflictDecision.Both }))
        {
            if (await CopyAsync(conflict.Id, cancellationToken).ConfigureAwait(false) is { } copy)
                made.Add(copy);
        }

        var left = applied.StillHeld.ToDictionary(conflict => conflict.Id);
        var done = applied.Items.Select(item => item.Item.Id).ToHashSet();
        List<Conflict> after =
        [
            .. settling.Select(conflict => left.GetValueOrDefault(conflict.Id) ?? (done.Contains(conflict.Id) ? conflict with { Change = conflict.Change with { Content = null } } : conflict)),
        ];
        var settled = await store.SettleAsync(new ConflictSettlement(after, applied.Items, made, all), cancellationToken).ConfigureAwait(false);
        if (settled.IsFailed)
            return settled.ToResult<IReadOnlyList<Conflict>>();
        return Result.Ok<IReadOnlyList<Conflict>>(
            [.. after, .. decided.Where(conflict => turnedDown.Contains(conflict.Id)).Select(conflict => conflict with { Decision = null, DecidedAt = null, DecidedBy = null })]);
    }

    private static ConflictNotTakenError NotTaken(IReadOnlyList<Conflict> decided, ItemOutcome outcome)
    {
        var item = decided.First(conflict => conflict.Id == outcome.Item).Change.Item;
        return new ConflictNotTakenError(item.Name, item.Component.Value, outcome.Message);
    }

    // The edited version lives on as an item of this core, beside the copy.
    private async Task<CatalogueWrite?> CopyAsync(ItemId id, CancellationToken cancellationToken)
    {
        if (await catalogue.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { IsDeleted: false } edited)
            return null;
        var document = await catalogue.ReadDocumentAsync(id, cancellationToken).ConfigureAwait(false);
        var taken = await store.SuffixedAsync(edited.Component, edited.Group, edited.Name, cancellationToken).ConfigureAwait(false);
        var copy = edited with
        {
            Id = new ItemId(random.NewGuid()),
            Name = NameSuffix.FirstFree(edited.Name, taken) ?? edited.Name,
            OriginName = null,
            Origin = local.Current.Id,
            Revision = Revision.None.Next(),
            AutoSync = false,
            IsEdited = false,
        };
        return new CatalogueWrite(copy, ContentChanged: true, ChangeKind.Upsert, document);
    }
}
