using System.Buffers.Binary;
using System.Text;
using CoreSync.Items;

namespace CoreSync.Infrastructure.Wire;

/// <summary>Writes fields into a payload whose size was measured before.</summary>
internal ref struct FrameWriter(Span<byte> payload)
{
    /// <summary>Strict: a lone surrogate would arrive as another text.</summary>
    public static UTF8Encoding Utf8 { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Span<byte> payload = payload;
    private int position = 0;

    public readonly int Written => position;

    public void Byte(byte value) => Take(1)[0] = value;

    public void UInt16(int value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), checked((ushort)value));

    public void UInt32(int value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), checked((uint)value));

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void Guid(Guid value) => value.TryWriteBytes(Take(16), bigEndian: true, out _);

    public void Hash(ContentHash value) => value.CopyTo(Take(ContentHash.ByteLength));

    public void Text(string value)
    {
        var length = Utf8.GetByteCount(value);
        UInt16(length);
        Utf8.GetBytes(value, Take(length));
    }

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    private Span<byte> Take(int length)
    {
        var taken = payload.Slice(position, length);
        position += length;
        return taken;
    }
}
