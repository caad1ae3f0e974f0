using CoreSync.Bundles;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Application.Bundles;

/// <summary>Makes new items of this core out of those in a bundle (B2): new ids, first revision, references inside the bundle led to the new ids.</summary>
/// <param name="ids">The new ids.</param>
/// <param name="holds">Whether the bundle holds an item.</param>
/// <param name="source">This core as the writer.</param>
/// <param name="group">The group of all; null keeps those of the file.</param>
/// <param name="owner">The owner of all; null keeps those of the file.</param>
internal sealed class NewItems(ImportedIds ids, Func<ItemId, bool> holds, SourceIdentity source, string? group, string? owner)
{
    private long sequence;

    /// <summary>The new items of a batch; deletes and releases make none.</summary>
    public ChangeBatch Of(ChangeBatch batch) => new(
        source, Sequence.Zero, Sequence.Zero, [.. batch.Changes.Where(change => change.Kind == ChangeKind.Upsert).Select(change => Of(change, source.Core))]);

    private ItemChange Of(ItemChange change, CoreId here)
    {
        var item = change.Item;
        var position = new Sequence(++sequence);
        return change with
        {
            Sequence = position,
            ContentSequence = position,
            Item = item with
            {
                Id = ids.Of(item.Id),
                Origin = here,
                Revision = Revision.None.Next(),
                Group = group ?? item.Group,
                Owner = owner ?? item.Owner,
                AutoSync = false,
                IsEdited = false,
                References = [.. item.References.Select(needed => holds(needed) ? ids.Of(needed) : needed)],
            },
        };
    }
}
