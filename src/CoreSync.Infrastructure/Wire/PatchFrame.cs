using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>Part of a content as a difference from another (docs/protocol.md, 5.5), in a frame like that of a batch.</summary>
internal static class PatchFrame
{
    private const uint Magic = 0x50_53_43_01; // 01 'C' 'S' 'P' in file order

    // item 16, base 32, hash 32, size 8, offset 8, count 4
    private const int StartBytes = 16 + (2 * ContentHash.ByteLength) + 20;

    // kind 1, offset 8, length 8
    private const int CopyBytes = 17;

    // kind 1, length 4
    private const int LiteralBytes = 5;

    private const byte Copy = 1;
    private const byte Literal = 2;

    /// <summary>Writes a patch within the limits of the protocol.</summary>
    public static ReadOnlyMemory<byte> Encode(ContentPatch patch, bool compress)
    {
        var frame = new byte[FrameHeader.Bytes + StartBytes + patch.Steps.Sum(step => step.IsLiteral ? LiteralBytes + step.Literal.Length : CopyBytes)];
        var writer = new FrameWriter(frame.AsSpan(FrameHeader.Bytes));
        writer.Guid(patch.Item.Value);
        writer.Hash(patch.Base);
        writer.Hash(patch.Hash);
        writer.Int64(patch.Size);
        writer.Int64(patch.Offset);
        writer.UInt32(patch.Steps.Count);
        foreach (var step in patch.Steps)
        {
            if (step.IsLiteral)
            {
                writer.Byte(Literal);
                writer.UInt32(step.Literal.Length);
                writer.Bytes(step.Literal.Span);
            }
            else
            {
                writer.Byte(Copy);
                writer.Int64(step.BaseOffset);
                writer.Int64(step.Length);
            }
        }

        return FrameHeader.Seal(frame, Magic, compress);
    }

    /// <summary>Reads and checks the header; nothing after it was looked at yet.</summary>
    /// <returns>Fails with <see cref="BatchMalformedError"/>.</returns>
    public static Result<FrameHeader> ReadHeader(ReadOnlySpan<byte> bytes) => FrameHeader.Read(bytes, Magic);

    /// <summary>Reads the patch behind a checked header. Whether it fits its base is not looked at yet.</summary>
    /// <returns>Fails with <see cref="BatchMalformedError"/>.</returns>
    public static Result<ContentPatch> Decode(FrameHeader header, ReadOnlyMemory<byte> stored)
    {
        var payload = header.Open(stored);
        if (payload.IsFailed)
            return payload.ToResult();
        try
        {
            return Read(payload.Value);
        }
        catch (FrameException ex)
        {
            return BatchFrame.Malformed(ex.Message);
        }
    }

    private static ContentPatch Read(ReadOnlyMemory<byte> payload)
    {
        var reader = new FrameReader(payload);
        var item = new ItemId(reader.Guid());
        var basis = reader.Hash();
        var hash = reader.Hash();
        var size = reader.Position("the size of the content");
        var offset = reader.Position("the offset of the patch");
        var count = reader.UInt32();
        if (count > DeltaLimits.MaxSteps || count * (long)LiteralBytes > reader.Remaining)
            throw new FrameException($"it announces {count} steps");
        var steps = new List<PatchStep>((int)count);
        for (var i = 0; i < count; i++)
        {
            steps.Add(reader.Byte() switch
            {
                Copy => PatchStep.OfBase(reader.Position("the offset of a step"), reader.Position("the length of a step")),
                Literal => PatchStep.OfBytes(reader.Bytes((int)Math.Min(reader.UInt32(), int.MaxValue))),
                var kind => throw new FrameException($"a step is of kind {kind}"),
            });
        }

        return reader.Remaining == 0 ? new ContentPatch(item, basis, hash, size, offset, steps) : throw new FrameException($"{reader.Remaining} bytes follow its last step");
    }
}
