using System.Text.Json.Serialization;

namespace CoreSync.Infrastructure.Wire;

/// <summary>A rollup core introduces itself: where it stands by its own memory.</summary>
internal sealed record FeedOpenRequest(IReadOnlyList<CheckpointAnswer> Components);

/// <summary>Who writes the feed of this core, and where it ends.</summary>
internal sealed record FeedHeadAnswer(Guid Core, Guid StoreId, long Epoch, Guid Writer, long Sequence);

/// <summary>What waits for a rollup core.</summary>
internal sealed record FeedOpenAnswer(FeedHeadAnswer Head, IReadOnlyList<FeedComponentAnswer> Components, IReadOnlyList<string> Refused);

/// <summary>A component of the source: what the reader acknowledged, how far tombstones were purged, what waits, and why nothing is given.</summary>
internal sealed record FeedComponentAnswer(string Component, Guid StoreId, long Sequence, Guid Mark, long Horizon, long Changes, long Bytes)
{
    /// <summary>Left out unless too much was deleted at once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BrakedAnswer? Braked { get; init; }
}

/// <summary>Deletes that a person at the source has not confirmed yet.</summary>
internal sealed record BrakedAnswer(long Deletes, long Total, int Percent);

/// <summary>Asks for certain items as the feed tells of them now, of whatever component.</summary>
internal sealed record FeedItemsRequest(IReadOnlyList<Guid> Items, bool Content);

/// <summary>Asks for many small payloads in one answer.</summary>
internal sealed record FeedPayloadsRequest(IReadOnlyList<FeedPayload> Payloads);

/// <summary>One of them.</summary>
internal sealed record FeedPayload(string Sha256, long Size);

/// <summary>What is durable at the rollup core.</summary>
internal sealed record FeedPositionRequest(Guid StoreId, long Sequence, Guid Mark);

/// <summary>The rollup core has seen a newer writer of this core.</summary>
internal sealed record FeedRiseRequest(long Highest);

/// <summary>Asks for revisions above those that the rollup core holds.</summary>
internal sealed record FeedRaiseRequest(IReadOnlyList<RaisedItem> Items);

/// <summary>One of them.</summary>
internal sealed record RaisedItem(Guid Item, long Above, bool Content);

/// <summary>What the live items of a component add up to, by origin.</summary>
internal sealed record FeedTotalsAnswer(IReadOnlyList<DigestAnswer> Digests);
