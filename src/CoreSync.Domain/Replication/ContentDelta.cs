using CoreSync.Items;

namespace CoreSync.Replication;

/// <summary>Limits of contents that travel as a difference (docs/protocol.md, 4.3.1).</summary>
public static class DeltaLimits
{
    /// <summary>Longer contents are not compared: a core would have to read them for minutes before the other hears of it.</summary>
    public const long MaxContentBytes = 4L * 1024 * 1024 * 1024;

    /// <summary>Most chunks of a content.</summary>
    public const int MaxChunks = 131_072;

    /// <summary>Most bytes that one patch makes: what a request costs the target stays bounded.</summary>
    public const int MaxPatchedBytes = 64 * 1024 * 1024;

    /// <summary>Most bytes that come along in one patch.</summary>
    public const int MaxLiteralBytes = ItemLimits.MaxBatchContentBytes;

    /// <summary>Most steps of one patch.</summary>
    public const int MaxSteps = 65_536;
}

/// <summary>A piece of content.</summary>
/// <param name="Length">Bytes; at least one.</param>
/// <param name="Hash">Their SHA-256.</param>
public readonly record struct ContentChunk(int Length, ContentHash Hash);

/// <summary>Content as its chunks, in order.</summary>
/// <param name="Hash">SHA-256 of the whole.</param>
/// <param name="Size">Bytes of the whole: the sum of the chunks.</param>
/// <param name="Sizes">How it was cut.</param>
/// <param name="Chunks">The chunks.</param>
public sealed record ChunkedContent(ContentHash Hash, long Size, ChunkSizes Sizes, IReadOnlyList<ContentChunk> Chunks);

/// <summary>A stretch of content: where the base has the same bytes, or that they must travel.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="BaseOffset">Where they are in the base; null when they are not.</param>
public readonly record struct DeltaStep(long Length, long? BaseOffset);

/// <summary>How content is made of another that the target has. Chunks are added in order; then it is cut into patches.</summary>
public sealed class DeltaPlan
{
    /// <summary>Bytes that come along in one patch that is made here: what a broken connection costs is half of what the protocol allows.</summary>
    private const int LiteralBytes = DeltaLimits.MaxLiteralBytes / 2;

    private readonly Dictionary<ContentHash, (long Offset, int Length)> known;
    private readonly List<(long Start, DeltaStep Step)> steps = [];
    private long size;

    /// <summary>Begins with nothing.</summary>
    /// <param name="basis">What the target has.</param>
    public DeltaPlan(ChunkedContent basis)
    {
        known = new Dictionary<ContentHash, (long, int)>(basis.Chunks.Count);
        var offset = 0L;
        foreach (var chunk in basis.Chunks)
        {
            known.TryAdd(chunk.Hash, (offset, chunk.Length));
            offset += chunk.Length;
        }
    }

    /// <summary>Adds the next chunk of the content.</summary>
    public void Add(ContentChunk chunk)
    {
        long? from = known.TryGetValue(chunk.Hash, out var there) && there.Length == chunk.Length ? there.Offset : null;
        if (steps is [.., var last] && (from is null ? last.Step.BaseOffset is null : last.Step.BaseOffset + last.Step.Length == from))
            steps[^1] = (last.Start, last.Step with { Length = last.Step.Length + chunk.Length });
        else
            steps.Add((size, new DeltaStep(chunk.Length, from)));
        size += chunk.Length;
    }

    /// <summary>Whether it saves at least a quarter of what is missing from <paramref name="offset"/> on; for less, the whole travels in one go without waiting between patches.</summary>
    public bool IsWorthwhile(long offset)
    {
        var travels = steps.Where(entry => entry.Step.BaseOffset is null).Sum(entry => Math.Max(0, entry.Start + entry.Step.Length - Math.Max(offset, entry.Start)));
        return travels <= (size - offset) / 4 * 3;
    }

