using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>Many small contents as bytes (docs/protocol.md, 5.3), in a frame like that of a batch.</summary>
internal static class ContentFrame
{
    private const uint Magic = 0x43_53_43_01; // 01 'C' 'S' 'C' in file order

    // hash 32, length 4
    private const int RecordBytes = ContentHash.ByteLength + 4;

    /// <summary>Writes contents within the limits of the protocol.</summary>
    public static ReadOnlyMemory<byte> Encode(IReadOnlyList<SmallContent> contents, bool compress)
    {
        var frame = new byte[FrameHeader.Bytes + 4 + contents.Sum(content => RecordBytes + content.Bytes.Length)];
        var writer = new FrameWriter(frame.AsSpan(FrameHeader.Bytes));
        writer.UInt32(contents.Count);
        foreach (var content in contents)
        {
            writer.Hash(content.Hash);
            writer.UInt32(content.Bytes.Length);
            writer.Bytes(content.Bytes.Span);
        }

        return FrameHeader.Seal(frame, Magic, compress);
    }

    /// <summary>Reads and checks the header; nothing after it was looked at yet.</summary>
    /// <returns>Fails with <see cref="BatchMalformedError"/>.</returns>
    public static Result<FrameHeader> ReadHeader(ReadOnlySpan<byte> bytes) => FrameHeader.Read(bytes, Magic);

    /// <summary>Reads the contents behind a checked header. Whether the hashes are right is not looked at yet.</summary>
    /// <returns>Fails with <see cref="BatchMalformedError"/>.</returns>
    public static Result<IReadOnlyList<SmallContent>> Decode(FrameHeader header, ReadOnlyMemory<byte> stored)
    {
        var payload = header.Open(stored);
        if (payload.IsFailed)
            return payload.ToResult<IReadOnlyList<SmallContent>>();
        try
        {
            return Read(payload.Value);
        }
        catch (FrameException ex)
        {
            return BatchFrame.Malformed(ex.Message);
        }
    }

    private static List<SmallContent> Read(ReadOnlyMemory<byte> payload)
    {
        var reader = new FrameReader(payload);
        var count = reader.UInt32();
        if (count > ItemLimits.MaxBatchItems || count * (long)RecordBytes > reader.Remaining)
            throw new FrameException($"it announces {count} contents");
        var contents = new List<SmallContent>((int)count);
        var bytes = 0L;
        for (var i = 0; i < count; i++)
        {
            var hash = reader.Hash();
            var length = reader.UInt32();
            bytes += length;
            if (length > ItemLimits.MaxInlineBytes || bytes > ItemLimits.MaxBatchContentBytes)
                throw new FrameException($"content of {length} bytes is too much for it");
            contents.Add(new SmallContent(hash, reader.Bytes((int)length)));
        }

        return reader.Remaining == 0 ? contents : throw new FrameException($"{reader.Remaining} bytes follow its last content");
    }
}
