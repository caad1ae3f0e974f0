using System.Diagnostics;
using CoreSync.Application.Telemetry;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Replication;

/// <summary>
/// Brings a sink up to date with a feed; runs at the core that initiates, in both directions (P1). The main path of CoreSync.
/// <code>
///   1  where is the source?     head and writer epoch of the feed
///   2  where is the target?     checkpoints of both sides; the lower one counts, another store means from the beginning
///   3  offer again              what the target refused before
///   4  read changes             what they need first (J4), content of small items inside the batch; the next batch is read while this one is applied
///   5  send content apart       payloads and large content first, from where the target has them already
///   6  send the batch           the receipt says what became durable
///   7  content missing?         send those items again with content (forget on doubt)
///   8  advance                  only after the receipt, never beyond it
/// </code>
/// No I/O in decisions: everything reaches it through the two ports and the checkpoint store, so a pair of cores runs deterministically in one process.
/// </summary>
internal sealed class Replicator(ICheckpointStore checkpoints, ILogger<Replicator> logger)
{
    private const int MaxRounds = 3;

    /// <summary>Runs until the target has what the feed of one component told when the run began.</summary>
    /// <param name="run">What goes where.</param>
    /// <param name="feed">The source.</param>
    /// <param name="sink">The target, already introduced.</param>
    /// <param name="theirs">Where the target says it stands.</param>
    /// <param name="there">What the target has for sure; one for all components of a job, so that nothing is sent twice.</param>
    /// <param name="observer">Told of every outcome.</param>
    /// <param name="offerAgain">Items that were refused before and are due again.</param>
    /// <param name="cancellationToken">Cancels between batches; both sides stay consistent.</param>
    public async Task<Result> RunAsync(
        ReplicationRun run, IChangeFeed feed, IItemSink sink, Checkpoint theirs, TargetKnowledge there, IReplicationObserver observer, IReadOnlyList<ItemFailure> offerAgain,
        CancellationToken cancellationToken)
    {
        // Step 1: where is the source?
        var head = await feed.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head.IsFailed)
            return head.ToResult();
        var source = head.Value.Source;
        var composer = new BatchComposer(feed, run, there) { Until = head.Value.Sequence };

        // Step 2: where is the target?
        var ours = await checkpoints.FindAsync(run.TargetEntry, run.Component, cancellationToken).ConfigureAwait(false);
        var position = Checkpoint.Agree(ours, theirs, source.StoreId);
        there.Reached(run.Component, position);

        // Step 3: offer again what the target refused before.
        foreach (var chunk in offerAgain.GroupBy(failure => failure.Kind).SelectMany(group => group.Chunk(ItemLimits.MaxBatchItems / 10)))
        {
            // The target keeps the content of what waits there for a person: it is only asked how that stands.
            var content = chunk[0].Kind == ItemOutcomeKind.Conflict ? new Sequence(long.MaxValue) : Sequence.Zero;
            var due = await StillDueAsync(run, feed, chunk, cancellationToken).ConfigureAwait(false);
            var offered = due.IsFailed
                ? due.ToResult()
                : await OfferAsync(run, feed, sink, composer, composer.OfferAsync(source, position, content, due.Value, cancellationToken), observer, cancellationToken).ConfigureAwait(false);
            if (offered.IsFailed)
                return offered;
        }