    /// <summary>The steps of one patch, from <paramref name="offset"/> of the content as far as one goes; empty behind its end.</summary>
    public IReadOnlyList<DeltaStep> Next(long offset)
    {
        var patch = new List<DeltaStep>();
        var (room, literals) = ((long)DeltaLimits.MaxPatchedBytes, (long)LiteralBytes);
        for (var i = IndexOf(offset); i < steps.Count && patch.Count < DeltaLimits.MaxSteps; i++)
        {
            var (start, step) = steps[i];
            var skipped = Math.Max(0, offset - start);
            var length = Math.Min(step.Length - skipped, step.BaseOffset is null ? Math.Min(room, literals) : room);
            if (length <= 0)
                break;
            patch.Add(new DeltaStep(length, step.BaseOffset + skipped));
            room -= length;
            literals -= step.BaseOffset is null ? length : 0;
            if (skipped + length < step.Length)
                break;
        }

        return patch;
    }

    // The last step that begins at the offset or before it.
    private int IndexOf(long offset)
    {
        if (offset >= size)
            return steps.Count;
        var (low, high) = (0, steps.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (steps[middle].Start <= offset)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }
}

/// <summary>A step of a patch: bytes that come along, or where they are in the base.</summary>
public readonly record struct PatchStep
{
    private PatchStep(long length, long baseOffset, ReadOnlyMemory<byte> literal)
    {
        Length = length;
        BaseOffset = baseOffset;
        Literal = literal;
    }

    /// <summary>Bytes that it makes.</summary>
    public long Length { get; }

    /// <summary>Where the base has them; negative when they come along.</summary>
    public long BaseOffset { get; }

    /// <summary>The bytes that come along; empty when the base has them.</summary>
    public ReadOnlyMemory<byte> Literal { get; }

    /// <summary>Whether the bytes come along.</summary>
    public bool IsLiteral => BaseOffset < 0;

    /// <summary>Takes bytes of the base.</summary>
    public static PatchStep OfBase(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return new PatchStep(length, offset, default);
    }

    /// <summary>Brings bytes.</summary>
    public static PatchStep OfBytes(ReadOnlyMemory<byte> bytes) => new(bytes.Length, -1, bytes);
}

/// <summary>Part of a content, made of another that the target has and of bytes that come along.</summary>
/// <param name="Item">The item that carries the base at the target.</param>
/// <param name="Base">SHA-256 of the content that the target has.</param>
/// <param name="Hash">SHA-256 of the whole content that is made.</param>
/// <param name="Size">Bytes of the whole content.</param>
/// <param name="Offset">Where in it the patch begins; the target holds what lies before.</param>
/// <param name="Steps">In order, without gaps.</param>
public sealed record ContentPatch(ItemId Item, ContentHash Base, ContentHash Hash, long Size, long Offset, IReadOnlyList<PatchStep> Steps)
{
    /// <summary>Bytes that it makes.</summary>
    public long Length => Steps.Sum(step => step.Length);

    /// <summary>Bytes that come along.</summary>
    public int LiteralBytes => Steps.Sum(step => step.Literal.Length);

    /// <summary>What is wrong with it, given the bytes that the base has; null when nothing is. Whether the content has its hash is known at its end alone.</summary>
    public string? Problem(long baseSize)
    {
        if (Size is < 1 or > DeltaLimits.MaxContentBytes || Offset < 0 || Offset >= Size)
            return $"a patch begins at {Offset} of {Size} bytes";
        if (Steps.Count is 0 or > DeltaLimits.MaxSteps)
            return $"a patch has {Steps.Count} steps";
        var (room, literals) = (Math.Min(DeltaLimits.MaxPatchedBytes, Size - Offset), (long)DeltaLimits.MaxLiteralBytes);
        foreach (var step in Steps)
        {
            if (step.Length < 1 || step.Length > room)
                return $"a step of a patch makes {step.Length} bytes, {room} are allowed";
            room -= step.Length;
            literals -= step.Literal.Length;
            if (literals < 0)
                return $"more than {DeltaLimits.MaxLiteralBytes} bytes come along in a patch";
            if (!step.IsLiteral && step.BaseOffset > baseSize - step.Length)
                return $"a step of a patch takes {step.Length} bytes at {step.BaseOffset} of a base of {baseSize}";
        }

        return null;
    }
}
