using CoreSync.Application.Conflicts;
using CoreSync.Application.Cores;
using CoreSync.Conflicts;
using CoreSync.Errors;
using CoreSync.Items;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Items;

/// <summary>Lists the versions of a document that this core keeps, newest first (A9).</summary>
/// <param name="Id">The item; a deleted one too.</param>
public sealed record ListRevisions(string Id) : IRequest<Result<ItemRevisions>>;

/// <summary>An item with its versions.</summary>
/// <param name="Item">As it is now.</param>
/// <param name="Previous">What is kept, newest first.</param>
public sealed record ItemRevisions(Item Item, IReadOnlyList<ItemRevision> Previous);

/// <summary>
/// Brings back a previous version of a document, in one step (A9). An item of this core gets a new revision, which travels. A copy counts as edited here until its
/// origin sends the next revision; this works on read-only copies too, since a person asks for it. What is replaced is kept in turn.
/// </summary>
/// <param name="Id">The item; one that was deleted comes back.</param>
/// <param name="To">The version, such as <c>7</c>; null for the newest one kept.</param>
public sealed record RollBackItem(string Id, string? To = null) : IRequest<Result<Item>>;

internal sealed class ListRevisionsHandler(ICatalogue catalogue, IItemRevisions revisions) : IRequestHandler<ListRevisions, Result<ItemRevisions>>
{
    public async Task<Result<ItemRevisions>> Handle(ListRevisions request, CancellationToken cancellationToken)
    {
        var item = await catalogue.FindItemAsync(request.Id, cancellationToken).ConfigureAwait(false);
        return item.IsFailed ? item.ToResult<ItemRevisions>() : new ItemRevisions(item.Value, await revisions.ListAsync(item.Value.Id, cancellationToken).ConfigureAwait(false));
    }
}

internal sealed class RollBackItemHandler(ICatalogue catalogue, IComponentStore components, IItemRevisions revisions, IConflictStore conflicts, ILocalCore local) : IRequestHandler<RollBackItem, Result<Item>>
{
    public async Task<Result<Item>> Handle(RollBackItem request, CancellationToken cancellationToken)
    {
        var found = await catalogue.FindItemAsync(request.Id, cancellationToken).ConfigureAwait(false);
        if (found.IsFailed)
            return found;
        var present = found.Value;
        if (present.Kind != ItemKind.Document)
            return Result.Fail(new ComponentKindError(present.Component.Value, "files"));
        if (await components.FindAsync(present.Component, cancellationToken).ConfigureAwait(false) is { IsProduct: true })
            return Result.Fail(new ComponentProductError(present.Component.Value));
        var kept = await revisions.ListAsync(present.Id, cancellationToken).ConfigureAwait(false);
        var chosen = request.To is null ? (kept.Count == 0 ? null : kept[0]) : kept.FirstOrDefault(revision => revision.Label == request.To.Trim());
        if (chosen is null || await revisions.ReadDocumentAsync(chosen, cancellationToken).ConfigureAwait(false) is not { } document)
            return Result.Fail(new ItemRevisionNotFoundError(present.Name, request.To ?? "1"));
        var name = await FreeNameAsync(present, chosen.Item, cancellationToken).ConfigureAwait(false);
        if (name.IsFailed)
            return name.ToResult<Item>();

        var next = Next(present, chosen, name.Value);
        await catalogue.WriteAsync([new CatalogueWrite(next, ContentChanged: true, ItemChanges.KindOf(present, next), document)], cancellationToken).ConfigureAwait(false);
        return next;
    }

    private Item Next(Item present, ItemRevision chosen, string name)
    {
        var isOwn = present.Origin == local.Current.Id;
        return chosen.Item with
        {
            Name = name,
            OriginName = isOwn ? null : chosen.Item.OriginName ?? (name == chosen.Item.Name ? null : chosen.Item.Name),
            Revision = isOwn ? present.Revision.Next() : present.Revision,
            // What was deleted comes back as an item that people may edit: its source does not send it any more.
            AutoSync = present.AutoSync && (isOwn || !present.IsDeleted),
            // The version that the origin made under this very revision is no edit.
            IsEdited = !isOwn && (present.IsDeleted || chosen.Edit != 0 || chosen.Item.Revision != present.Revision),
            IsDeleted = false,
        };
    }

    // Something else may have taken the name meanwhile.
    private async Task<Result<string>> FreeNameAsync(Item present, Item chosen, CancellationToken cancellationToken)
    {
        if (!present.IsDeleted && present.Name == chosen.Name && present.Group == chosen.Group)
            return chosen.Name;
        if (await catalogue.FindByNameAsync(chosen.Component, chosen.Group, chosen.Name, cancellationToken).ConfigureAwait(false) is not { } other || other.Id == present.Id)
            return chosen.Name;
        var taken = await conflicts.SuffixedAsync(chosen.Component, chosen.Group, chosen.Name, cancellationToken).ConfigureAwait(false);
        return NameSuffix.FirstFree(chosen.Name, taken) is { } free ? free : Result.Fail(new ItemNamesExhaustedError(chosen.Name, chosen.Group, NameSuffix.Last));
    }
}
