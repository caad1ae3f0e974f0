using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CoreSync.Replication;

/// <summary>
/// Cuts content where its bytes say so (FastCDC: a gear hash with normalised lengths), so that the same bytes make the same chunks wherever they stand: an insertion
/// changes the chunks around it and no others. The cuts are part of the protocol (docs/protocol.md, 4.3.1).
/// </summary>
/// <param name="sizes">How long chunks are.</param>
public sealed class ContentChunker(ChunkSizes sizes)
{
    private static readonly ulong[] Gear = MakeGear();

    // Few cuts before the average, many behind it: most chunks come close to it.
    private readonly ulong strict = ulong.MaxValue << (64 - sizes.Bits - 2);
    private readonly ulong loose = ulong.MaxValue << (64 - sizes.Bits + 2);
    private ulong fingerprint;
    private int length;

    /// <summary>Takes bytes up to the end of the chunk, or all of them when it does not end there.</summary>
    /// <param name="bytes">What follows on the bytes taken before.</param>
    /// <param name="ends">Whether the chunk ends behind what was taken; the end of the content ends the last one too.</param>
    /// <returns>How many bytes were taken from the beginning of <paramref name="bytes"/>.</returns>
    public int Take(ReadOnlySpan<byte> bytes, out bool ends)
    {
        var taken = Math.Max(0, Math.Min(sizes.Min - length, bytes.Length));
        length += taken;
        ends = Scan(bytes, ref taken, sizes.Average - 1, strict) || Scan(bytes, ref taken, sizes.Max - 1, loose);
        if (!ends && length == sizes.Max - 1 && taken < bytes.Length)
        {
            taken++;
            ends = true;
        }

        if (ends)
            (fingerprint, length) = (0, 0);
        return taken;
    }

    private bool Scan(ReadOnlySpan<byte> bytes, ref int taken, int until, ulong mask)
    {
        if (length < sizes.Min || length >= until)
            return false;
        var end = (int)Math.Min(bytes.Length, taken + (long)until - length);
        var start = taken;
        var hash = fingerprint;
        while (taken < end)
        {
            hash = (hash << 1) + Gear[bytes[taken++]];
            if ((hash & mask) == 0)
                return true;
        }

        fingerprint = hash;
        length += taken - start;
        return false;
    }

    // A number for each value of a byte that anybody can compute again: the first eight bytes of its SHA-256.
    private static ulong[] MakeGear()
    {
        var gear = new ulong[256];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        for (var value = 0; value < gear.Length; value++)
        {
            SHA256.HashData([(byte)value], hash);
            gear[value] = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        }

        return gear;
    }
}

/// <summary>How long chunks are: <see cref="Average"/>, at least a quarter and at most four times as long.</summary>
public readonly record struct ChunkSizes
{
    private ChunkSizes(int bits) => Bits = bits;

    /// <summary>The shortest average.</summary>
    public const int LowestAverage = 16 * 1024;

    /// <summary>The longest average.</summary>
    public const int HighestAverage = 1024 * 1024;

    /// <summary>Chunks that content is meant to have at most; the average grows with the content beyond that.</summary>
    public const int FewChunks = 65_536;

    /// <summary>The average is two to the power of it.</summary>
    public int Bits { get; }

    /// <summary>What chunks are long most often.</summary>
    public int Average => 1 << Bits;

    /// <summary>A chunk is longer, but for the last of a content.</summary>
    public int Min => Average / 4;

    /// <summary>No chunk is longer.</summary>
    public int Max => Average * 4;

    /// <summary>The sizes for content of this many bytes.</summary>
    public static ChunkSizes For(long size)
    {
        var average = LowestAverage;
        while (average < HighestAverage && size / average > FewChunks)
            average *= 2;
        return new ChunkSizes(System.Numerics.BitOperations.Log2((uint)average));
    }

    /// <summary>The sizes with an average that another core tells of; null when the protocol does not allow it.</summary>
    public static ChunkSizes? Of(long average) =>
        average is >= LowestAverage and <= HighestAverage && System.Numerics.BitOperations.IsPow2(average) ? new ChunkSizes(System.Numerics.BitOperations.Log2((ulong)average)) : null;
}
