using CoreSync.Items;

namespace CoreSync.Application.Items;

/// <summary>Remembers under which version a product listed an item last.</summary>
public interface IListedVersions
{
    /// <summary>The versions of a component, by item.</summary>
    Task<IReadOnlyDictionary<ItemId, string>> AllAsync(ComponentName component, CancellationToken cancellationToken);

    /// <summary>Remembers versions, and forgets items, in one durable transaction.</summary>
    Task SaveAsync(ComponentName component, IReadOnlyCollection<ListedItem> seen, IReadOnlyCollection<ItemId> forgotten, CancellationToken cancellationToken);
}
