using System.Buffers.Binary;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>A batch as bytes (docs/protocol.md, 5): a fixed header, then a payload of length-prefixed records, compressed or not.</summary>
/// <remarks>Every length and count is compared with its limit before anything is allocated for it; what remains is refused as a whole.</remarks>
internal static class BatchFrame
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderBytes = 16;

    /// <summary>Largest payload, uncompressed.</summary>
    /// <value>32 MiB: 8 MiB of content and 2000 items with names, groups and references.</value>
    public const int MaxPayloadBytes = 32 * 1024 * 1024;

    /// <summary>Largest payload as sent: incompressible bytes grow a little.</summary>
    public const int MaxStoredBytes = MaxPayloadBytes + (MaxPayloadBytes / 256) + 1024;

    /// <summary>Highest ratio of payload to stored bytes; beyond it the sender does not compress.</summary>
    public const int MaxRatio = 200;

    private const uint Magic = 0x42_53_43_01; // 01 'C' 'S' 'B' in file order: no text, no other protocol
    private const byte Version = 1;
    private const byte CompressedFlag = 1;

    /// <summary>The header of a frame, checked.</summary>
    /// <param name="IsCompressed">The payload is one zstd frame.</param>
    /// <param name="PayloadBytes">Bytes of the payload, uncompressed.</param>
    /// <param name="StoredBytes">Bytes that follow the header.</param>
    public readonly record struct Header(bool IsCompressed, int PayloadBytes, int StoredBytes);

    /// <summary>Writes a batch.</summary>
    /// <returns>Fails with <see cref="BatchMalformedError"/> when it breaks a limit of the protocol.</returns>
    public static Result<ReadOnlyMemory<byte>> Encode(ComponentName component, ChangeBatch batch, bool compress)
    {
        if (batch.Changes.Count > ItemLimits.MaxBatchItems)
            return Malformed($"it holds {batch.Changes.Count} changes");
        var size = BatchPayload.Measure(batch);
        if (size > MaxPayloadBytes)
            return Malformed($"its payload has {size} bytes");
        var frame = new byte[HeaderBytes + (int)size];
        try
        {
            BatchPayload.Write(component, batch, frame.AsSpan(HeaderBytes));
        }
        catch (System.Text.EncoderFallbackException ex)
        {
            return Result.Fail(new BatchMalformedError("a text in it is not valid Unicode").CausedBy(ex));
        }

        if (compress && FrameCompression.Compress(frame.AsSpan(HeaderBytes), HeaderBytes) is { } compressed && size <= (long)MaxRatio * (compressed.Count - HeaderBytes))
        {
            WriteHeader(compressed, (int)size, compressed.Count - HeaderBytes, CompressedFlag);
            return new ReadOnlyMemory<byte>(compressed.Array, compressed.Offset, compressed.Count);
        }

        WriteHeader(frame, (int)size, (int)size, 0);
        return new ReadOnlyMemory<byte>(frame);
    }

    /// <summary>Reads and checks the header; nothing after it was looked at yet.</summary>
    /// <returns>Fails with <see cref="BatchMalformedError"/>.</returns>
    public static Result<Header> ReadHeader(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes)
            return Malformed("it ends within its header");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
            return Malformed("it does not begin as a batch");
        if (bytes[4] != Version)
            return Malformed($"its version is {bytes[4]}, known is {Version}");
        if ((bytes[5] & ~CompressedFlag) != 0 || bytes[6] != 0 || bytes[7] != 0)
            return Malformed("it has flags that are not known");
        var isCompressed = (bytes[5] & CompressedFlag) != 0;
        var payload = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        if (payload > MaxPayloadBytes || stored > MaxStoredBytes)
            return Malformed($"its payload has {payload} bytes, sent as {stored}");
        if (isCompressed ? payload > (ulong)stored * MaxRatio : payload != stored)
            return Malformed($"a payload of {payload} bytes cannot be sent as {stored}");
        return new Header(isCompressed, (int)payload, (int)stored);
    }

    /// <summary>Reads the batch behind a checked header.</summary>
    /// <param name="component">The component that the request names; all items belong to it.</param>
    /// <param name="header">The header.</param>
    /// <param name="stored">Exactly <see cref="Header.StoredBytes"/> bytes, which the batch refers to afterwards.</param>
    /// <returns>Fails with <see cref="BatchMalformedError"/>.</returns>
    public static Result<ChangeBatch> Decode(ComponentName component, Header header, ReadOnlyMemory<byte> stored)
    {
        if (stored.Length != header.StoredBytes)
            return Malformed($"it announces {header.StoredBytes} bytes and has {stored.Length}");
        if (!header.IsCompressed)
            return BatchPayload.Read(component, stored);
        var payload = FrameCompression.Decompress(stored.Span, header.PayloadBytes);
        return payload is null ? Malformed("its payload cannot be decompressed") : BatchPayload.Read(component, payload);
    }

    /// <summary>Reads a whole frame.</summary>
    /// <returns>Fails with <see cref="BatchMalformedError"/>.</returns>
    public static Result<ChangeBatch> Decode(ComponentName component, ReadOnlyMemory<byte> frame)
    {
        var header = ReadHeader(frame.Span);
        return header.IsFailed ? header.ToResult<ChangeBatch>() : Decode(component, header.Value, frame[HeaderBytes..]);
    }

    private static void WriteHeader(Span<byte> frame, int payload, int stored, byte flags)
    {
        frame[..HeaderBytes].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Magic);
        frame[4] = Version;
        frame[5] = flags;
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], (uint)payload);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[12..], (uint)stored);
    }

    internal static Result Malformed(string reason) => Result.Fail(new BatchMalformedError(reason));
}
