using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>The payload of a batch: who sends, from where to where, and the changes as records (docs/protocol.md, 5.2).</summary>
internal static class BatchPayload
{
    // source 16, store 16, epoch 8, after 8, last 8, count 4
    private const int FixedBytes = 60;

    // length 4, kind 1, item kind 1, flags 2, sequence 8, content sequence 8, revision 8, id 16, origin 16, hash 32, size 8, modified 8,
    // start 8, six texts with 2 each, references 2, payloads 2, content length 4
    private const int RecordBytes = 140;

    // path 2, size 8, hash 32
    private const int PayloadBytes = 42;

    private const ushort Executable = 1;
    private const ushort AutoSync = 2;
    private const ushort Deleted = 4;
    private const ushort HasContent = 8;
    private const ushort Companion = 16;
    private const ushort KnownFlags = Executable | AutoSync | Deleted | HasContent | Companion;

    private const int MaxNameBytes = RelativePath.MaxBytes;
    private const int MaxGroupBytes = 4096;
    private const int MaxOwnerBytes = 1024;
    private const int MaxMediaTypeBytes = 127;
    private const int MaxLinkBytes = 3 * RelativePath.MaxBytes;
    private const int MaxComponentBytes = 64;

    /// <summary>Bytes that <see cref="Write"/> needs.</summary>
    public static long Measure(ChangeBatch batch)
    {
        var size = (long)FixedBytes;
        foreach (var change in batch.Changes)
            size += MeasureRecord(change);
        return size;
    }

    /// <summary>Writes a batch; the changes in their order.</summary>
    public static void Write(ComponentName component, ChangeBatch batch, Span<byte> payload)
    {
        var writer = new FrameWriter(payload);
        writer.Guid(batch.Source.Core.Value);
        writer.Guid(batch.Source.StoreId);
        writer.Int64(batch.Source.Epoch);
        writer.Int64(batch.After.Value);
        writer.Int64(batch.Last.Value);
        writer.UInt32(batch.Changes.Count);
        foreach (var change in batch.Changes)
        {
            if (change.Item.Component != component && !change.IsCompanion)
                throw new InvalidOperationException($"Item {change.Item.Id} belongs to {change.Item.Component}, the batch to {component}");
            WriteRecord(ref writer, component, change);
        }
    }

    /// <summary>Reads a batch.</summary>
    /// <returns>Fails with <c>BatchMalformedError</c>.</returns>
    public static Result<ChangeBatch> Read(ComponentName component, ReadOnlyMemory<byte> payload)
    {
        try
        {
            return ReadBatch(component, payload);
        }
        catch (FrameException ex)
        {
            return BatchFrame.Malformed(ex.Message);
        }
    }

    private static ChangeBatch ReadBatch(ComponentName component, ReadOnlyMemory<byte> payload)
    {
        var reader = new FrameReader(payload);
        var source = new SourceIdentity(new CoreId(reader.Guid()), reader.Guid(), reader.Position("its epoch"));
        var after = new Sequence(reader.Position("its start"));
        var last = new Sequence(reader.Position("its end"));
        var count = reader.UInt32();
        if (last < after)
            throw new FrameException($"it ends at {last}, before its start {after}");
        if (count > ItemLimits.MaxBatchItems || count * (long)RecordBytes > reader.Remaining)
            throw new FrameException($"it announces {count} changes");

        var changes = new List<ItemChange>((int)count);
        var items = new HashSet<ItemId>((int)count);
        var contentBytes = 0L;
        for (var i = 0; i < count; i++)
        {
            var change = ReadRecord(ref reader, component);
            if (!items.Add(change.Item.Id))
                throw new FrameException($"item {change.Item.Id} occurs twice");
            contentBytes += change.Content?.Length ?? 0;
            if (contentBytes > ItemLimits.MaxBatchContentBytes)
                throw new FrameException($"it holds more than {ItemLimits.MaxBatchContentBytes} bytes of content");
            changes.Add(change);
        }

        if (reader.Remaining != 0)
            throw new FrameException($"{reader.Remaining} bytes follow its last change");
        return new ChangeBatch(source, after, last, changes);
    }

