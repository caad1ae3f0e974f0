using CoreSync.Replication;

namespace CoreSync.Verification;

/// <summary>Why checkpoints are not believed and both sides are compared (P6).</summary>
public enum DoubtReason
{
    /// <summary>The target lost what it had acknowledged: its store is an older copy, or a new one.</summary>
    TargetWentBack,

    /// <summary>The target remembers more than this store ever gave: this store is an older copy.</summary>
    SourceWentBack,

    /// <summary>Something was received that this store does not know of.</summary>
    Unknown,

    /// <summary>Tombstones that the target has not seen were purged.</summary>
    FeedTruncated,

    /// <summary>A person asked for it.</summary>
    Override,
}

/// <summary>What a source doubts about a component of a target.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Items">Only these; empty for all.</param>
public sealed record Doubt(DoubtReason Reason, IReadOnlyList<Items.ItemId> Items)
{
    /// <summary>Decides whether the two sides agree about the past.</summary>
    /// <param name="ours">The source's memory.</param>
    /// <param name="theirs">The target's memory.</param>
    /// <param name="store">The source's store.</param>
    /// <param name="head">The newest sequence of the source.</param>
    /// <param name="horizon">Tombstones up to here were purged.</param>
    /// <returns>Null when there is nothing to doubt.</returns>
    public static DoubtReason? About(Checkpoint ours, Checkpoint theirs, Guid store, Sequence head, Sequence horizon)
    {
        if (theirs.StoreId == store && theirs.Sequence > head)
            return DoubtReason.SourceWentBack;
        if (ours.Mark != theirs.Mark)
            return theirs.Mark == Guid.Empty || (ours.StoreId == theirs.StoreId && theirs.Sequence < ours.Sequence) ? DoubtReason.TargetWentBack : DoubtReason.Unknown;
        return Checkpoint.Agree(ours, theirs, store) < horizon ? DoubtReason.FeedTruncated : null;
    }
}

/// <summary>What a store knows about writing to one target.</summary>
/// <param name="Epoch">With which it was let in last.</param>
/// <param name="Writer">The process that was let in last; empty when a person decided that this copy of the core writes from now on.</param>
/// <param name="RaisedAt">When this store rose above another writer last.</param>
/// <param name="BlockedAt">Since when another copy of this core is known to write there; null when none is.</param>
public sealed record TargetWriter(long Epoch, Guid Writer, DateTimeOffset? RaisedAt = null, DateTimeOffset? BlockedAt = null)
{
    /// <summary>Nothing yet.</summary>
    public static TargetWriter None { get; } = new(0, Guid.Empty);

    // A backup made after a rise may be restored again, but hardly within a day: two copies that live side by side meet sooner.
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    private const long MaxRise = 1_000_000;

    /// <summary>Decides what it means that the target has seen another writer of this core.</summary>
    /// <param name="writer">This process.</param>
    /// <param name="epoch">The epoch of this process.</param>
    /// <param name="stored">The epoch in this store: higher when another process took over from this one.</param>
    /// <param name="highest">What the target has seen.</param>
    /// <param name="now">The present.</param>
    public WriterVerdict Judge(Guid writer, long epoch, long stored, long highest, DateTimeOffset now)
    {
        // Paused and overtaken: the other process of this very store goes on.
        if (stored > epoch || highest - epoch > MaxRise)
            return WriterVerdict.Stale;
        // A store does not go back below a process that runs, and not twice a day: a copy of it lives.
        if (Writer == writer || (RaisedAt is { } raised && now - raised < Patience))
            return WriterVerdict.Duplicated;
        return WriterVerdict.Restored;
    }
}

/// <summary>What a refusal as stale means.</summary>
public enum WriterVerdict
{
    /// <summary>A newer process writes from the same store: this one stops.</summary>
    Stale,

    /// <summary>This store is a restored one: it rises above what the target has seen, and both are compared.</summary>
    Restored,

    /// <summary>Two copies of this core are alive: a person decides.</summary>
    Duplicated,
}
