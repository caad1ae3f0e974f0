using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Items;

internal sealed class PutItemHandler(ICatalogue catalogue, IComponentStore components, IPayloadStore payloads, ReadOnlyAttempts attempts, ILocalCore local, IRandomSource random)
    : IRequestHandler<PutItem, Result<Item>>
{
    public async Task<Result<Item>> Handle(PutItem request, CancellationToken cancellationToken)
    {
        var component = await components.FindDocumentsAsync(request.Component, cancellationToken).ConfigureAwait(false);
        if (component.IsFailed)
            return component.ToResult<Item>();
        if (component.Value.IsProduct)
            return Result.Fail(new ComponentProductError(component.Value.Name.Value));
        var references = (request.References ?? []).Select(ItemId.Parse).ToList();
        var ids = Result.Merge([.. references.Select(reference => reference.ToResult())]);
        if (references.Count > 0 && ids.IsFailed)
            return ids.ToResult<Item>();
        var existing = await ExistingAsync(request, component.Value.Name, cancellationToken).ConfigureAwait(false);
        if (existing.IsFailed)
            return existing.ToResult<Item>();

        var here = local.Current.Id;
        var before = existing.Value;
        if (before?.IsReadOnlyOn(here) == true)
            return await attempts.RefuseAsync<Item>(before, cancellationToken).ConfigureAwait(false);
        var item = Next(request, component.Value.Name, before, references);
        var valid = item.Validate();
        if (valid.IsFailed)
            return valid.ToResult<Item>();
        var known = await catalogue.FindAsync(item.References, cancellationToken).ConfigureAwait(false);
        if (item.References.Where(reference => reference != item.Id && (!known.TryGetValue(reference, out var needed) || needed.IsDeleted)).Cast<ItemId?>().FirstOrDefault() is { } missing)
            return Result.Fail(new ItemReferenceMissingError(item.Name, missing.ToString()));


        // Last before the write: whatever refuses the item leaves no content behind.
        if (request.Payloads is not null)
        {
            var stored = await PayloadSource.StoreAsync(payloads, item.Name, request.Payloads, cancellationToken).ConfigureAwait(false);
            if (stored.IsFailed)
                return stored.ToResult<Item>();
            item = item with { Payloads = stored.Value };
        }

        var contentChanged = before is null || before.IsDeleted || !before.HasContentOf(item);
        var write = new CatalogueWrite(item, contentChanged, ItemChanges.KindOf(before, item), request.Document);
        await catalogue.WriteAsync([write], cancellationToken).ConfigureAwait(false);
        return item;
    }

    private Item Next(PutItem request, ComponentName component, Item? before, List<Result<ItemId>> references) => new()
    {
        Id = before?.Id ?? (request.Id is null ? new ItemId(random.NewGuid()) : ItemId.Parse(request.Id).Value),
        Component = component,
        Kind = ItemKind.Document,
        Name = request.Name,
        Group = request.Group ?? before?.Group ?? "",
        Owner = before?.Owner ?? "",
        Origin = before?.Origin ?? local.Current.Id,
        // Only the origin makes revisions: an edited copy keeps its own, so that the origin's next one still wins.
        Revision = before is null ? Revision.None.Next() : before.Origin == local.Current.Id ? before.Revision.Next() : before.Revision,
        MediaType = request.MediaType,
        Hash = ContentHash.Of(request.Document.Span),
        Size = request.Document.Length,
        References = request.References is null ? before?.References ?? [] : [.. references.Select(reference => reference.Value)],
        Payloads = before?.Payloads ?? [],
        StartAt = request.StartAt ?? before?.StartAt,
        IsEdited = before is not null && before.Origin != local.Current.Id,
        OriginName = before?.Name == request.Name ? before.OriginName : null,
        AutoSync = request.AutoSync ?? before?.AutoSync ?? false,
    };

    private async Task<Result<Item?>> ExistingAsync(PutItem request, ComponentName component, CancellationToken cancellationToken)
    {
        if (request.Id is null)
            return Result.Ok<Item?>(await catalogue.FindByNameAsync(component, request.Group ?? "", request.Name, cancellationToken).ConfigureAwait(false));
        var id = ItemId.Parse(request.Id);
        if (id.IsFailed)
            return Result.Fail(new UsageInvalidError($"'{request.Id}' is not an id: ids are GUIDs"));
        var found = await catalogue.FindAsync(id.Value, cancellationToken).ConfigureAwait(false);
        return found is not null && found.Component != component
            ? Result.Fail(new ItemInvalidError(found.Name, $"it belongs to component {found.Component}"))
            : Result.Ok(found);
    }
}