        // Step 4: read changes; the next batch is read while this one is applied.
        var known = position;
        var next = composer.NextAsync(position, known, cancellationToken);
        while (true)
        {
            var prepared = await next.ConfigureAwait(false);
            if (prepared.IsFailed)
                return prepared.ToResult();
            if (prepared.Value is not { } batch)
                return Result.Ok();
            cancellationToken.ThrowIfCancellationRequested();
            next = composer.NextAsync(batch.Batch.Last, known, cancellationToken);

            // Steps 5 to 7.
            var receipt = await SendAsync(run, feed, sink, composer, batch, observer, cancellationToken).ConfigureAwait(false);
            if (receipt.IsFailed)
            {
                await ObserveAsync(next).ConfigureAwait(false);
                return receipt.ToResult();
            }

            // Step 8: advance only after the receipt.
            await checkpoints.SaveAsync(run.TargetEntry, run.Component, receipt.Value with { StoreId = source.StoreId }, cancellationToken).ConfigureAwait(false);
            if (receipt.Value.Sequence < batch.Batch.Last)
            {
                await ObserveAsync(next).ConfigureAwait(false);
                return Result.Fail(new ContentMissingError(run.Component.Value, receipt.Value.Sequence.ToString()));
            }
        }
    }

    /// <summary>Sends certain items with what they need, once; moves no checkpoint (J2).</summary>
    /// <param name="run">What goes where.</param>
    /// <param name="feed">The source.</param>
    /// <param name="sink">The target, already introduced.</param>
    /// <param name="at">Where both sides agree that the target stands.</param>
    /// <param name="there">What the target has for sure.</param>
    /// <param name="observer">Told of every outcome.</param>
    /// <param name="items">The items, of the run's component; those that are gone are left out.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    public async Task<Result> CopyAsync(
        ReplicationRun run, IChangeFeed feed, IItemSink sink, Sequence at, TargetKnowledge there, IReplicationObserver observer, IReadOnlyCollection<ItemId> items,
        CancellationToken cancellationToken)
    {
        var composer = new BatchComposer(feed, run, there);
        var head = await feed.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head.IsFailed)
            return head.ToResult();
        foreach (var chunk in items.Chunk(ItemLimits.MaxBatchItems / 2))
        {
            var copies = await feed.ReadCopiesAsync(chunk, run.AsCopies, cancellationToken).ConfigureAwait(false);
            var offered = copies.IsFailed
                ? copies.ToResult()
                : await OfferAsync(run, feed, sink, composer, composer.OfferAsync(head.Value.Source, at, Sequence.Zero, copies.Value, cancellationToken), observer, cancellationToken).ConfigureAwait(false);
            if (offered.IsFailed)
                return offered;
        }

        return Result.Ok();
    }

    /// <summary>Offers items again as the feed tells of them now, with what they need and all content. Moves no checkpoint.</summary>
    /// <param name="run">What goes where.</param>
    /// <param name="feed">The source.</param>
    /// <param name="sink">The target, already introduced.</param>
    /// <param name="at">Where both sides agree that the target stands.</param>
    /// <param name="there">What the target has for sure.</param>
    /// <param name="observer">Told of every outcome.</param>
    /// <param name="items">The items, of the run's component.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    public async Task<Result> OfferAsync(
        ReplicationRun run, IChangeFeed feed, IItemSink sink, Sequence at, TargetKnowledge there, IReplicationObserver observer, IReadOnlyCollection<ItemId> items,
        CancellationToken cancellationToken)
    {
        var composer = new BatchComposer(feed, run, there);
        var head = await feed.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head.IsFailed)
            return head.ToResult();
        var changes = await feed.ReadItemsAsync(items, cancellationToken).ConfigureAwait(false);
        return changes.IsFailed
            ? changes.ToResult()
            : await OfferAsync(run, feed, sink, composer, composer.OfferAsync(head.Value.Source, at, Sequence.Zero, changes.Value, cancellationToken), observer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends changes that are in no feed. Moves no checkpoint.</summary>
    public async Task<Result> SendOnceAsync(
        ReplicationRun run, IChangeFeed feed, IItemSink sink, Sequence at, TargetKnowledge there, IReplicationObserver observer, IReadOnlyList<ItemChange> changes,
        CancellationToken cancellationToken)
    {
        var head = await feed.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head.IsFailed)
            return head.ToResult();
        var prepared = new PreparedBatch(new ChangeBatch(head.Value.Source, at, at, changes), [], []);
        return await OfferAsync(run, feed, sink, new BatchComposer(feed, run, there), One(prepared), observer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Moves the checkpoint to where both sides were compared: what lies before is there, whether the feed still tells of it or not (P6).</summary>
    public async Task<Result> AdvanceAsync(
        ReplicationRun run, IChangeFeed feed, IItemSink sink, Sequence at, Sequence to, TargetKnowledge there, IReplicationObserver observer, CancellationToken cancellationToken)
    {
        var head = await feed.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head.IsFailed)
            return head.ToResult();
        var prepared = new PreparedBatch(new ChangeBatch(head.Value.Source, at, to, []), [], []);
        var sent = await SendAsync(run, feed, sink, new BatchComposer(feed, run, there), prepared, observer, cancellationToken).ConfigureAwait(false);
        if (sent.IsFailed)
            return sent.ToResult();
        await checkpoints.SaveAsync(run.TargetEntry, run.Component, sent.Value, cancellationToken).ConfigureAwait(false);
        return Result.Ok();
    }

    private static async IAsyncEnumerable<Result<PreparedBatch>> One(PreparedBatch prepared)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return prepared;
    }

    // What the feed tells of the items, or the items themselves when they only ever went along; what is gone without having travelled is settled.
    private async Task<Result<IReadOnlyList<ItemChange>>> StillDueAsync(ReplicationRun run, IChangeFeed feed, IReadOnlyList<ItemFailure> failures, CancellationToken cancellationToken)
    {
        var ids = failures.Select(failure => failure.Item).ToList();
        // A copy that the target lost content of is offered as such: what the feed tells of a released item brings no content.
        var lost = failures.Where(failure => failure.Kind == ItemOutcomeKind.ContentMissing).Select(failure => failure.Item).ToHashSet();
        var present = await feed.ReadPresentAsync(ids, lost, run.AsCopies, cancellationToken).ConfigureAwait(false);
        if (present.IsSuccess)
            await checkpoints.SaveFailuresAsync(run.TargetEntry, [], [.. ids.Except(present.Value.Select(change => change.Item.Id))], cancellationToken).ConfigureAwait(false);
        return present;
    }

    private async Task<Result> OfferAsync(
        ReplicationRun run, IChangeFeed feed, IItemSink sink, BatchComposer composer, IAsyncEnumerable<Result<PreparedBatch>> batches, IReplicationObserver observer,
        CancellationToken cancellationToken)
    {
        await foreach (var prepared in batches.ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (prepared.IsFailed)
                return prepared.ToResult();
            if (prepared.Value.Batch.Changes.Count == 0)
            {
                await RecordFailedAsync(run, [.. prepared.Value.Withheld.Select(Failed)], observer, cancellationToken).ConfigureAwait(false);
                continue;
            }

            var sent = await SendAsync(run, feed, sink, composer, prepared.Value, observer, cancellationToken).ConfigureAwait(false);
            if (sent.IsFailed)
                return sent.ToResult();
            // It moves no checkpoint, but what the target holds is another state now, and both sides must know which (P6).
            var at = new Checkpoint(prepared.Value.Batch.Source.StoreId, prepared.Value.Batch.After) { Mark = sent.Value.Mark };
            await checkpoints.SaveAsync(run.TargetEntry, run.Component, at, cancellationToken).ConfigureAwait(false);
        }

        return Result.Ok();
    }

    private async Task<Result<Checkpoint>> SendAsync(
        ReplicationRun run, IChangeFeed feed, IItemSink sink, BatchComposer composer, PreparedBatch prepared, IReplicationObserver observer, CancellationToken cancellationToken)
    {
        var failed = prepared.Withheld.Select(Failed).ToList();
        for (var round = 1; ; round++)
        {
            // Step 5: send content apart.
            var (apart, withheld) = await SendApartAsync(run, feed, sink, prepared.Apart, observer, cancellationToken).ConfigureAwait(false);
            if (apart.IsFailed)
                return apart.ToResult<Checkpoint>();
            var payloads = await new PayloadSender(run.Component, feed, sink, observer).SendAsync(prepared.WithPayloads, cancellationToken).ConfigureAwait(false);
            if (payloads.IsFailed)
                return payloads.ToResult<Checkpoint>();
            withheld.AddRange(payloads.Value.Select(entry => (entry.Change, OutcomeOf(entry.Change, entry.Error))));
            failed.AddRange(withheld);
            var left = withheld.Select(entry => entry.Change.Item.Id).ToHashSet();
            var batch = left.Count == 0 ? prepared.Batch : prepared.Batch with { Changes = [.. prepared.Batch.Changes.Where(change => !left.Contains(change.Item.Id))] };

            // Step 6: send the batch.
            observer.Sending(batch);
            var receipt = await ApplyAsync(run, sink, batch, cancellationToken).ConfigureAwait(false);
            if (receipt.IsFailed)
                return receipt.ToResult<Checkpoint>();
            ReplicationLog.BatchSent(
                logger, batch.Changes.Count, run.Component.Value, batch.Last.Value, receipt.Value.Applied, receipt.Value.Skipped, receipt.Value.Exceptions.Count);

            // Step 7: content missing? Forget what we believed the target has.
            var missing = receipt.Value.Exceptions.Where(outcome => outcome.Kind == ItemOutcomeKind.ContentMissing).Select(outcome => outcome.Item).ToHashSet();
            await RecordAsync(run, batch, receipt.Value, missing, observer, cancellationToken).ConfigureAwait(false);
            if (missing.Count == 0)
            {
                await RecordFailedAsync(run, failed, observer, cancellationToken).ConfigureAwait(false);
                return Result.Ok(new Checkpoint(batch.Source.StoreId, receipt.Value.Checkpoint) { Mark = receipt.Value.Mark });
            }

            if (round == MaxRounds)
                return Result.Fail(new ContentMissingError(batch.Changes.First(change => missing.Contains(change.Item.Id)).Item.Name, "which the target does not keep"));
            // The repeated changes fill the gap: the batch keeps its end, so that the receipt may move the checkpoint there.
            prepared = await composer.AgainAsync(batch, missing, cancellationToken).ConfigureAwait(false);
            failed.AddRange(prepared.Withheld.Select(Failed));
        }
    }

    private static async Task<Result<BatchReceipt>> ApplyAsync(ReplicationRun run, IItemSink sink, ChangeBatch batch, CancellationToken cancellationToken)
    {
        using var span = CoreSyncTelemetry.Source.StartActivity("coresync.batch");
        span?.SetTag("coresync.batch.items", batch.Changes.Count).SetTag("coresync.batch.last", batch.Last.Value);
        var receipt = await sink.ApplyAsync(run.Component, batch, cancellationToken).ConfigureAwait(false);
        if (receipt.IsFailed)
            span?.SetStatus(ActivityStatusCode.Error, receipt.FirstError().Code);
        return receipt;
    }

    private static async Task<(Result Result, List<(ItemChange Change, ItemOutcome Outcome)> Withheld)> SendApartAsync(
        ReplicationRun run, IChangeFeed feed, IItemSink sink, IReadOnlyList<ItemChange> apart, IReplicationObserver observer, CancellationToken cancellationToken)
    {
        var withheld = new List<(ItemChange, ItemOutcome)>();
        if (apart.Count == 0)
            return (Result.Ok(), withheld);
        foreach (var part in apart.GroupBy(change => change.Item.Component))
        {
            var changes = part.ToList();
            var have = await sink.HaveContentAsync(part.Key, [.. changes.Select(change => change.Item.Hash)], cancellationToken).ConfigureAwait(false);
            if (have.IsFailed && part.Key != run.Component)
                continue; // the target takes nothing of that component and says so of each item
            if (have.IsFailed)
                return (have.ToResult(), withheld);
            foreach (var (change, held) in changes.Zip(have.Value).Where(entry => entry.Second < entry.First.Item.Size))
            {
                var (sent, reason) = await SendContentAsync(feed, sink, change, held, observer, cancellationToken).ConfigureAwait(false);
                if (sent.IsFailed)
                    return (sent, withheld);
                if (reason is not null)
                    withheld.Add((change, OutcomeOf(change, reason)));
            }
        }

        return (Result.Ok(), withheld);
    }

    // Content that cannot be read, or changed under us, is its item's trouble; everything else ends the run.
    private static async Task<(Result Sent, CoreSyncError? Withheld)> SendContentAsync(
        IChangeFeed feed, IItemSink sink, ItemChange change, long offset, IReplicationObserver observer, CancellationToken cancellationToken)
    {
        var opened = await feed.OpenContentAsync(change, offset, cancellationToken).ConfigureAwait(false);
        if (opened.IsFailed)
            return (Result.Ok(), opened.FirstError());
        await using var stream = opened.Value.ConfigureAwait(false);
        var counted = new CountingStream(opened.Value, observer.ContentSent);
        var sent = await sink.SendContentAsync(change.Item.Component, change.Item.Hash, change.Item.Size, offset, counted, cancellationToken).ConfigureAwait(false);
        return sent.HasError<ContentMismatchError>() || sent.HasError<ContentUnstableError>() ? (Result.Ok(), new ContentUnstableError(change.Item.Name)) : (sent, null);
    }

    private async Task RecordAsync(
        ReplicationRun run, ChangeBatch batch, BatchReceipt receipt, HashSet<ItemId> missing, IReplicationObserver observer, CancellationToken cancellationToken)
    {
        var refused = receipt.Exceptions.Where(outcome => outcome.Kind is ItemOutcomeKind.Rejected or ItemOutcomeKind.Conflict).ToDictionary(outcome => outcome.Item);
        // A change that a person on the target declined is told once and not offered again.
        var told = receipt.Exceptions.Where(outcome => outcome.Kind != ItemOutcomeKind.ContentMissing).ToDictionary(outcome => outcome.Item);
        observer.Received(receipt.Applied, receipt.Skipped, [.. batch.Changes.Where(change => told.ContainsKey(change.Item.Id)).Select(change => (told[change.Item.Id], change.Item))]);
        var copies = batch.Changes.Where(change => change is { Kind: not ChangeKind.Delete, Item: { AutoSync: false, Payloads.Count: > 0 } } && !told.ContainsKey(change.Item.Id) && !missing.Contains(change.Item.Id));
        await checkpoints.SaveCopiesAsync(run.TargetEntry, [.. copies.Select(change => change.Item)], cancellationToken).ConfigureAwait(false);
        // A copy is made once: what was refused is not offered again by itself, and what auto sync still owes stays due.
        if (run.AsCopies)
            return;
        var components = batch.Changes.ToDictionary(change => change.Item.Id, change => change.Item.Component);
        var failures = refused.Values.Select(outcome => run.Failures.Count(outcome, components[outcome.Item])).ToList();
        var resolved = batch.Changes.Select(change => change.Item.Id).Where(id => !refused.ContainsKey(id) && !missing.Contains(id)).ToList();
        await checkpoints.SaveFailuresAsync(run.TargetEntry, failures, resolved, cancellationToken).ConfigureAwait(false);
    }

    private async Task RecordFailedAsync(
        ReplicationRun run, List<(ItemChange Change, ItemOutcome Outcome)> failed, IReplicationObserver observer, CancellationToken cancellationToken)
    {
        if (failed.Count == 0)
            return;
        observer.Received(0, 0, [.. failed.Select(entry => (entry.Outcome, entry.Change.Item))]);
        if (run.AsCopies)
            return;
        var failures = failed.Select(entry => run.Failures.Count(entry.Outcome, entry.Change.Item.Component));
        await checkpoints.SaveFailuresAsync(run.TargetEntry, [.. failures], [], cancellationToken).ConfigureAwait(false);
    }

    private static (ItemChange Change, ItemOutcome Outcome) Failed((ItemChange Change, CoreSyncError Error) withheld) => (withheld.Change, OutcomeOf(withheld.Change, withheld.Error));

    private static ItemOutcome OutcomeOf(ItemChange change, CoreSyncError error) =>
        new(change.Item.Id, change.Sequence, ItemOutcomeKind.Rejected, error.Code, error.Message);

    // A read-ahead that nobody needs any more must still be observed, or its failure would surface elsewhere.
    private static async Task ObserveAsync(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

/// <summary>Readings of a feed that are made of others.</summary>
internal static class FeedReading
{
    /// <summary>What the feed tells of items, or the items themselves when they only ever went along; what is gone without having travelled is absent.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="items">The items.</param>
    /// <param name="whole">Those of which a release is not enough: they are read with their content.</param>
    /// <param name="asCopies">As <see cref="IChangeFeed.ReadCopiesAsync"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<Result<IReadOnlyList<ItemChange>>> ReadPresentAsync(
        this IChangeFeed feed, IReadOnlyCollection<ItemId> items, IReadOnlySet<ItemId> whole, bool asCopies, CancellationToken cancellationToken)
    {
        var entries = await feed.EntriesAsync(items, cancellationToken).ConfigureAwait(false);
        if (entries.IsFailed)
            return entries.ToResult<IReadOnlyList<ItemChange>>();
        var isCopy = entries.Value.ToLookup(entry => !entry.Item.IsDeleted && (entry.Told is null || (!entry.Item.AutoSync && whole.Contains(entry.Item.Id))));
        var told = isCopy[false].Where(entry => entry.Told is not null).Select(entry => entry.Item.Id).ToList();
        var untold = isCopy[true].Select(entry => entry.Item.Id).ToList();
        var changes = await feed.ReadItemsAsync(told, cancellationToken).ConfigureAwait(false);
        var copies = await feed.ReadCopiesAsync(untold, asCopies, cancellationToken).ConfigureAwait(false);
        return Result.Merge(changes.ToResult(), copies.ToResult()) is { IsFailed: true } failed
            ? failed.ToResult<IReadOnlyList<ItemChange>>()
            : Result.Ok<IReadOnlyList<ItemChange>>([.. changes.Value, .. copies.Value]);
    }
}

/// <summary>Is told what a replication does, for counters and job history.</summary>
internal interface IReplicationObserver
{
    /// <summary>A batch is about to be sent.</summary>
    void Sending(ChangeBatch batch);

    /// <summary>Bytes of content sent apart.</summary>
    void ContentSent(int bytes);

    /// <summary>Bytes of content that need not be sent: the target has them, or they travel once for several items.</summary>
    void ContentPresent(long bytes);

    /// <summary>A receipt arrived: counts, and each change of which there is something to tell; one of kind Skipped was declined by a person and is not among the counts.</summary>
    void Received(int applied, int skipped, IReadOnlyList<(ItemOutcome Outcome, Item Item)> refused);
}
