using System.Buffers.Binary;
using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>The header that every frame begins with (docs/protocol.md, 5.1): what it is, whether it is compressed, how long it is.</summary>
/// <param name="IsCompressed">The payload is one zstd frame.</param>
/// <param name="PayloadBytes">Bytes of the payload, uncompressed.</param>
/// <param name="StoredBytes">Bytes that follow the header.</param>
internal readonly record struct FrameHeader(bool IsCompressed, int PayloadBytes, int StoredBytes)
{
    /// <summary>Bytes before the payload.</summary>
    public const int Bytes = 16;

    /// <summary>Largest payload, uncompressed.</summary>
    /// <value>32 MiB: 8 MiB of content and 2000 items with names, groups, references and payloads.</value>
    public const int MaxPayloadBytes = 32 * 1024 * 1024;

    /// <summary>Largest payload as sent: incompressible bytes grow a little.</summary>
    public const int MaxStoredBytes = MaxPayloadBytes + (MaxPayloadBytes / 256) + 1024;

    /// <summary>Highest ratio of payload to stored bytes; beyond it the sender does not compress.</summary>
    public const int MaxRatio = 200;

    private const byte Version = 1;
    private const byte CompressedFlag = 1;

    /// <summary>Makes a frame of bytes that begin with room for the header; compressed where that saves something.</summary>
    public static ReadOnlyMemory<byte> Seal(byte[] frame, uint magic, bool compress)
    {
        var size = frame.Length - Bytes;
        if (compress && FrameCompression.Compress(frame.AsSpan(Bytes), Bytes) is { } compressed && size <= (long)MaxRatio * (compressed.Count - Bytes))
        {
            Write(compressed, magic, size, compressed.Count - Bytes, CompressedFlag);
            return new ReadOnlyMemory<byte>(compressed.Array, compressed.Offset, compressed.Count);
        }

        Write(frame, magic, size, size, 0);
        return frame;
    }

    /// <summary>Reads and checks a header; nothing after it was looked at yet.</summary>
    /// <returns>Fails with <see cref="BatchMalformedError"/>.</returns>
    public static Result<FrameHeader> Read(ReadOnlySpan<byte> bytes, uint magic)
    {
        if (bytes.Length < Bytes)
            return BatchFrame.Malformed("it ends within its header");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != magic)
            return BatchFrame.Malformed("it does not begin as what it is announced to be");
        if (bytes[4] != Version)
            return BatchFrame.Malformed($"its version is {bytes[4]}, known is {Version}");
        if ((bytes[5] & ~CompressedFlag) != 0 || bytes[6] != 0 || bytes[7] != 0)
            return BatchFrame.Malformed("it has flags that are not known");
        var isCompressed = (bytes[5] & CompressedFlag) != 0;
        var payload = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        if (payload > MaxPayloadBytes || stored > MaxStoredBytes)
            return BatchFrame.Malformed($"its payload has {payload} bytes, sent as {stored}");
        if (isCompressed ? payload > (ulong)stored * MaxRatio : payload != stored)
            return BatchFrame.Malformed($"a payload of {payload} bytes cannot be sent as {stored}");
        return new FrameHeader(isCompressed, (int)payload, (int)stored);
    }

    /// <summary>The payload behind this header, decompressed into exactly the announced size.</summary>
    /// <returns>Fails with <see cref="BatchMalformedError"/>.</returns>
    public Result<ReadOnlyMemory<byte>> Open(ReadOnlyMemory<byte> stored)
    {
        if (stored.Length != StoredBytes)
            return BatchFrame.Malformed($"it announces {StoredBytes} bytes and has {stored.Length}");
        if (!IsCompressed)
            return stored;
        var payload = FrameCompression.Decompress(stored.Span, PayloadBytes);
        return payload is null ? BatchFrame.Malformed("its payload cannot be decompressed") : new ReadOnlyMemory<byte>(payload);
    }

    private static void Write(Span<byte> frame, uint magic, int payload, int stored, byte flags)
    {
        frame[..Bytes].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(frame, magic);
        frame[4] = Version;
        frame[5] = flags;
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], (uint)payload);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[12..], (uint)stored);
    }
}
