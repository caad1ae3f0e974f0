using System.Security.Cryptography;
using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Items;

/// <summary>The identity of an item on every core: a GUID made where the item was made; never depends on a host name (I2).</summary>
public readonly record struct ItemId(Guid Value)
{
    /// <summary>Reads the canonical text form.</summary>
    public static Result<ItemId> Parse(string text) =>
        Guid.TryParse(text, out var value) ? new ItemId(value) : Result.Fail(new ItemNotFoundError(text));

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");
}

/// <summary>The revision of an item; grows at its origin, compared only within one item (A2).</summary>
public readonly record struct Revision(long Value) : IComparable<Revision>
{
    /// <summary>The revision before the first.</summary>
    public static Revision None => default;

    /// <summary>The next revision.</summary>
    public Revision Next() => new(checked(Value + 1));

    /// <inheritdoc/>
    public int CompareTo(Revision other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(null, null);

    /// <summary>Older.</summary>
    public static bool operator <(Revision left, Revision right) => left.Value < right.Value;

    /// <summary>Newer.</summary>
    public static bool operator >(Revision left, Revision right) => left.Value > right.Value;

    /// <summary>Older or equal.</summary>
    public static bool operator <=(Revision left, Revision right) => left.Value <= right.Value;

    /// <summary>Newer or equal.</summary>
    public static bool operator >=(Revision left, Revision right) => left.Value >= right.Value;
}

/// <summary>SHA-256 of content: its identity on the wire and in the store.</summary>
public readonly record struct ContentHash
{
    private readonly UInt128 high;
    private readonly UInt128 low;

    private ContentHash(ReadOnlySpan<byte> bytes)
    {
        high = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        low = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    /// <summary>Bytes in a hash.</summary>
    public const int ByteLength = SHA256.HashSizeInBytes;

    /// <summary>The hash of no bytes.</summary>
    public static ContentHash Empty { get; } = Of([]);

    /// <summary>Computes the hash of <paramref name="content"/>.</summary>
    public static ContentHash Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[ByteLength];
        SHA256.HashData(content, hash);
        return new ContentHash(hash);
    }

    /// <summary>Wraps 32 bytes.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static ContentHash FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == ByteLength ? new(bytes) : throw new ArgumentException("A content hash has 32 bytes", nameof(bytes));

    /// <summary>Reads 64 hexadecimal digits.</summary>
    public static bool TryParse(string? text, out ContentHash hash)
    {
        hash = default;
        if (text is not { Length: ByteLength * 2 } || !text.All(char.IsAsciiHexDigit))
            return false;
        hash = new ContentHash(Convert.FromHexString(text));
        return true;
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(destination, high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(destination[16..], low);
    }

    /// <summary>The 32 bytes in a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[ByteLength];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>64 lower-case hexadecimal digits, as sha256sum prints.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