internal sealed class ListItemsHandler(ICatalogue catalogue, IComponentStore components) : IRequestHandler<ListItems, Result<IReadOnlyList<Item>>>
{
    private const int PageSize = 1000;

    public async Task<Result<IReadOnlyList<Item>>> Handle(ListItems request, CancellationToken cancellationToken)
    {
        ComponentName? component = null;
        if (request.Component is not null)
        {
            var found = await components.FindAsync(request.Component, cancellationToken).ConfigureAwait(false);
            if (found.IsFailed)
                return found.ToResult<IReadOnlyList<Item>>();
            component = found.Value.Name;
        }

        var items = new List<Item>();
        IReadOnlyList<Item> page;
        do
        {
            var last = items.Count == 0 ? ((ComponentName, string, ItemId)?)null : (items[^1].Component, items[^1].Name, items[^1].Id);
            page = await catalogue.ListAsync(component, last, PageSize, cancellationToken).ConfigureAwait(false);
            items.AddRange(page);
        }
        while (page.Count == PageSize);
        return Result.Ok<IReadOnlyList<Item>>(items);
    }
}

internal sealed class ShowItemHandler(ICatalogue catalogue, Conflicts.IConflictStore conflicts, ILocalCore local) : IRequestHandler<ShowItem, Result<ItemView>>
{
    public async Task<Result<ItemView>> Handle(ShowItem request, CancellationToken cancellationToken)
    {
        var item = await catalogue.FindItemAsync(request.Id, cancellationToken).ConfigureAwait(false);
        if (item.IsFailed)
            return item.ToResult<ItemView>();
        // What gave way to an item of another core is shown as that item: scripts and people know it by its former id.
        if (item.Value.IsDeleted && await conflicts.SuccessorAsync(item.Value.Id, cancellationToken).ConfigureAwait(false) is { } successor)
            item = await catalogue.FindAsync(successor, cancellationToken).ConfigureAwait(false) is { } present ? present : item;
        var document = await catalogue.ReadDocumentAsync(item.Value.Id, cancellationToken).ConfigureAwait(false);
        return new ItemView(item.Value, document, item.Value.IsReadOnlyOn(local.Current.Id));
    }
}

internal sealed class OpenPayloadHandler(ICatalogue catalogue, IPayloadStore payloads) : IRequestHandler<OpenPayload, Result<OpenedPayload>>
{
    public async Task<Result<OpenedPayload>> Handle(OpenPayload request, CancellationToken cancellationToken)
    {
        var item = await catalogue.FindItemAsync(request.Id, cancellationToken).ConfigureAwait(false);
        if (item.IsFailed)
            return item.ToResult<OpenedPayload>();
        if (item.Value.Payloads.FirstOrDefault(payload => payload.Path.Value == request.Path) is not { } found)
            return Result.Fail(new PayloadNotFoundError(item.Value.Name, request.Path));
        var opened = payloads.Open(found);
        return opened.IsFailed ? opened.ToResult<OpenedPayload>() : new OpenedPayload(item.Value, found, opened.Value);
    }
}

internal sealed class DeleteItemHandler(ICatalogue catalogue, IComponentStore components, ReadOnlyAttempts attempts, ILocalCore local) : IRequestHandler<DeleteItem, Result<Item>>
{
    public async Task<Result<Item>> Handle(DeleteItem request, CancellationToken cancellationToken)
    {
        var found = await catalogue.FindItemAsync(request.Id, cancellationToken).ConfigureAwait(false);
        if (found.IsFailed)
            return found;
        var item = found.Value;
        if (item.IsDeleted)
            return Result.Fail(new ItemNotFoundError(request.Id));
        if (item.IsReadOnlyOn(local.Current.Id))
            return await attempts.RefuseAsync<Item>(item, cancellationToken).ConfigureAwait(false);
        if (item.Kind != ItemKind.Document)
            return Result.Fail(new ComponentKindError(item.Component.Value, "files"));
        if (await components.FindAsync(item.Component, cancellationToken).ConfigureAwait(false) is { IsProduct: true })
            return Result.Fail(new ComponentProductError(item.Component.Value));
        var tombstone = ItemChanges.Tombstone(item, item.Origin == local.Current.Id ? item.Revision.Next() : item.Revision);
        await catalogue.WriteAsync([new CatalogueWrite(tombstone, ContentChanged: true, ChangeKind.Delete)], cancellationToken).ConfigureAwait(false);
        return tombstone;
    }
}

