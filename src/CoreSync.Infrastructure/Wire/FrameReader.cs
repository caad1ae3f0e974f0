using System.Buffers.Binary;
using System.Text;
using CoreSync.Items;

namespace CoreSync.Infrastructure.Wire;

/// <summary>Reads fields of a payload; ends with <see cref="FrameException"/> at the first that does not fit.</summary>
internal ref struct FrameReader(ReadOnlyMemory<byte> payload)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> payload = payload;
    private readonly ReadOnlySpan<byte> span = payload.Span;
    private int position = 0;

    public readonly int Remaining => span.Length - position;

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    /// <summary>A number that counts: not negative, and far enough from the end of the range that adding never wraps (N15).</summary>
    public long Position(string what)
    {
        var value = Int64();
        return value is >= 0 and <= long.MaxValue >> 1 ? value : throw new FrameException($"{what} is {value}");
    }

    public Guid Guid() => new(Take(16), bigEndian: true);

    public ContentHash Hash() => ContentHash.FromBytes(Take(ContentHash.ByteLength));

    public string Text(int maxBytes, string what)
    {
        int length = UInt16();
        if (length > maxBytes)
            throw new FrameException($"{what} has {length} bytes");
        try
        {
            return Utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw new FrameException($"{what} is not UTF-8");
        }
    }

    public ReadOnlyMemory<byte> Bytes(int length)
    {
        Take(length);
        return payload.Slice(position - length, length);
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if ((uint)length > (uint)Remaining)
            throw new FrameException("it ends too early");
        var taken = span.Slice(position, length);
        position += length;
        return taken;
    }
}

/// <summary>A payload breaks the protocol. Caught where payloads are read and turned into a typed error.</summary>
internal sealed class FrameException(string reason) : Exception(reason);
