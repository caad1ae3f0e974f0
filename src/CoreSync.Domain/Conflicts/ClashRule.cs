using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Servers;

namespace CoreSync.Conflicts;

/// <summary>What becomes of an incoming document whose name another one has here (A3).</summary>
public static class ClashRule
{
    /// <summary>Decides about one incoming document.</summary>
    /// <param name="incoming">As its origin sends it.</param>
    /// <param name="existing">The same item as it is here; null when it is new.</param>
    /// <param name="namesakes">Other live documents of its component and group with its name, those that give way anyway left out.</param>
    /// <param name="policy">The policy of the component, or what a person decided about this item.</param>
    /// <param name="here">This core.</param>
    public static ClashVerdict Decide(Item incoming, Item? existing, IReadOnlyList<Item> namesakes, ClashPolicy policy, CoreId here)
    {
        // A name once given stays, whatever became of the clash: people and scripts on this core know the item by it.
        if (existing is { IsDeleted: false } && existing.Group == incoming.Group && (existing.OriginName ?? existing.Name) == incoming.Name)
            return new ClashVerdict.Named(existing.Name);
        if (namesakes.Count == 0)
            return new ClashVerdict.Named(incoming.Name);
        return policy switch
        {
            // A read-only copy belongs to another source: if it gave way, the two sources would replace one another for ever.
            ClashPolicy.Replace when namesakes is [var other] && !other.IsReadOnlyOn(here) => new ClashVerdict.Replaces(other),
            ClashPolicy.Keep => new ClashVerdict.Refused(new ItemNameTakenError(incoming.Name)),
            ClashPolicy.Ask => new ClashVerdict.Asks(namesakes[0]),
            _ => new ClashVerdict.Suffixed(),
        };
    }
}

/// <summary>The answer of <see cref="ClashRule"/>.</summary>
public abstract record ClashVerdict
{
    /// <summary>It is applied under this name.</summary>
    public sealed record Named(string Name) : ClashVerdict;

    /// <summary>It is applied under the first suffixed name that is free.</summary>
    public sealed record Suffixed : ClashVerdict;

    /// <summary>It takes the place of another item.</summary>
    public sealed record Replaces(Item Other) : ClashVerdict;

    /// <summary>It is rejected.</summary>
    public sealed record Refused(CoreSyncError Error) : ClashVerdict;

    /// <summary>A person decides.</summary>
    public sealed record Asks(Item Other) : ClashVerdict;
}

/// <summary>The suffixes that tell items of one name apart: <c> %1</c> to <c> %99</c> (A3).</summary>
public static class NameSuffix
{
    /// <summary>The last suffix.</summary>
    public const int Last = 99;

    /// <summary>What stands before the number.</summary>
    public const string Mark = " %";

    /// <summary>The first suffixed form of <paramref name="name"/> that is not taken; null when all are.</summary>
    public static string? FirstFree(string name, IReadOnlySet<string> taken)
    {
        for (var number = 1; number <= Last; number++)
        {
            var candidate = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}{Mark}{number}");
            if (!taken.Contains(candidate))
                return candidate;
        }

        return null;
    }
}
