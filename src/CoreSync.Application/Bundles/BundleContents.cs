using CoreSync.Bundles;
using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Application.Bundles;

/// <summary>Which content a change needs, and which of it a bundle must bring: nobody can be asked for the rest.</summary>
internal static class BundleContents
{
    /// <summary>Content that the change names: its own, and that of its payloads.</summary>
    public static IEnumerable<(ContentHash Hash, long Size)> Of(ItemChange change)
    {
        if (change.Kind != ChangeKind.Upsert)
            yield break;
        if (change.Item.Kind is ItemKind.Document or ItemKind.File && change.Item.Size > 0)
            yield return (change.Item.Hash, change.Item.Size);
        foreach (var payload in change.Item.Payloads.Where(payload => payload.Size > 0))
            yield return (payload.Hash, payload.Size);
    }

    /// <summary>Up to where the importing core has the content of what the batch tells: the beginning of the feed's part, or nowhere for what is offered beside it.</summary>
    public static Sequence Known(ChangeBatch batch, BundleComponent entry) => batch.Last == Sequence.Zero ? Sequence.Zero : entry.From;

    /// <summary>Whether the importing core cannot have the content: it changed after the position that the bundle continues from, or the item never counted for it.</summary>
    public static bool MustBring(ItemChange change, Sequence known) =>
        Of(change).Any() && (change.IsCompanion || change.ContentSequence > known);
}
