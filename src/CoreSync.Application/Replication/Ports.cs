using CoreSync.Conflicts;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Application.Replication;

/// <summary>Where changes come from: the local catalogue, or a remote source core (P1).</summary>
public interface IChangeFeed
{
    /// <summary>Who writes the feed, and its newest sequence.</summary>
    Task<Result<FeedHead>> HeadAsync(CancellationToken cancellationToken);

    /// <summary>Changes of one component after a position, oldest first, at most <paramref name="limit"/>; empty when drained.</summary>
    /// <param name="component">The component.</param>
    /// <param name="after">Exclusive.</param>
    /// <param name="notFrom">Items of this origin are left out (A8).</param>
    /// <param name="limit">Most changes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<Result<IReadOnlyList<ItemChange>>> ReadAsync(ComponentName component, Sequence after, CoreId? notFrom, int limit, CancellationToken cancellationToken);

    /// <summary>The present state of certain items as changes; unknown ids are absent.</summary>
    Task<Result<IReadOnlyList<ItemChange>>> ReadItemsAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken);

    /// <summary>What certain items need and where they stand in the feed, for putting together what travels together (J4); tombstones too, unknown ids are absent.</summary>
    Task<Result<IReadOnlyList<FeedEntry>>> EntriesAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken);

    /// <summary>Live items as they are now, as upserts, whatever the feed tells of them; in no order, others are absent. Content as in <see cref="ReadAsync"/>.</summary>
    /// <param name="items">The items.</param>
    /// <param name="asCopies">They are sent as editable copies (J2): whether their start times travel is decided for such (A7).</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<Result<IReadOnlyList<ItemChange>>> ReadCopiesAsync(IReadOnlyCollection<ItemId> items, bool asCopies, CancellationToken cancellationToken);

    /// <summary>Opens the content of a change where a reader goes on, and nothing before that travels. The reader verifies size and hash.</summary>
    /// <param name="change">The change.</param>
    /// <param name="offset">The position of the stream, in bytes from the beginning of the content.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<Result<Stream>> OpenContentAsync(ItemChange change, long offset, CancellationToken cancellationToken);

    /// <summary>Opens the content of a payload, as <see cref="Items.IPayloadStore.Open"/>, where a reader goes on: nothing before that travels.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="offset">The position of the stream, in bytes from the beginning of the payload.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<Result<Stream>> OpenPayloadAsync(Payload payload, long offset, CancellationToken cancellationToken);

    /// <summary>Reads a payload as its chunks: what of it a target has already may be seen by them (I5).</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="sizes">How it is cut.</param>
    /// <param name="found">Told of each chunk, in order.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when there are too many, or the source does not tell of chunks. Fails as <see cref="Items.IPayloadStore.Open"/>.</returns>
    Task<Result<bool>> ReadChunksAsync(Payload payload, ChunkSizes sizes, Action<ContentChunk> found, CancellationToken cancellationToken);

    /// <summary>Reads part of a payload, and no more than that travels.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="part">Filled.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Fails as <see cref="Items.IPayloadStore.Open"/>. The receiver of the whole verifies it.</returns>
    Task<Result> ReadPayloadAsync(Payload payload, long offset, Memory<byte> part, CancellationToken cancellationToken);
}

/// <summary>An item of a feed without its content.</summary>
/// <param name="Item">The item as it is now; a tombstone has <see cref="Item.IsDeleted"/>.</param>
/// <param name="Sequence">Its position.</param>
/// <param name="ContentSequence">Where its content changed last.</param>
/// <param name="Told">What the feed tells of it; null when it never travelled by itself.</param>
public sealed record FeedEntry(Item Item, Sequence Sequence, Sequence ContentSequence, ChangeKind? Told)
{
    /// <summary>Where it was written last: behind its position when it was released and changed afterwards.</summary>
    public Sequence Written { get; init; } = Sequence;
}

/// <summary>Who writes a feed and where it ends.</summary>
public sealed record FeedHead(SourceIdentity Source, Sequence Sequence);

/// <summary>Where changes go: this core's own catalogue, or a remote target core (P1).</summary>
public interface IItemSink
{
    /// <summary>Introduces the source and asks where the target stands in its feed.</summary>
    /// <returns>Fails with <c>StaleEpochError</c> when a newer writer of that source is known.</returns>
    Task<Result<SinkState>> OpenAsync(SourceIdentity source, CancellationToken cancellationToken);

    /// <summary>How many bytes of each content the target holds already; the full size when nothing needs to be sent.</summary>
    /// <returns>In the order asked.</returns>
    Task<Result<IReadOnlyList<long>>> HaveContentAsync(ComponentName component, IReadOnlyList<ContentHash> hashes, CancellationToken cancellationToken);

