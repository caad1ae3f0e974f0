using CoreSync.Items;
using CoreSync.Servers;

namespace CoreSync.Verification;

/// <summary>How an item at a target differs from what its source says.</summary>
public enum DriftKind
{
    /// <summary>The target does not hold it.</summary>
    MissingThere,

    /// <summary>The target holds an older revision.</summary>
    OlderThere,

    /// <summary>The target holds a newer revision: the source went back, or its work was lost.</summary>
    NewerThere,

    /// <summary>The same revision with other content: the revision was given twice.</summary>
    OtherContent,

    /// <summary>The target released or deleted its copy.</summary>
    EndedThere,

    /// <summary>The target keeps in sync what the source no longer sends.</summary>
    ExtraThere,

    /// <summary>A file at the target was changed or removed behind the target's back.</summary>
    DamagedThere,
}

/// <summary>What happened to a received file.</summary>
public enum FileDamage
{
    /// <summary>It is gone.</summary>
    Missing = 1,

    /// <summary>It has other content, from before what was received: its directory went back.</summary>
    Older = 2,

    /// <summary>It has other content.</summary>
    Changed = 3,
}

/// <summary>A received file whose place no longer holds what the catalogue says.</summary>
public sealed record DamagedItem(ItemId Id, FileDamage Damage);

/// <summary>An item as a target holds it.</summary>
/// <param name="Item">With its local name and group; a tombstone too.</param>
/// <param name="Document">The document, where it was asked for and is small enough.</param>
public sealed record HeldItem(Item Item, ReadOnlyMemory<byte>? Document = null);

/// <summary>One difference between an item at the source and at the target.</summary>
/// <param name="Field">A field of the item, or <c>document</c> followed by a path into the JSON document.</param>
/// <param name="Source">The value at the source; null when absent there.</param>
/// <param name="Target">The value at the target; null when absent there.</param>
public sealed record FieldDifference(string Field, string? Source, string? Target);

/// <summary>An item that differs.</summary>
/// <param name="Kind">How.</param>
/// <param name="Component">Its component.</param>
/// <param name="Id">Its id.</param>
/// <param name="Here">At the source, a tombstone or a released item too; null when the source does not know it.</param>
/// <param name="There">At the target; null when the target does not know it.</param>
/// <param name="Damage">For <see cref="DriftKind.DamagedThere"/>.</param>
public sealed record Drift(DriftKind Kind, ComponentName Component, ItemId Id, Item? Here, Item? There, FileDamage? Damage = null)
{
    /// <summary>What differs in detail; empty where there is nothing to compare.</summary>
    public IReadOnlyList<FieldDifference> Differences { get; init; } = [];

    /// <summary>Its name, at the source if it is known there.</summary>
    public string Name => (Here ?? There)?.Name ?? Id.ToString();
}

/// <summary>What the source does about a difference. The source's state wins; it never takes anything from a target, and deletes nothing there that it does not know.</summary>
public enum DriftCure
{
    /// <summary>Nothing: only another core can.</summary>
    Leave,

    /// <summary>Send what is here again.</summary>
    Offer,

    /// <summary>Make a revision above the target's first, then send.</summary>
    Raise,

    /// <summary>Release the target's copy: it stays and becomes editable.</summary>
    Release,
}

/// <summary>Decides about differences (P6, J11).</summary>
public static class DriftRules
{
    /// <summary>How far ahead a target's revision may be: a hostile target must not push revisions to their end (N15).</summary>
    public const long MaxLead = 1L << 40;

    /// <summary>How two entries differ; null when they do not.</summary>
    /// <param name="here">At the source; null when it is not in sync there.</param>
    /// <param name="there">At the target; null when it is not kept in sync there.</param>
    /// <param name="isKnownThere">The target holds it, deleted or released.</param>
    public static DriftKind? Judge(DigestEntry? here, DigestEntry? there, bool isKnownThere) => (here, there) switch
    {
        (null, null) => null,
        ({ } ours, { } theirs) when ours.Sum == theirs.Sum => null,
        ({ } ours, { } theirs) when ours.Revision == theirs.Revision => DriftKind.OtherContent,
        ({ } ours, { } theirs) => theirs.Revision < ours.Revision ? DriftKind.OlderThere : DriftKind.NewerThere,
        (not null, null) => isKnownThere ? DriftKind.EndedThere : DriftKind.MissingThere,
        (null, not null) => DriftKind.ExtraThere,
    };

    /// <summary>What the core <paramref name="here"/> does about a difference.</summary>
    public static DriftCure CureOf(Drift drift, CoreId here)
    {
        var isOwn = (drift.Here ?? drift.There)?.Origin == here;
        // What was made elsewhere comes from there: its origin knows more than this core.
        if (drift.Here is null)
            return isOwn ? DriftCure.Release : DriftCure.Leave;
        if (drift.Kind == DriftKind.DamagedThere)
            return isOwn ? DriftCure.Raise : DriftCure.Leave;
        if (drift.There is null || drift.There.Revision < drift.Here.Revision)
            return DriftCure.Offer;
        return isOwn && drift.There.Revision.Value - drift.Here.Revision.Value <= MaxLead ? DriftCure.Raise : DriftCure.Leave;
    }
}
