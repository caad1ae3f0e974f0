using CoreSync.Items;

namespace CoreSync.Application.Items;

/// <summary>
/// Which items the present call of a component applies. What the product writes about them meanwhile is the echo of a change that came from elsewhere, and no change of
/// its own: a product whose every save tells CoreSync may use the same code in <see cref="ISyncComponent.ApplyAsync"/>.
/// </summary>
internal static class Applying
{
    private static readonly AsyncLocal<IReadOnlySet<ItemId>?> Current = new();

    /// <summary>Begins; everything awaited before the answer is disposed knows of it.</summary>
    public static IDisposable Begin(IEnumerable<ItemId> items)
    {
        Current.Value = items.ToHashSet();
        return new End();
    }

    /// <summary>Whether a write about this item is an echo.</summary>
    public static bool IsEcho(ItemId item) => Current.Value?.Contains(item) == true;

    private sealed class End : IDisposable
    {
        public void Dispose() => Current.Value = null;
    }
}
