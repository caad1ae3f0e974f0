using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Application.Verification;

/// <summary>
/// Puts a plan together, batch after batch, as if what was planned before had been applied: who answers knows nothing of it, since nothing is written (J10). References to
/// what would be there by then are not asked about; what refers to something that would wait for a person would wait too (J4).
/// </summary>
/// <param name="ask">Answers for each change of a batch, in their order.</param>
internal sealed class PlanAssembly(Func<ComponentName, ChangeBatch, Task<Result<IReadOnlyList<PlannedItem>>>> ask)
{
    private readonly List<PlanLine> lines = [];
    private readonly Dictionary<ItemId, PlanVerb> planned = [];

    /// <summary>One for each item, in the order in which it would happen.</summary>
    public IReadOnlyList<PlanLine> Lines => lines;

    /// <summary>Plans one more batch; what was planned before is passed over, unless nothing would have happened with it: a bundle may hold a release and then the item itself.</summary>
    /// <returns>Fails as the question does.</returns>
    public async Task<Result> AddAsync(ComponentName component, ChangeBatch batch)
    {
        var changes = batch.Changes.Where(change => planned.GetValueOrDefault(change.Item.Id, PlanVerb.Skip) == PlanVerb.Skip).ToList();
        if (changes.Count == 0)
            return Result.Ok();
        var answers = await ask(component, batch with { Changes = [.. changes.Select(Asked)] }).ConfigureAwait(false);
        if (answers.IsFailed)
            return answers.ToResult();
        foreach (var (change, answer) in changes.Zip(answers.Value))
            Add(Waits(change, answer) ? Held(change.Item) : answer, change.Item, change.IsCompanion ? Because(batch, change.Item.Id) : []);
        return Result.Ok();
    }

    /// <summary>Adds an item that would not be offered, with the reason.</summary>
    public void Refuse(Item item, CoreSyncError error)
    {
        if (!planned.ContainsKey(item.Id))
            Add(new PlannedItem(item.Id, PlanVerb.Reject, 0, error.Code, error.Message), item, []);
    }

    private void Add(PlannedItem answer, Item item, IReadOnlyList<ItemId> because)
    {
        if (!planned.TryAdd(item.Id, answer.Verb))
        {
            if (answer.Verb == PlanVerb.Skip)
                return;
            lines.RemoveAll(line => line.Item.Id == item.Id);
            planned[item.Id] = answer.Verb;
        }

        lines.Add(new PlanLine(answer, item, because));
    }

    private ItemChange Asked(ItemChange change) => change with
    {
        Content = null,
        Item = change.Item with { References = [.. change.Item.References.Where(needed => !planned.TryGetValue(needed, out var verb) || verb is PlanVerb.Conflict or PlanVerb.Reject)] },
    };

    private bool Waits(ItemChange change, PlannedItem answer) =>
        (answer.Verb is PlanVerb.Create or PlanVerb.Update || answer.Code == ItemReferenceMissingError.StableCode)
        && IncomingGroups.Needs(change).Any(needed => planned.GetValueOrDefault(needed) == PlanVerb.Conflict);

    private static PlannedItem Held(Item item)
    {
        var waits = new ItemAwaitingApprovalError(item.Name);
        return new PlannedItem(item.Id, PlanVerb.Conflict, 0, waits.Code, waits.Message);
    }

    private static IReadOnlyList<ItemId> Because(ChangeBatch batch, ItemId needed) =>
        [.. batch.Changes.Where(change => change.Item.References.Contains(needed) && change.Item.Id != needed).Select(change => change.Item.Id)];
}
