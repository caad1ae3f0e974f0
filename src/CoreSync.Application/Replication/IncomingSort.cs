using CoreSync.Application.Conflicts;
using CoreSync.Application.Items;
using CoreSync.Conflicts;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Application.Replication;

/// <summary>Sorts the changes of a batch into what is applied, what is here already, and what cannot be taken. Each rule cites its number.</summary>
internal sealed class IncomingSort(CoreId here, IContentInbox inbox, IncomingPayloads payloads, Arrivals arrivals)
{
    private List<IncomingChange> toApply = [];
    private readonly List<ItemOutcome> exceptions = [];
    private readonly Dictionary<ItemId, string> names = [];

    public IReadOnlyList<IncomingChange> ToApply => toApply;

    public IReadOnlyList<ItemOutcome> Exceptions => exceptions;

    public int Skipped { get; private set; }

    /// <summary>Sorts one change.</summary>
    /// <param name="change">The change, of whatever component.</param>
    /// <param name="component">Its component as this core is set up for it.</param>
    /// <param name="existing">The item as this core holds it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task AddAsync(ItemChange change, Component component, Item? existing, CancellationToken cancellationToken)
    {
        var item = change.Item;
        names[item.Id] = item.Name;
        // S6: whatever another core sends is checked before anything is written.
        if (item.Validate() is { IsFailed: true } invalid)
        {
            Reject(change, invalid.FirstError());
            return;
        }

        if ((item.Kind == ItemKind.Document) != (component.Kind == ComponentKind.Documents))
        {
            Reject(change, new ComponentKindError(component.Name.Value, component.Kind == ComponentKind.Documents ? "documents" : "files"));
            return;
        }

        // A8: an item that comes back to the core that made it is known there better.
        if (item.Origin == here)
        {
            Skipped++;
            return;
        }

        if (existing is not null && (existing.Origin != item.Origin || existing.Component != item.Component))
        {
            Reject(change, new ItemRejectedError(item.Name, $"core {existing.Origin} made the item with this id in component {existing.Component}"));
            return;
        }

        // A2: older or equal revisions are here already; replays and reordering are harmless.
        if (!change.IsNewTo(existing))
        {
            // S18: a payload that was lost here comes back with the revision that is here.
            if (existing.Revision == item.Revision && !existing.IsDeleted && existing.HasContentOf(item) && payloads.Judge(change) is { } lost)
                exceptions.Add(lost);
            else
                Skipped++;
            return;
        }

        // A release of something that never arrived, or that is free already, has nothing to release.
        if (change.Kind == ChangeKind.Release && existing is not { AutoSync: true })
        {
            Skipped++;
            return;
        }

        // What a person declined is not asked for again: its content need not come along.
        var known = arrivals.Conflicts.GetValueOrDefault(item.Id);
        if (known is { Decision: ConflictDecision.Mine } && known.Change.Item.Revision >= item.Revision)
        {
            var declined = new ItemDeclinedError(item.Name);
            exceptions.Add(new ItemOutcome(item.Id, change.Sequence, ItemOutcomeKind.Skipped, declined.Code, declined.Message));
            return;
        }

        // Nor need that of what waits here: the source only asks how it stands.
        if (change.Content is null && known?.Change is { Content: { } content } && known.Change.Item.Hash == item.Hash)
            change = change with { Content = content };
        await TakeAsync(change, component, existing, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Goes on with what the policies of this core leave.</summary>
    public void Keep(ReviewedArrivals reviewed)
    {
        toApply = [.. reviewed.ToApply];
        exceptions.AddRange(reviewed.Outcomes);
    }

    /// <summary>Refuses a change.</summary>
    public void Reject(ItemChange change, CoreSyncError error)
    {
        names[change.Item.Id] = change.Item.Name;
        exceptions.Add(new ItemOutcome(change.Item.Id, change.Sequence, ItemOutcomeKind.Rejected, error.Code, error.Message));
    }

    /// <summary>Keeps together what must be applied together (J4): what is needed comes first, and what needs something that is neither here nor applied is taken out.</summary>
    /// <param name="existing">What this core holds of the batch and of all that it refers to.</param>
    public IncomingGroups Group(IReadOnlyDictionary<ItemId, Item> existing)
    {
        var groups = new IncomingGroups(toApply, existing, names);
        toApply = [.. groups.InOrder];
        Remove(groups.Unmet(exceptions));
        return groups;
    }

    /// <summary>Takes out what cannot be done.</summary>
    public void Remove(IReadOnlyList<ItemOutcome> outcomes)
    {
        if (outcomes.Count == 0)
            return;
        var ids = outcomes.Select(outcome => outcome.Item).ToHashSet();
        toApply.RemoveAll(incoming => ids.Contains(incoming.Change.Item.Id));
        exceptions.AddRange(outcomes);
    }

    private async Task TakeAsync(ItemChange change, Component component, Item? existing, CancellationToken cancellationToken)
    {
        var item = change.Item;
        if (change.Content is { } content && (content.Length != item.Size || ContentHash.Of(content.Span) != item.Hash))
        {
            Reject(change, new ContentMismatchError(item.Name, item.Hash.ToString(), ContentHash.Of(content.Span).ToString()));
            return;
        }

        if (payloads.Judge(change) is { } incomplete)
        {
            exceptions.Add(incomplete);
            return;
        }

        var needsContent = change.Kind == ChangeKind.Upsert && item.Kind is ItemKind.Document or ItemKind.File && item.Size > 0;
        var received = needsContent && change.Content is null ? inbox.Find(component, item.Hash) : null;
        if (item.Kind != ItemKind.Document || !needsContent || change.Content is not null)
        {
            toApply.Add(new IncomingChange(change, existing, received));
            return;
        }

        if (received is not null && received.Size != item.Size)
            Reject(change, new ItemInvalidError(item.Name, $"its content has {received.Size} bytes, not {item.Size}"));
        else if (received is not null)
            toApply.Add(new IncomingChange(change with { Content = await inbox.ReadAsync(received, cancellationToken).ConfigureAwait(false) }, existing, null));
        else if (existing is { IsDeleted: false } && existing.Hash == item.Hash)
            toApply.Add(new IncomingChange(change, existing, null));
        else if (await payloads.FindDocumentAsync(item, cancellationToken).ConfigureAwait(false) is { } document)
            toApply.Add(new IncomingChange(change with { Content = document }, existing, null));
        else
            exceptions.Add(new ItemOutcome(item.Id, change.Sequence, ItemOutcomeKind.ContentMissing, "", ""));
    }
}

/// <summary>What an applied change leaves in this core's catalogue, by the policies of the component.</summary>
internal static class AppliedItems
{
    private const string RetiredGroup = "Retired";

    public static AppliedItem From(Component component, IncomingChange incoming)
    {
        var item = incoming.Change.Item;
        var existing = incoming.Existing;
        return incoming.Change.Kind switch
        {
            ChangeKind.Upsert => new AppliedItem(
                item with { IsDeleted = false }, item.Kind == ItemKind.Document ? incoming.Change.Content ?? Unchanged(item, existing) : null,
                existing is null || existing.IsDeleted || !existing.HasContentOf(item), ChangeKind.Upsert, incoming.Displaced?.Id),

            // A5: the copy stays and becomes editable. A release brings no content: unless the copy has the released one, it stays at its own revision.
            ChangeKind.Release => new AppliedItem(
                existing! with { AutoSync = false, Revision = existing.HasContentOf(item) ? item.Revision : existing.Revision }, null, false, ChangeKind.Release),

            // A6: the policy of this core decides what a delete at the source does here.
            ChangeKind.Delete when existing is { IsDeleted: false } && component.OnDelete == DeletePolicy.Keep =>
                new AppliedItem(existing with { AutoSync = false, Revision = item.Revision }, null, false, ChangeKind.Release),
            ChangeKind.Delete when existing is { IsDeleted: false, Kind: ItemKind.Document } && component.OnDelete == DeletePolicy.Retire =>
                new AppliedItem(existing with { AutoSync = false, Revision = item.Revision, Group = Retired(existing.Group) }, null, false, ChangeKind.Release),
            ChangeKind.Delete => new AppliedItem(ItemChanges.Tombstone(item, item.Revision), null, true, ChangeKind.Delete),
            _ => throw new InvalidOperationException($"Unknown change {incoming.Change.Kind}"),
        };
    }

    // An empty document has no content to carry; null keeps the stored one. Not as a conditional expression: there null becomes empty content.
    private static ReadOnlyMemory<byte>? Unchanged(Item item, Item? existing)
    {
        if (item.Size == 0 && existing?.Hash != item.Hash)
            return ReadOnlyMemory<byte>.Empty;
        return null;
    }

    private static string Retired(string group) =>
        group == RetiredGroup || group.StartsWith(RetiredGroup + "/", StringComparison.Ordinal) ? group : group.Length == 0 ? RetiredGroup : $"{RetiredGroup}/{group}";
}