    private static long MeasureRecord(ItemChange change)
    {
        var item = change.Item;
        return RecordBytes
            + (change.IsCompanion ? Bytes(item.Component.Value) : 0)
            + Bytes(item.Name) + Bytes(item.Group) + Bytes(item.Owner) + Bytes(item.MediaType) + Bytes(item.LinkTarget)
            + (16L * item.References.Count) + item.Payloads.Sum(payload => PayloadBytes + Bytes(payload.Path.Value)) + (change.Content?.Length ?? 0);

        // Counting replaces what is not valid; writing refuses it.
        static long Bytes(string text) => System.Text.Encoding.UTF8.GetByteCount(text);
    }

    private static void WriteRecord(ref FrameWriter writer, ComponentName component, ItemChange change)
    {
        var item = change.Item;
        writer.UInt32(checked((int)MeasureRecord(change) - 4));
        writer.Byte((byte)change.Kind);
        writer.Byte((byte)item.Kind);
        writer.UInt16((item.IsExecutable ? Executable : 0) | (item.AutoSync ? AutoSync : 0) | (item.IsDeleted ? Deleted : 0) | (change.Content is null ? 0 : HasContent)
            | (change.IsCompanion ? Companion : 0));
        writer.Int64(change.Sequence.Value);
        writer.Int64(change.ContentSequence.Value);
        writer.Int64(item.Revision.Value);
        writer.Guid(item.Id.Value);
        writer.Guid(item.Origin.Value);
        writer.Hash(item.Hash);
        writer.Int64(item.Size);
        writer.Int64(item.ModifiedTicks);
        writer.Int64(item.StartAt?.UtcTicks ?? 0);
        writer.Text(change.IsCompanion ? item.Component.Value : "");
        writer.Text(item.Name);
        writer.Text(item.Group);
        writer.Text(item.Owner);
        writer.Text(item.MediaType);
        writer.Text(item.LinkTarget);
        writer.UInt16(item.References.Count);
        foreach (var reference in item.References)
            writer.Guid(reference.Value);
        writer.UInt16(item.Payloads.Count);
        foreach (var payload in item.Payloads)
        {
            writer.Text(payload.Path.Value);
            writer.Int64(payload.Size);
            writer.Hash(payload.Hash);
        }

        writer.UInt32(change.Content?.Length ?? 0);
        writer.Bytes((change.Content ?? ReadOnlyMemory<byte>.Empty).Span);
    }

