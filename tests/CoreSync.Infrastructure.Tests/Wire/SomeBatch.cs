using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CsCheck;

namespace CoreSync.Infrastructure.Tests.Wire;

/// <summary>Batches of tests.</summary>
internal static class SomeBatch
{
    public static ComponentName Queries { get; } = ComponentName.Parse("queries").Value;

    public static ChangeBatch Of(CoreId source, params ReadOnlySpan<string> documents)
    {
        var changes = new List<ItemChange>();
        for (var i = 0; i < documents.Length; i++)
            changes.Add(Document(source, i + 1, $"query {i + 1}", documents[i]));
        return new ChangeBatch(new SourceIdentity(source, Guid.NewGuid(), 7), Sequence.Zero, new Sequence(documents.Length), changes);
    }

    public static ItemChange Document(CoreId source, long sequence, string name, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return new ItemChange(
            new Sequence(sequence), ChangeKind.Upsert,
            new Item
            {
                Id = new ItemId(Guid.NewGuid()),
                Component = Queries,
                Kind = ItemKind.Document,
                Name = name,
                Origin = source,
                Revision = new Revision(1),
                MediaType = "application/json",
                Hash = ContentHash.Of(bytes),
                Size = bytes.Length,
                AutoSync = true,
            },
            new Sequence(sequence))
        { Content = bytes };
    }

    private static Gen<(Item Item, byte[] Content)> AnyItem { get; } =
        from id in Gen.Guid
        from origin in Gen.Guid
        from kind in Gen.Enum<ItemKind>()
        from name in AnyText(200)
        from texts in Gen.Select(AnyText(40), AnyText(40), AnyText(40))
        from content in Gen.Byte.Array[0, 3000]
        from numbers in Gen.Select(Gen.Long[1, 1L << 60], Gen.Long[0, DateTime.MaxValue.Ticks])
        from flags in Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool)
        from references in Gen.Guid.Array[0, 5]
        from payloads in Gen.Select(Gen.Int[0, 1 << 20], Gen.Long[0, 1L << 50]).Array[0, 3]
        from start in Gen.Long[0, DateTime.MaxValue.Ticks]
        select (new Item
        {
            Id = new ItemId(id),
            Component = Queries,
            Kind = kind,
            Name = name,
            Group = texts.Item1,
            Owner = texts.Item2,
            Origin = new CoreId(origin),
            Revision = new Revision(numbers.Item1),
            MediaType = "text/plain",
            Hash = ContentHash.Of(content),
            Size = content.Length,
            ModifiedTicks = numbers.Item2,
            IsExecutable = flags.Item1,
            LinkTarget = texts.Item3,
            References = [.. references.Select(reference => new ItemId(reference))],
            Payloads = [.. payloads.Select(payload => new Payload(RelativePath.Parse($"dir/{payload.Item1}").Value, payload.Item2, ContentHash.Of([(byte)payload.Item1])))],
            StartAt = start == 0 ? null : new DateTimeOffset(start, TimeSpan.Zero),
            AutoSync = flags.Item2,
            IsDeleted = flags.Item3,
        }, content);

    /// <summary>Any batch that the protocol allows, small.</summary>
    public static Gen<ChangeBatch> Any { get; } =
        from core in Gen.Guid
        from store in Gen.Guid
        from epoch in Gen.Long[0, 1L << 40]
        from after in Gen.Long[0, 1L << 40]
        from items in Gen.Select(AnyItem, Gen.Int[1, 1000], Gen.Enum<ChangeKind>(), Gen.Bool).List[0, 12]
        select Build(new SourceIdentity(new CoreId(core), store, epoch), after, items);

    private static Gen<string> AnyText(int length) => Gen.String[0, length].Select(text => string.Concat(text.Where(c => !char.IsSurrogate(c))));

    private static ChangeBatch Build(SourceIdentity source, long after, List<((Item Item, byte[] Content) Item, int Step, ChangeKind Kind, bool HasContent)> items)
    {
        var changes = new List<ItemChange>();
        var sequence = after;
        foreach (var (item, step, kind, hasContent) in items.DistinctBy(one => one.Item.Item.Id))
        {
            sequence += step;
            changes.Add(new ItemChange(new Sequence(sequence), kind, item.Item, new Sequence(sequence - step)) { Content = hasContent ? item.Content.AsMemory() : default(ReadOnlyMemory<byte>?) });
        }

        return new ChangeBatch(source, new Sequence(after), new Sequence(sequence + 1), changes);
    }
}
