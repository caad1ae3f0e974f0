using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>A content as its chunks (docs/protocol.md, 5.4), in a frame like that of a batch.</summary>
internal static class ChunkFrame
{
    private const uint Magic = 0x48_53_43_01; // 01 'C' 'S' 'H' in file order

    // hash 32, size 8, average 4, count 4
    private const int StartBytes = ContentHash.ByteLength + 16;

    // length 4, hash 32
    private const int RecordBytes = 4 + ContentHash.ByteLength;

    /// <summary>Writes a content within the limits of the protocol; null tells that there is none.</summary>
    /// <remarks>Hashes do not become smaller by compression.</remarks>
    public static ReadOnlyMemory<byte> Encode(ChunkedContent? content)
    {
        var told = content ?? new ChunkedContent(ContentHash.Empty, 0, ChunkSizes.For(0), []);
        var frame = new byte[FrameHeader.Bytes + StartBytes + (told.Chunks.Count * RecordBytes)];
        var writer = new FrameWriter(frame.AsSpan(FrameHeader.Bytes));
        writer.Hash(told.Hash);
        writer.Int64(told.Size);
        writer.UInt32(told.Sizes.Average);
        writer.UInt32(told.Chunks.Count);
        foreach (var chunk in told.Chunks)
        {
            writer.UInt32(chunk.Length);
            writer.Hash(chunk.Hash);
        }

        return FrameHeader.Seal(frame, Magic, compress: false);
    }

    /// <summary>Reads a content; null when there is none.</summary>
    /// <returns>Fails with <see cref="BatchMalformedError"/>.</returns>
    public static Result<ChunkedContent?> Decode(ReadOnlyMemory<byte> frame)
    {
        var header = FrameHeader.Read(frame.Span, Magic);
        if (header.IsFailed)
            return header.ToResult();
        var payload = header.Value.Open(frame[FrameHeader.Bytes..]);
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

    private static ChunkedContent? Read(ReadOnlyMemory<byte> payload)
    {
        var reader = new FrameReader(payload);
        var hash = reader.Hash();
        var size = reader.Position("the size of the content");
        var sizes = ChunkSizes.Of(reader.UInt32()) ?? throw new FrameException("its chunks have an average that is not known");
        var count = reader.UInt32();
        if (size > DeltaLimits.MaxContentBytes || count > DeltaLimits.MaxChunks || count * (long)RecordBytes != reader.Remaining)
            throw new FrameException($"it announces {count} chunks of {size} bytes");
        var chunks = new List<ContentChunk>((int)count);
        var left = size;
        for (var i = 0; i < count; i++)
        {
            var length = reader.UInt32();
            if (length == 0 || length > sizes.Max || length > left)
                throw new FrameException($"a chunk has {length} bytes");
            left -= length;
            chunks.Add(new ContentChunk((int)length, reader.Hash()));
        }

        if (left != 0)
            throw new FrameException($"its chunks leave {left} bytes out");
        return size == 0 ? null : new ChunkedContent(hash, size, sizes, chunks);
    }
}
