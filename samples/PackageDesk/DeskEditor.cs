using CoreSync.Application.Items;
using CoreSync.Items;

namespace PackageDesk;

/// <summary>Edits items of the desk: its rows, and what other desks hear of them, in one transaction.</summary>
internal sealed class DeskEditor(Desk desk, DeskSync deskSync, ICoreSyncItems sync)
{
    public async Task<IReadOnlyList<ListedItem>> ListAsync<T>()
        where T : DeskItem
    {
        var items = new List<ListedItem>();
        foreach (var item in desk.List<T>())
            items.Add(new ListedItem(item.Id, item.Name, (await sync.MayEditAsync(new ItemId(item.Id))).IsFailed));
        return items;
    }

    /// <returns>Why not; null when it is done.</returns>
    public Task<string?> SaveAsync(DeskItem item, bool? autoSync) => ChangeAsync(async transaction =>
    {
        Desk.Save(transaction, item);
        return await deskSync.SavedAsync(transaction, item, autoSync);
    });

    /// <returns>Why not; null when it is done.</returns>
    public async Task<string?> AddFileAsync(Package package, string path, Stream content)
    {
        if (await sync.MayEditAsync(new ItemId(package.Id)) is { IsFailed: true } refused)
            return refused.Errors[0].Message;
        await desk.WriteFileAsync(package.Id, path, content);
        return await SaveAsync(package, null);
    }

    /// <returns>Why not; null when it is done.</returns>
    public Task<string?> DeleteAsync<T>(Guid id)
        where T : DeskItem => ChangeAsync(async transaction =>
    {
        Desk.Delete<T>(transaction, id);
        return await sync.DeleteAsync(transaction, new ItemId(id)) is { IsFailed: true } refused ? refused.Errors[0].Message : null;
    });

    private async Task<string?> ChangeAsync(Func<System.Data.Common.DbTransaction, Task<string?>> change)
    {
        string? refusal = null;
        await using var connection = desk.Connect();
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        refusal = await change(transaction);
        if (refusal is null)
            await transaction.CommitAsync();
        sync.Wake();
        return refusal;
    }
}
