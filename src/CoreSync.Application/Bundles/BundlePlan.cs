using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Application.Bundles;

/// <summary>Says of each item of a bundle what an import would do with it, and writes nothing.</summary>
internal sealed class BundlePlan(ICatalogue catalogue, CoreId here, bool takesOwn)
{
    private readonly List<ImportedItem> items = [];
    private readonly HashSet<ItemId> planned = [];

    public IReadOnlyList<ImportedItem> Items => items;

    public async Task AddAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var existing = await catalogue.FindAsync([.. batch.Changes.Select(change => change.Item.Id)], cancellationToken).ConfigureAwait(false);
        foreach (var change in batch.Changes.Where(change => planned.Add(change.Item.Id)))
            items.Add(Plan(change, existing.GetValueOrDefault(change.Item.Id)));
    }

    private ImportedItem Plan(ItemChange change, Item? existing)
    {
        var item = change.Item;
        if (existing is not null && (existing.Origin != item.Origin || existing.Component != item.Component))
        {
            var other = new ItemRejectedError(item.Name, $"core {existing.Origin} made the item with this id in component {existing.Component}");
            return Of(change, ImportAction.Reject) with { Code = other.Code, Message = other.Message };
        }

        if ((item.Origin == here && !takesOwn) || (existing is not null && existing.Revision >= item.Revision))
            return Of(change, ImportAction.Skip);
        return change.Kind switch
        {
            ChangeKind.Upsert => Of(change, existing is null or { IsDeleted: true } ? ImportAction.Create : ImportAction.Update),
            ChangeKind.Release => Of(change, existing is null ? ImportAction.Skip : ImportAction.Release),
            _ => Of(change, existing is { IsDeleted: false } ? ImportAction.Delete : ImportAction.Skip),
        };
    }

    private static ImportedItem Of(ItemChange change, ImportAction action) =>
        new(change.Item.Id, change.Item.Component, change.Item.Name, action, BundleContents.Of(change).Sum(content => content.Size));
}
