namespace PackageDesk;

/// <summary>Edits items of the desk: its rows, and what other desks hear of them, in one transaction.</summary>
internal sealed class DeskEditor(Desk desk, DeskSync sync)
{
    /// <summary>The items of a kind, by name.</summary>
    public async Task<IReadOnlyList<ListedItem>> ListAsync<T>()
        where T : DeskItem
    {
        var items = new List<ListedItem>();
        foreach (var item in desk.List<T>())
            items.Add(new ListedItem(item.Id, item.Name, await sync.RefusalAsync(item.Id) is not null));
        return items;
    }

    /// <returns>Why not; null when it is done.</returns>
    public async Task<string?> SaveAsync(DeskItem item, bool? autoSync)
    {
        var refusal = await desk.ChangeAsync(transaction =>
        {
            Desk.Save(transaction, item);
            return sync.SavedAsync(transaction, item, autoSync);
        });
        sync.Committed();
        return refusal;
    }

    /// <returns>Why not; null when it is done.</returns>
    public async Task<string?> AddFileAsync(Package package, string path, Stream content)
    {
        if (await sync.RefusalAsync(package.Id) is { } refusal)
            return refusal;
        await desk.WriteFileAsync(package.Id, path, content);
        return await SaveAsync(package, null);
    }

    /// <returns>Why not; null when it is done.</returns>
    public async Task<string?> DeleteAsync<T>(Guid id)
        where T : DeskItem
    {
        var refusal = await desk.ChangeAsync(transaction =>
        {
            Desk.Delete<T>(transaction, id);
            return sync.DeletedAsync(transaction, id);
        });
        sync.Committed();
        return refusal;
    }
}