    /// <summary>Sends content apart, from <paramref name="offset"/> to its end; durable when it returns (P4).</summary>
    /// <param name="component">The component that will need it.</param>
    /// <param name="hash">SHA-256 of the whole content.</param>
    /// <param name="size">Size of the whole content.</param>
    /// <param name="offset">What the target holds already.</param>
    /// <param name="content">Positioned at <paramref name="offset"/>.</param>
    /// <param name="cancellationToken">Cancels; what arrived stays for resuming.</param>
    Task<Result> SendContentAsync(ComponentName component, ContentHash hash, long size, long offset, Stream content, CancellationToken cancellationToken);

    /// <summary>Sends many small contents for payloads in one request; durable when it returns (I5).</summary>
    /// <param name="component">A component of documents that will need them.</param>
    /// <param name="contents">
    /// At most <see cref="ItemLimits.MaxBatchItems"/> with at most <see cref="ItemLimits.MaxBatchContentBytes"/> in all, each at most <see cref="ItemLimits.MaxInlineBytes"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Fails with <c>ContentMismatchError</c>, <c>BatchMalformedError</c>, <c>RightsMissingError</c>, <c>StoreFullError</c>; nothing was stored then.</returns>
    Task<Result> SendContentsAsync(ComponentName component, IReadOnlyList<Items.SmallContent> contents, CancellationToken cancellationToken);

    /// <summary>The content that the target has under a path of an item, as its chunks: what new content of that path may be made of (I5).</summary>
    /// <returns>Null when it has none, or does not take patches.</returns>
    Task<Result<ChunkedContent?>> FindBaseAsync(ComponentName component, ItemId item, RelativePath path, CancellationToken cancellationToken);

    /// <summary>Sends part of a content as a difference from another that the target has; durable when it returns (I5).</summary>
    /// <returns>
    /// Fails with <c>BatchMalformedError</c> (nothing was stored), <c>PayloadDamagedError</c> (the base is gone or damaged), <c>ContentMismatchError</c> (the content was
    /// complete and is another; it was discarded), <c>RightsMissingError</c>, <c>StoreFullError</c>.
    /// </returns>
    Task<Result> SendPatchAsync(ComponentName component, ContentPatch patch, CancellationToken cancellationToken);

    /// <summary>Applies a batch. The receipt says what became durable; a batch may be sent again without harm (A2).</summary>
    /// <returns>Fails with <c>StaleEpochError</c>, <c>BatchOutOfOrderError</c>, <c>BatchMalformedError</c>, <c>RightsMissingError</c>, <c>StoreFullError</c>; nothing was applied then.</returns>
    Task<Result<BatchReceipt>> ApplyAsync(ComponentName component, ChangeBatch batch, CancellationToken cancellationToken);
}

/// <summary>Where a target stands.</summary>
/// <param name="Core">The target core.</param>
/// <param name="Components">The components that it receives from this source, each with its checkpoint.</param>
/// <param name="Refused">Components that it has but refuses from this account.</param>
public sealed record SinkState(CoreId Core, IReadOnlyDictionary<ComponentName, Checkpoint> Components, IReadOnlySet<ComponentName> Refused)
{
    /// <summary>Most damaged items told of at a time.</summary>
    public const int MaxDamaged = 1000;

    /// <summary>Items whose payloads are missing or damaged at the target (S18): it asks for them again. At most <see cref="MaxDamaged"/>.</summary>
    public IReadOnlyList<(ComponentName Component, ItemId Item)> Damaged { get; init; } = [];
}

/// <summary>The source's memory of where its targets stand.</summary>
public interface ICheckpointStore
{
    /// <summary>Where the target stood at the last receipt; <see cref="Checkpoint.None"/> when there was none.</summary>
    Task<Checkpoint> FindAsync(TargetId target, ComponentName component, CancellationToken cancellationToken);

    /// <summary>Records a receipt.</summary>
    Task SaveAsync(TargetId target, ComponentName component, Checkpoint checkpoint, CancellationToken cancellationToken);

    /// <summary>Items that the target refused and that were not applied since, with the last reason.</summary>
    Task<IReadOnlyList<ItemFailure>> FailuresAsync(TargetId target, CancellationToken cancellationToken);

    /// <summary>When the first of them is due again; null when there is none, <see cref="DateTimeOffset.MinValue"/> when one goes with the next job.</summary>
    Task<DateTimeOffset?> FailuresDueAtAsync(TargetId target, CancellationToken cancellationToken);

    /// <summary>Records refusals and forgets those that are resolved.</summary>
    Task SaveFailuresAsync(TargetId target, IReadOnlyList<ItemFailure> failed, IReadOnlyCollection<ItemId> resolved, CancellationToken cancellationToken);

    /// <summary>Of these items, those that were once given to a target without being flagged for auto sync, each with the revision that it was given last (S18).</summary>
    Task<IReadOnlyDictionary<ItemId, Revision>> CopiesAsync(TargetId target, IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken);

    /// <summary>Remembers copies that a target acknowledged.</summary>
    Task SaveCopiesAsync(TargetId target, IReadOnlyCollection<Item> copies, CancellationToken cancellationToken);
}

