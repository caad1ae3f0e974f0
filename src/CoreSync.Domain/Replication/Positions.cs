using System.Globalization;
using CoreSync.Servers;

namespace CoreSync.Replication;

/// <summary>A position in one source's change feed: grows, may have gaps, compared only within that source and store.</summary>
public readonly record struct Sequence(long Value) : IComparable<Sequence>
{
    /// <summary>Before the first change.</summary>
    public static Sequence Zero => default;

    /// <summary>The lower of two positions.</summary>
    public static Sequence Min(Sequence left, Sequence right) => left.Value < right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Sequence other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Earlier.</summary>
    public static bool operator <(Sequence left, Sequence right) => left.Value < right.Value;

    /// <summary>Later.</summary>
    public static bool operator >(Sequence left, Sequence right) => left.Value > right.Value;

    /// <summary>Earlier or equal.</summary>
    public static bool operator <=(Sequence left, Sequence right) => left.Value <= right.Value;

    /// <summary>Later or equal.</summary>
    public static bool operator >=(Sequence left, Sequence right) => left.Value >= right.Value;
}

/// <summary>Which feed, and who writes it: batches carry it so that a stale writer is refused (P5).</summary>
/// <param name="Core">The source core.</param>
/// <param name="StoreId">Incarnation of its store: sequences of different stores cannot be compared.</param>
/// <param name="Epoch">Grows each time a process becomes the writer; the receiver keeps the highest.</param>
public sealed record SourceIdentity(CoreId Core, Guid StoreId, long Epoch)
{
    /// <summary>The process that writes; empty when it is not told. Two copies of one core may have the same epoch, never the same writer.</summary>
    public Guid Writer { get; init; }
}

/// <summary>Where a target stands in the feed of a source.</summary>
/// <param name="StoreId">The store that <paramref name="Sequence"/> belongs to; empty when nothing was received yet.</param>
/// <param name="Sequence">Everything up to here is durable and was applied or rejected with a reason.</param>
public sealed record Checkpoint(Guid StoreId, Sequence Sequence)
{
    /// <summary>Nothing received yet.</summary>
    public static Checkpoint None { get; } = new(Guid.Empty, Sequence.Zero);

    /// <summary>What the target's stream looked like after the last batch, known to both sides; empty when nothing was received. Differs when one of the two stores went back (P6).</summary>
    public Guid Mark { get; init; }

    /// <summary>Where both sides agree to resume: the lower of the two; zero when one of them speaks of another store (P2: forget on doubt).</summary>
    public static Sequence Agree(Checkpoint source, Checkpoint target, Guid store) =>
        source.StoreId == store && target.StoreId == store ? Sequence.Min(source.Sequence, target.Sequence) : Sequence.Zero;
}