    private static ItemChange ReadRecord(ref FrameReader reader, ComponentName component)
    {
        var length = reader.UInt32();
        if (length > reader.Remaining || length < RecordBytes - 4)
            throw new FrameException($"a record announces {length} bytes");
        var end = reader.Remaining - (int)length;
        var kind = Known((ChangeKind)reader.Byte());
        var itemKind = Known((ItemKind)reader.Byte());
        var flags = reader.UInt16();
        if ((flags & ~KnownFlags) != 0)
            throw new FrameException($"a record has flags {flags}");
        var sequence = new Sequence(reader.Position("a sequence"));
        var contentSequence = new Sequence(reader.Position("a content sequence"));
        var revision = new Revision(reader.Position("a revision"));
        var id = new ItemId(reader.Guid());
        var origin = new CoreId(reader.Guid());
        var hash = reader.Hash();
        var size = reader.Position("a size");
        var modified = reader.Position("a time");
        var start = reader.Position("a start time");
        var ownComponent = reader.Text(MaxComponentBytes, "a component");
        var name = reader.Text(MaxNameBytes, "a name");
        var group = reader.Text(MaxGroupBytes, "a group");
        var owner = reader.Text(MaxOwnerBytes, "an owner");
        var mediaType = reader.Text(MaxMediaTypeBytes, "a media type");
        var link = reader.Text(MaxLinkBytes, "the target of a link");
        var references = ReadReferences(ref reader);
        var payloads = ReadPayloads(ref reader);
        var contentLength = reader.UInt32();
        if (contentLength > ItemLimits.MaxInlineBytes || ((flags & HasContent) == 0 && contentLength != 0))
            throw new FrameException($"a record holds {contentLength} bytes of content");
        // Spelled out: null in a conditional of ReadOnlyMemory becomes empty content, which is something else than none.
        ReadOnlyMemory<byte>? content = null;
        if ((flags & HasContent) != 0)
            content = reader.Bytes((int)contentLength);
        if (reader.Remaining != end)
            throw new FrameException("a record is longer or shorter than it announces");
        if (contentSequence > sequence)
            throw new FrameException($"content of {contentSequence} belongs to a later change than {sequence}");
        if (content is { } bytes && bytes.Length != size)
            throw new FrameException($"content has {bytes.Length} bytes, the item {size}");
        if (modified > DateTime.MaxValue.Ticks || start > DateTime.MaxValue.Ticks)
            throw new FrameException("a time lies beyond the calendar");
        var isCompanion = (flags & Companion) != 0;
        if (isCompanion != ownComponent.Length > 0)
            throw new FrameException("a component is named exactly where an item comes along");

        var item = new Item
        {
            Id = id,
            Component = isCompanion ? Component(ownComponent) : component,
            Kind = itemKind,
            Name = name,
            Group = group,
            Owner = owner,
            Origin = origin,
            Revision = revision,
            MediaType = mediaType,
            Hash = hash,
            Size = size,
            ModifiedTicks = modified,
            IsExecutable = (flags & Executable) != 0,
            LinkTarget = link,
            References = references,
            Payloads = payloads,
            StartAt = start == 0 ? null : new DateTimeOffset(start, TimeSpan.Zero),
            AutoSync = (flags & AutoSync) != 0,
            IsDeleted = (flags & Deleted) != 0,
        };
        return new ItemChange(sequence, kind, item, contentSequence) { Content = content, IsCompanion = isCompanion };
    }

    private static ItemId[] ReadReferences(ref FrameReader reader)
    {
        int count = reader.UInt16();
        if (count > Item.MaxReferences || count * 16 > reader.Remaining)
            throw new FrameException($"a record announces {count} references");
        if (count == 0)
            return [];
        var references = new ItemId[count];
        for (var i = 0; i < count; i++)
            references[i] = new ItemId(reader.Guid());
        return references;
    }

    private static Payload[] ReadPayloads(ref FrameReader reader)
    {
        int count = reader.UInt16();
        if (count > Item.MaxPayloads || count * PayloadBytes > reader.Remaining)
            throw new FrameException($"a record announces {count} payloads");
        if (count == 0)
            return [];
        var payloads = new Payload[count];
        for (var i = 0; i < count; i++)
        {
            var path = RelativePath.Parse(reader.Text(RelativePath.MaxBytes, "a path"));
            if (path.IsFailed)
                throw new FrameException("the path of a payload is not allowed");
            payloads[i] = new Payload(path.Value, reader.Position("a size"), reader.Hash());
        }

        return payloads;
    }

    private static ComponentName Component(string text) =>
        ComponentName.Parse(text) is { IsSuccess: true, Value: var name } && name.Value == text ? name : throw new FrameException("a component has no valid name");

    private static ChangeKind Known(ChangeKind kind) =>
        kind is ChangeKind.Upsert or ChangeKind.Delete or ChangeKind.Release ? kind : throw new FrameException($"a change has the kind {(byte)kind}");

    private static ItemKind Known(ItemKind kind) =>
        kind is ItemKind.Document or ItemKind.File or ItemKind.Directory or ItemKind.Link ? kind : throw new FrameException($"an item has the kind {(byte)kind}");
}