/// <summary>An item that a target refused.</summary>
/// <param name="Item">The item.</param>
/// <param name="Component">Its component.</param>
/// <param name="Kind">How it ended last.</param>
/// <param name="Code">The code of the error.</param>
/// <param name="Message">Its English text.</param>
/// <param name="Attempts">How often it was offered since it was applied or changed last.</param>
/// <param name="LastAt">When it was offered last.</param>
/// <param name="NextAt">When it is offered again on its own; null for with the next job (J7).</param>
/// <param name="QuarantinedSince">Since when it is offered at the slow cadence only; null when it is not.</param>
public sealed record ItemFailure(
    ItemId Item, ComponentName Component, ItemOutcomeKind Kind, string Code, string Message, int Attempts, DateTimeOffset LastAt, DateTimeOffset? NextAt = null,
    DateTimeOffset? QuarantinedSince = null)
{
    /// <summary>Its attempts as such.</summary>
    public RetryState Retries => new(Attempts, NextAt, QuarantinedSince, Code, Message);

    /// <summary>A person wants it offered at once. How it stands changes by the result alone.</summary>
    public ItemFailure Release(DateTimeOffset now) => this with { NextAt = now };
}

/// <summary>The target's memory: what it received from which source, and the inbox (A1).</summary>
public interface IReplicaStore
{
    /// <summary>Introduces a writer; the highest epoch per source is kept.</summary>
    /// <returns>The checkpoints per component; <see cref="Checkpoint.None"/>-like absence for components never received. Fails with <c>StaleEpochError</c>.</returns>
    Task<Result<IReadOnlyDictionary<ComponentName, Checkpoint>>> OpenAsync(SourceIdentity source, CancellationToken cancellationToken);

    /// <summary>Where this core stands in the streams of a source, without introducing anybody; empty when it never sent.</summary>
    Task<IReadOnlyDictionary<ComponentName, Checkpoint>> ReceivedAsync(CoreId source, CancellationToken cancellationToken);

    /// <summary>Changes the marks of all streams of a component: what was received is no longer what it was, and the sources must find out (P6).</summary>
    Task DisturbAsync(ComponentName component, CancellationToken cancellationToken);

    /// <summary>Makes changes durable in the inbox before they are applied (A1), in one transaction.</summary>
    /// <returns>Fails with <c>StaleEpochError</c> or <c>BatchOutOfOrderError</c>; nothing was written then.</returns>
    Task<Result> StageAsync(ComponentName component, ChangeBatch batch, IReadOnlyList<ItemChange> changes, CancellationToken cancellationToken);

    /// <summary>Records in one durable transaction: the applied items (into the catalogue, each with a new local sequence), the inbox entries done, and the checkpoint.</summary>
    /// <returns>The mark of the stream after it. Fails with <c>StaleEpochError</c>; nothing was written then.</returns>
    Task<Result<Guid>> CommitAsync(ReplicaCommit commit, CancellationToken cancellationToken);

    /// <summary>What the inbox still holds after a crash, by source and sequence.</summary>
    Task<IReadOnlyList<(CoreId Source, ComponentName Component, ItemChange Change)>> InboxAsync(CancellationToken cancellationToken);

    /// <summary>Drops inbox entries that were applied or refused without a batch (recovery), recording the applied items; what was applied changes the mark of the stream (P6).</summary>
    Task SettleInboxAsync(CoreId source, ComponentName component, IReadOnlyList<AppliedItem> applied, CancellationToken cancellationToken);
}

/// <summary>What <see cref="IReplicaStore.CommitAsync"/> records.</summary>
/// <param name="Source">The writer.</param>
/// <param name="Component">The component.</param>
/// <param name="Applied">Items applied, in order.</param>
/// <param name="Checkpoint">Where the target stands now; null leaves it (content is missing, or items were offered again). Never moved back.</param>
/// <param name="Settled">All sequences of the batch whose inbox entries are done.</param>
public sealed record ReplicaCommit(
    SourceIdentity Source, ComponentName Component, IReadOnlyList<AppliedItem> Applied, Sequence? Checkpoint, IReadOnlyList<Sequence> Settled)
{
    /// <summary>Changes of the batch that wait for a person from now on; of each item the newest is kept.</summary>
    public IReadOnlyList<Conflict> Held { get; init; } = [];

    /// <summary>Items that waited for a person and do not any more.</summary>
    public IReadOnlyList<ItemId> NoLongerHeld { get; init; } = [];
}

/// <summary>An applied item for the catalogue.</summary>
/// <param name="Item">As it is now on this core: a released copy has auto sync off; a deleted one is a tombstone.</param>
/// <param name="Document">The document when it changed; null keeps.</param>
/// <param name="ContentChanged">Moves the content sequence of this core's own feed.</param>
/// <param name="Kind">What this core's own feed tells to cores behind it (A8).</param>
/// <param name="Supersedes">
/// An item of this core that gives way: it is deleted in the same transaction, what referred to it refers to this one, and its id leads here; null for none.
/// </param>
public sealed record AppliedItem(Item Item, ReadOnlyMemory<byte>? Document, bool ContentChanged, ChangeKind Kind, ItemId? Supersedes = null);
