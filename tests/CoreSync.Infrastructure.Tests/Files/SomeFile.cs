using System.Text;
using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Infrastructure.Tests.Files;

/// <summary>Items and changes as another core sends them; only what matters is spelled out.</summary>
internal static class SomeFile
{
    public const long Modified = 638_000_000_000_000_000;

    public static Item Item(
        string name, string content = "content", ItemKind kind = ItemKind.File, ItemId? id = null, long revision = 1, bool executable = false, string linkTarget = "",
        long modified = Modified, bool autoSync = true)
    {
        var bytes = kind == ItemKind.File ? Encoding.UTF8.GetBytes(content) : [];
        return new Item
        {
            Id = id ?? new ItemId(Guid.NewGuid()),
            Component = ComponentName.Parse("tree").Value,
            Kind = kind,
            Name = name,
            Origin = FilesBench.SourceId,
            Revision = new Revision(revision),
            Hash = ContentHash.Of(bytes),
            Size = bytes.Length,
            ModifiedTicks = kind == ItemKind.File ? modified : 0,
            IsExecutable = executable,
            LinkTarget = linkTarget,
            AutoSync = autoSync,
        };
    }

    /// <summary>A change with its content inline.</summary>
    public static IncomingChange With(this Item item, string content, Item? existing = null) =>
        new(new ItemChange(new Sequence(1), ChangeKind.Upsert, item, new Sequence(1)) { Content = Encoding.UTF8.GetBytes(content) }, existing, null);

    /// <summary>A change whose content did not come along.</summary>
    public static IncomingChange Without(this Item item, Item? existing = null) =>
        new(new ItemChange(new Sequence(1), ChangeKind.Upsert, item, new Sequence(1)), existing, null);

    public static IncomingChange Deleted(this Item existing) =>
        new(new ItemChange(new Sequence(1), ChangeKind.Delete, existing with { IsDeleted = true, Revision = existing.Revision.Next() }, new Sequence(1)), existing, null);
}
