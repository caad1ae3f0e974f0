using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Application.Outbox;

/// <summary>What a write of the product does to the item in the catalogue.</summary>
internal static class RelayRules
{
    public static RelayDecision Decide(OutboxEntry entry, Item? before, CoreId here) => entry.Kind switch
    {
        OutboxKind.Put => Put(entry.Draft!, before, here),
        OutboxKind.Delete => Delete(before, here),
        OutboxKind.AutoSyncOn => Flag(entry, before, here, on: true),
        OutboxKind.AutoSyncOff => Flag(entry, before, here, on: false),
        _ => throw new InvalidOperationException($"Unknown entry {entry.Kind}"),
    };

    /// <summary>The item that a draft makes of the one before.</summary>
    public static Item Next(ItemDraft draft, Item? before, CoreId here) => new()
    {
        Id = draft.Id,
        Component = draft.Component,
        Kind = ItemKind.Document,
        Name = draft.Name,
        Group = draft.Group,
        Owner = draft.Owner,
        Origin = before?.Origin ?? here,
        // Only the origin makes revisions: an edited copy keeps its own, so that the origin's next one still wins.
        Revision = before is null ? Revision.None.Next() : before.Origin == here ? before.Revision.Next() : before.Revision,
        MediaType = draft.MediaType,
        Hash = ContentHash.Of(draft.Document.Span),
        Size = draft.Document.Length,
        References = draft.References,
        Payloads = draft.Payloads,
        StartAt = draft.StartAt,
        IsEdited = before is not null && before.Origin != here,
        AutoSync = draft.AutoSync ?? (before is { IsDeleted: false } && before.AutoSync),
    };

    /// <summary>Why a draft cannot be taken whatever the catalogue holds; null when it can. Its content is kept from now on: a row is about to name it.</summary>
    public static CoreSyncError? Refusal(ItemDraft draft, Component? component, CoreId here, IPayloadStore payloads)
    {
        if (component is null)
            return new ComponentNotFoundError(draft.Component.Value);
        if (component.Kind != ComponentKind.Documents)
            return new ComponentKindError(component.Name.Value, "files");
        if (Next(draft, null, here).Validate() is { IsFailed: true } invalid)
            return invalid.FirstError();
        return draft.Payloads.FirstOrDefault(payload => !payloads.Keep(payload.Hash, payload.Size)) is { } missing
            ? new ContentMissingError($"{draft.Name}: {missing.Path}", missing.Hash.ToString())
            : null;
    }

    private static RelayDecision Put(ItemDraft draft, Item? before, CoreId here)
    {
        if (before?.Component is { } other && other != draft.Component)
            return Refused(new ItemInvalidError(draft.Name, $"it belongs to component {other}"));
        if (before is { IsDeleted: false } && before.IsReadOnlyOn(here))
            return IsSame(before, Next(draft, before, here)) ? RelayDecision.Nothing : Refused(new ItemReadOnlyError(before.Name, before.Origin.ToString()));
        var next = Next(draft, before, here);
        if (before is { IsDeleted: false } && IsSame(before, next))
            return RelayDecision.Nothing;
        var contentChanged = before is null || before.IsDeleted || before.Hash != next.Hash || !before.Payloads.SequenceEqual(next.Payloads);
        return new RelayDecision(new CatalogueWrite(next, contentChanged, ItemChanges.KindOf(before, next), draft.Document), null);
    }

    private static RelayDecision Delete(Item? before, CoreId here)
    {
        if (before is null or { IsDeleted: true })
            return RelayDecision.Nothing;
        if (before.IsReadOnlyOn(here))
            return Refused(new ItemReadOnlyError(before.Name, before.Origin.ToString()));
        var tombstone = ItemChanges.Tombstone(before, before.Origin == here ? before.Revision.Next() : before.Revision);
        return new RelayDecision(new CatalogueWrite(tombstone, ContentChanged: true, ChangeKind.Delete), null);
    }

    private static RelayDecision Flag(OutboxEntry entry, Item? before, CoreId here, bool on)
    {
        if (before is null or { IsDeleted: true })
            return Refused(new ItemNotFoundError(entry.Item.ToString()));
        if (before.Origin != here)
            return Refused(new ItemReadOnlyError(before.Name, before.Origin.ToString()));
        if (before.AutoSync == on)
            return RelayDecision.Nothing;
        var next = before with { AutoSync = on, Revision = before.Revision.Next() };
        return new RelayDecision(new CatalogueWrite(next, ContentChanged: on, ItemChanges.KindOf(before, next)), null);
    }

    // An echo of what came from elsewhere, or a save that changed nothing: no revision of its own.
    private static bool IsSame(Item before, Item next) =>
        before.Name == next.Name && before.Group == next.Group && before.Owner == next.Owner && before.MediaType == next.MediaType && before.Hash == next.Hash
        && before.AutoSync == next.AutoSync && before.StartAt == next.StartAt && before.References.SequenceEqual(next.References) && before.Payloads.SequenceEqual(next.Payloads);

    private static RelayDecision Refused(CoreSyncError error) => new(null, error);
}
