using CoreSync.Accounts;
using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Application.Verification;

/// <summary>Says what this core would do with a batch: sorted by what sorts a batch that is received, and nothing is written (J10).</summary>
internal sealed class BatchPlanner(IncomingBatches batches, IContentInbox inbox, IPayloadStore payloads)
{
    /// <summary>Plans a batch that is well-formed.</summary>
    /// <param name="component">The component of the batch.</param>
    /// <param name="writer">Who would send it.</param>
    /// <param name="batch">The batch; its content need not come along.</param>
    /// <param name="takesOwn">Items whose origin is this core are taken too: an import would make them here.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>One for each change, in their order.</returns>
    public async Task<IReadOnlyList<PlannedItem>> PlanAsync(Component component, Account writer, ChangeBatch batch, bool takesOwn, CancellationToken cancellationToken)
    {
        var bare = batch with { Changes = [.. batch.Changes.Select(change => change with { Content = null })] };
        var imagined = new ImaginedContent(bare);
        var sorted = await batches.SortAsync(writer, component, bare, takesOwn, imagined, imagined, cancellationToken).ConfigureAwait(false);
        var applied = sorted.Sorting.ToApply.ToDictionary(incoming => incoming.Change.Item.Id);
        var exceptions = sorted.Sorting.Exceptions.ToDictionary(outcome => outcome.Item);
        return
        [
            .. batch.Changes.Select(change => change.Item).Select(item =>
                exceptions.TryGetValue(item.Id, out var refused) ? Refused(refused)
                    : applied.TryGetValue(item.Id, out var incoming) ? Applied(sorted.Places[item.Component], incoming, item.Name)
                    : new PlannedItem(item.Id, PlanVerb.Skip, 0)),
        ];
    }

    private static PlannedItem Refused(ItemOutcome outcome) =>
        new(outcome.Item, outcome.Kind switch { ItemOutcomeKind.Conflict => PlanVerb.Conflict, ItemOutcomeKind.Skipped => PlanVerb.Skip, _ => PlanVerb.Reject }, 0, outcome.Code, outcome.Message);

    private PlannedItem Applied(Component component, IncomingChange incoming, string name)
    {
        var item = incoming.Change.Item;
        // What the policies of this core make of it.
        var becomes = AppliedItems.From(component, incoming);
        var verb = becomes.Kind switch
        {
            ChangeKind.Delete => PlanVerb.Delete,
            ChangeKind.Release => PlanVerb.Release,
            _ => incoming.Existing is null or { IsDeleted: true } ? PlanVerb.Create : PlanVerb.Update,
        };
        return new PlannedItem(item.Id, verb, verb is PlanVerb.Create or PlanVerb.Update ? Bytes(component, incoming) : 0)
        {
            Name = item.Name == name ? "" : item.Name,
            Replaces = incoming.Displaced?.Id,
        };
    }

    private long Bytes(Component component, IncomingChange incoming)
    {
        var item = incoming.Change.Item;
        var isHere = item.Size == 0 || (incoming.Existing is { IsDeleted: false } existing && existing.Hash == item.Hash) || inbox.Find(component, item.Hash) is not null;
        var missing = item.Payloads.Where(payload => !payloads.Has(payload.Hash, payload.Size) && inbox.Find(component, payload.Hash) is null).DistinctBy(payload => payload.Hash);
        return (isHere ? 0 : item.Size) + missing.Sum(payload => payload.Size);
    }

    /// <summary>Every content is there: whether it must travel is no reason to refuse a change.</summary>
    private sealed class ImaginedContent(ChangeBatch batch) : IContentInbox, IPayloadStore
    {
        private readonly Dictionary<ContentHash, long> sizes = batch.Changes.GroupBy(change => change.Item.Hash).ToDictionary(group => group.Key, group => group.First().Item.Size);

        public Task<long> ReceivedAsync(Component component, ContentHash hash, CancellationToken cancellationToken) => Task.FromResult(0L);

        public Task<Result<long>> AppendAsync(Component component, ContentHash hash, long size, long offset, Stream content, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("A plan receives no content");

        public ReceivedContent? Find(Component component, ContentHash hash) => new(hash, sizes.GetValueOrDefault(hash), "");

        public Task<ReadOnlyMemory<byte>> ReadAsync(ReceivedContent content, CancellationToken cancellationToken) => Task.FromResult(ReadOnlyMemory<byte>.Empty);

        public bool Has(ContentHash hash, long size) => true;

        public bool Keep(ContentHash hash, long size) => true;

        public long? SizeOf(ContentHash hash) => null;

        public Result<Stream> Open(Payload payload) => throw new InvalidOperationException("A plan reads no content");

        public Task<Result<StoredContent>> PutAsync(Stream content, CancellationToken cancellationToken) => throw new InvalidOperationException("A plan stores no content");

        public Task<Result<StoredContent>> PutFileAsync(string file, CancellationToken cancellationToken) => throw new InvalidOperationException("A plan stores no content");

        public Task<Result> PutAsync(IReadOnlyList<SmallContent> contents, CancellationToken cancellationToken) => throw new InvalidOperationException("A plan stores no content");

        public Task<Result> TakeAsync(IReadOnlyList<ReceivedContent> received, CancellationToken cancellationToken) => throw new InvalidOperationException("A plan stores no content");

        public void Purge(Component component, DateTimeOffset olderThan) => throw new InvalidOperationException("A plan removes nothing");
    }
}
