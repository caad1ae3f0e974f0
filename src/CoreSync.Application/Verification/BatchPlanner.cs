using CoreSync.Accounts;
using CoreSync.Application.Conflicts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Application.Verification;

/// <summary>Says what this core would do with a batch: sorted by what sorts a batch that is received, and nothing is written (J10).</summary>
internal sealed class BatchPlanner(
    ICatalogue catalogue, IContentInbox inbox, IPayloadStore payloads, IConflictStore conflicts, ArrivalReview review, BatchPlaces places, ILocalCore local)
{
    public async Task<Result<IReadOnlyList<PlannedItem>>> PlanAsync(Component component, Account writer, ChangeBatch batch, CancellationToken cancellationToken)
    {
        var existing = await catalogue.FindAsync(LocalItemSink.Concerned(batch), cancellationToken).ConfigureAwait(false);
        var (found, refusals) = await places.OfAsync(writer, component, batch, cancellationToken).ConfigureAwait(false);
        var imagined = new ImaginedContent(batch);
        var arrivals = await conflicts.AboutAsync([.. batch.Changes.Select(change => change.Item)], cancellationToken).ConfigureAwait(false);
        var sorting = new IncomingSort(local.Current.Id, imagined, new IncomingPayloads(component, imagined, imagined), arrivals);
        foreach (var change in batch.Changes)
        {
            if (refusals.TryGetValue(change.Item.Component, out var refusal))
                sorting.Reject(change, refusal);
            else
                await sorting.AddAsync(change with { Content = null }, found[change.Item.Component], existing.GetValueOrDefault(change.Item.Id), cancellationToken).ConfigureAwait(false);
        }

        sorting.Keep(await review.RunAsync(batch.Source.Core, found, arrivals, sorting.ToApply, cancellationToken).ConfigureAwait(false));
        sorting.Group(existing);
        var applied = sorting.ToApply.ToDictionary(incoming => incoming.Change.Item.Id);
        var exceptions = sorting.Exceptions.ToDictionary(outcome => outcome.Item);
        return Result.Ok<IReadOnlyList<PlannedItem>>(
        [
            .. batch.Changes.Select(change => (change.Item.Id, Applied: applied.GetValueOrDefault(change.Item.Id), Refused: exceptions.GetValueOrDefault(change.Item.Id)))
                .Select(entry => entry.Refused is { } refused ? Refused(refused)
                    : entry.Applied is { } incoming ? Applied(found[incoming.Change.Item.Component], incoming)
                    : new PlannedItem(entry.Id, PlanVerb.Skip, 0)),
        ]);
    }

    private static PlannedItem Refused(ItemOutcome outcome) =>
        new(outcome.Item, outcome.Kind switch { ItemOutcomeKind.Conflict => PlanVerb.Conflict, ItemOutcomeKind.Skipped => PlanVerb.Skip, _ => PlanVerb.Reject }, 0, outcome.Code, outcome.Message);

    private PlannedItem Applied(Component component, IncomingChange incoming)
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
        return new PlannedItem(item.Id, verb, verb is PlanVerb.Create or PlanVerb.Update ? Bytes(component, incoming) : 0);
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
