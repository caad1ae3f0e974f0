using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Conflicts;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Conflicts;

internal sealed class LinkItemsHandler(IConflictStore store, ICatalogue catalogue, IComponentStore components, HeldChanges held, ILocalCore local) : IRequestHandler<LinkItems, Result<ItemLink>>
{
    public async Task<Result<ItemLink>> Handle(LinkItems request, CancellationToken cancellationToken)
    {
        var first = await SideAsync(request.First, cancellationToken).ConfigureAwait(false);
        if (first.IsFailed)
            return first.ToResult<ItemLink>();
        var second = await SideAsync(request.Second, cancellationToken).ConfigureAwait(false);
        if (second.IsFailed)
            return second.ToResult<ItemLink>();
        if (await LinkedAsync(first.Value, second.Value, cancellationToken).ConfigureAwait(false) is { } before)
            return before;
        var here = local.Current.Id;
        // In any order: the one that this core may change gives way, the one that another core made takes its place.
        var (mine, theirs) = MayGiveWay(first.Value) && IsForeign(second.Value) ? (first.Value, second.Value) : (second.Value, first.Value);
        if (!MayGiveWay(mine) || !IsForeign(theirs))
            return Invalid("one of the two must be an item of this core, the other one of another core");
        var given = mine.Item!;
        if (given.Kind != ItemKind.Document || (theirs.Item is { } other && (other.Component != given.Component || other.Kind != ItemKind.Document)))
            return Invalid("the two must be documents of one component");
        if (await components.FindAsync(given.Component, cancellationToken).ConfigureAwait(false) is { IsProduct: true })
            return Result.Fail(new ComponentProductError(given.Component.Value));
        IReadOnlyList<(ItemId, ItemId)> links = [(mine.Id, theirs.Id)];

        if (theirs.Held is { IsAccepted: false } waiting)
        {
            var settled = await held.SettleAsync([held.Decided(waiting, ConflictDecision.Linked)], links, cancellationToken).ConfigureAwait(false);
            return settled.IsFailed ? settled.ToResult<ItemLink>() : new ItemLink(given, theirs.Id, settled.Value[0].IsAccepted);
        }

        var applied = theirs.Existing is { IsDeleted: false } copy ? [Renamed(copy, given)] : (IReadOnlyList<AppliedItem>)[];
        var linked = await store.SettleAsync(new ConflictSettlement([], applied, [], links), cancellationToken).ConfigureAwait(false);
        return linked.IsFailed ? linked.ToResult<ItemLink>() : new ItemLink(given, theirs.Id, applied.Count > 0);

        bool MayGiveWay(Side side) => side.Existing is { IsDeleted: false } item && !item.IsReadOnlyOn(here);

        // What this core never heard of comes from another one.
        bool IsForeign(Side side) => side.Item?.Origin != here;

        Result<ItemLink> Invalid(string reason) => Result.Fail(new ConflictLinkInvalidError(request.First, request.Second, reason));
    }

    // Doing it twice does no harm.
    private async Task<ItemLink?> LinkedAsync(Side first, Side second, CancellationToken cancellationToken)
    {
        foreach (var (mine, theirs) in new[] { (first, second), (second, first) })
        {
            if (mine.Item is { } item && await store.SuccessorAsync(mine.Id, cancellationToken).ConfigureAwait(false) == theirs.Id)
                return new ItemLink(item, theirs.Id, theirs.Existing is { IsDeleted: false });
        }

        return null;
    }

    // A copy that came under a suffix gets its own name back: what had the name gives way.
    private static AppliedItem Renamed(Item copy, Item mine)
    {
        var named = copy.OriginName is { } name && name == mine.Name && copy.Group == mine.Group ? copy with { Name = name, OriginName = null } : copy;
        return new AppliedItem(named, null, ContentChanged: false, copy.AutoSync ? ChangeKind.Upsert : ChangeKind.Release, mine.Id);
    }

    private async Task<Result<Side>> SideAsync(string text, CancellationToken cancellationToken)
    {
        if (ItemId.Parse(text) is not { IsSuccess: true } id)
            return Result.Fail(new ItemNotFoundError(text));
        var existing = await catalogue.FindAsync(id.Value, cancellationToken).ConfigureAwait(false);
        return new Side(id.Value, existing, await store.FindAsync(id.Value, cancellationToken).ConfigureAwait(false));
    }

    private sealed record Side(ItemId Id, Item? Existing, Conflict? Held)
    {
        public Item? Item => Existing ?? Held?.Change.Item;
    }
}
