using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;

namespace CoreSync.Application.Verification;

/// <summary>What this core doubts about its targets, what it may purge, and what it knows about writing to them (P5, P6).</summary>
public interface IDoubtStore
{
    /// <summary>What is doubted about a target, by component.</summary>
    Task<IReadOnlyDictionary<ComponentName, Doubt>> DoubtsAsync(TargetId target, CancellationToken cancellationToken);

    /// <summary>Doubts components of a target; a doubt about certain items widens one that is there, and never narrows it.</summary>
    Task RaiseAsync(TargetId target, IReadOnlyCollection<ComponentName> components, Doubt doubt, CancellationToken cancellationToken);

    /// <summary>Doubts every component of every target: this store went back.</summary>
    Task RaiseEverywhereAsync(DoubtReason reason, CancellationToken cancellationToken);

    /// <summary>Both sides were compared and what differed was sent.</summary>
    Task SettleAsync(TargetId target, ComponentName component, CancellationToken cancellationToken);

    /// <summary>What is known about writing to a target; <see cref="TargetWriter.None"/> at first.</summary>
    Task<TargetWriter> WriterAsync(TargetId target, CancellationToken cancellationToken);

    /// <summary>Records what is known about writing to a target.</summary>
    Task SaveWriterAsync(TargetId target, TargetWriter writer, CancellationToken cancellationToken);

    /// <summary>Items that a person detached from a target: they are not sent there.</summary>
    Task<IReadOnlySet<ItemId>> DetachedAsync(TargetId target, CancellationToken cancellationToken);

    /// <summary>Detaches items from a target, or attaches them again.</summary>
    Task SetDetachedAsync(TargetId target, IReadOnlyCollection<ItemId> items, bool detached, CancellationToken cancellationToken);
}

/// <summary>Tombstones that nobody needs any more (I4).</summary>
public interface ITombstoneStore
{
    /// <summary>Up to which sequence tombstones of a component were purged; zero for none.</summary>
    Task<Sequence> HorizonAsync(ComponentName component, CancellationToken cancellationToken);

    /// <summary>Notes where the feed ends now, so that the age of what lies before is known later.</summary>
    Task NoteAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Removes tombstones that are older than a moment and that every target in the list and every rollup core has passed, and records the horizon; nothing while a target is doubted.</summary>
    /// <param name="before">What is older may go.</param>
    /// <param name="readersSince">Rollup cores that have not asked since then are not waited for.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many.</returns>
    Task<int> PurgeAsync(DateTimeOffset before, DateTimeOffset readersSince, CancellationToken cancellationToken);
}
