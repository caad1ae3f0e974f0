using CoreSync.Errors;
using CoreSync.Items;
using FluentResults;

namespace CoreSync.Application.Items;

/// <summary>Finds items and components by what a person typed.</summary>
internal static class ItemLookup
{
    /// <returns>Fails with <see cref="ItemNotFoundError"/>.</returns>
    public static async Task<Result<Item>> FindItemAsync(this ICatalogue catalogue, string text, CancellationToken cancellationToken)
    {
        var id = ItemId.Parse(text);
        if (id.IsFailed)
            return id.ToResult<Item>();
        return await catalogue.FindAsync(id.Value, cancellationToken).ConfigureAwait(false) is { } item ? item : Result.Fail(new ItemNotFoundError(text));
    }

    /// <summary>Several live items, each once, in the order named. All or none must be known.</summary>
    /// <returns>Fails with <see cref="ItemNotFoundError"/>.</returns>
    public static async Task<Result<IReadOnlyList<Item>>> FindLiveAsync(this ICatalogue catalogue, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var chosen = new List<Item>();
        foreach (var text in texts)
        {
            var item = await catalogue.FindItemAsync(text, cancellationToken).ConfigureAwait(false);
            if (item.IsFailed)
                return item.ToResult<IReadOnlyList<Item>>();
            if (item.Value.IsDeleted)
                return Result.Fail(new ItemNotFoundError(text));
            if (chosen.All(other => other.Id != item.Value.Id))
                chosen.Add(item.Value);
        }

        return chosen;
    }

    /// <returns>Fails with <see cref="ComponentNameInvalidError"/> or <see cref="ComponentNotFoundError"/>.</returns>
    public static async Task<Result<Component>> FindAsync(this IComponentStore components, string text, CancellationToken cancellationToken)
    {
        var name = ComponentName.Parse(text);
        if (name.IsFailed)
            return name.ToResult<Component>();
        return await components.FindAsync(name.Value, cancellationToken).ConfigureAwait(false) is { } component
            ? component
            : Result.Fail(new ComponentNotFoundError(name.Value.Value));
    }

    /// <returns>Fails as <see cref="FindAsync"/>, or with <see cref="ComponentKindError"/>.</returns>
    public static async Task<Result<Component>> FindDocumentsAsync(this IComponentStore components, string text, CancellationToken cancellationToken)
    {
        var found = await components.FindAsync(text, cancellationToken).ConfigureAwait(false);
        return found.IsSuccess && found.Value.Kind != ComponentKind.Documents ? Result.Fail(new ComponentKindError(found.Value.Name.Value, "files")) : found;
    }
}