internal sealed class ListReferrersHandler(ICatalogue catalogue) : IRequestHandler<ListReferrers, Result<IReadOnlyList<Item>>>
{
    public async Task<Result<IReadOnlyList<Item>>> Handle(ListReferrers request, CancellationToken cancellationToken)
    {
        var item = await catalogue.FindItemAsync(request.Id, cancellationToken).ConfigureAwait(false);
        if (item.IsFailed)
            return item.ToResult<IReadOnlyList<Item>>();
        var referrers = await catalogue.ReferrersAsync([item.Value.Id], cancellationToken).ConfigureAwait(false);
        return Result.Ok<IReadOnlyList<Item>>(
            [.. referrers.Where(referrer => referrer.Id != item.Value.Id).OrderBy(referrer => referrer.Component.Value, StringComparer.Ordinal).ThenBy(referrer => referrer.Name, StringComparer.Ordinal)]);
    }
}

internal sealed class SetAutoSyncHandler(ICatalogue catalogue, ReadOnlyAttempts attempts, ILocalCore local) : IRequestHandler<SetAutoSync, Result<IReadOnlyList<Item>>>
{
    public async Task<Result<IReadOnlyList<Item>>> Handle(SetAutoSync request, CancellationToken cancellationToken)
    {
        var found = new List<Result<Item>>();
        foreach (var id in request.Ids)
            found.Add(await catalogue.FindItemAsync(id, cancellationToken).ConfigureAwait(false));
        var all = Result.Merge([.. found.Select(item => item.ToResult())]);
        if (found.Count > 0 && all.IsFailed)
            return all.ToResult<IReadOnlyList<Item>>();

        var writes = new List<CatalogueWrite>();
        foreach (var item in found.Select(item => item.Value))
        {
            if (item.IsDeleted)
                return Result.Fail(new ItemNotFoundError(item.Id.ToString()));
            if (item.Origin != local.Current.Id)
                return await attempts.RefuseAsync<IReadOnlyList<Item>>(item, cancellationToken).ConfigureAwait(false);
            if (item.AutoSync == request.On)
                continue;
            var next = item with { AutoSync = request.On, Revision = item.Revision.Next() };
            // A newly flagged item is new to the targets: its content counts as changed, so that it travels.
            writes.Add(new CatalogueWrite(next, ContentChanged: request.On, ItemChanges.KindOf(item, next)));
        }

        if (writes.Count > 0)
            await catalogue.WriteAsync(writes, cancellationToken).ConfigureAwait(false);
        var changed = writes.ToDictionary(write => write.Item.Id, write => write.Item);
        return Result.Ok<IReadOnlyList<Item>>([.. found.Select(item => changed.GetValueOrDefault(item.Value.Id, item.Value))]);
    }
}

/// <summary>What the feed tells about a change of an item.</summary>
public static class ItemChanges
{
    /// <summary>An item whose auto sync ends is released at the targets (A5); everything else is an upsert.</summary>
    public static ChangeKind KindOf(Item? before, Item after) =>
        before is { IsDeleted: false, AutoSync: true } && !after.AutoSync ? ChangeKind.Release : ChangeKind.Upsert;

    /// <summary>The tombstone of an item: identity, name and revision stay, content goes.</summary>
    public static Item Tombstone(Item item, Revision revision) =>
        item with
        {
            IsDeleted = true,
            Revision = revision,
            Hash = ContentHash.Empty,
            Size = 0,
            References = [],
            Payloads = [],
            StartAt = null,
            IsEdited = false,
            LinkTarget = "",
            IsExecutable = false,
            ModifiedTicks = 0,
        };
}
