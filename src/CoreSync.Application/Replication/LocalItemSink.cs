using CoreSync.Accounts;
using CoreSync.Application.Conflicts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Targets;
using CoreSync.Application.Telemetry;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Replication;

/// <summary>
/// The receiving side of this core. Received is not applied (A1):
/// <code>
///   1  check       rights, limits, each item; a batch that breaks the protocol changes nothing
///   2  sort out    what is here already (A2), what another core made, what content is missing
///   3  review      the policies of this core: approval, copies edited here, names that clash; what waits for a person is held
///   4  group       what is needed first; an item with what it needs or not at all, a cycle whole or not at all (J4)
///   5  stage       content durable outside the store
///   6  inbox       the changes durable in the store
///   7  apply       put into effect, durably
///   8  commit      items, inbox, what is held, and checkpoint in one transaction; then the receipt
/// </code>
/// A crash after 6 is repaired from the inbox (<see cref="InboxRecovery"/>); before that, the source sends again.
/// </summary>
internal sealed class LocalItemSink(
    Account writer, IReplicaStore replicas, IComponentStore components, IContentInbox inbox, IPayloadStore payloads, DeltaBases bases, DamagedCopies damaged, ItemAppliers appliers,
    IncomingBatches batches, BatchPlaces batchPlaces, ILocalCore local, ComponentGates gates, ILogger logger) : IItemSink
{
    /// <summary>Takes items whose origin is this core: an import makes them here.</summary>
    public bool TakesOwn { get; init; }

    public async Task<Result<SinkState>> OpenAsync(SourceIdentity source, CancellationToken cancellationToken)
    {
        if (source.Core == local.Current.Id)
            return Result.Fail(new TargetIsSelfError(local.Current.Name.Ascii));
        if (!writer.May(Rights.Edit))
            return Result.Fail(new RightsMissingError(writer.Name, nameof(Rights.Edit), local.Current.Name.Ascii));
        var opened = await replicas.OpenAsync(source, cancellationToken).ConfigureAwait(false);
        if (opened.IsFailed)
        {
            if (opened.HasError<StaleEpochError>())
                ReplicationLog.StaleWriterRefused(logger, source.Core.ShortText, source.Epoch);
            return opened.ToResult<SinkState>();
        }

        var receiving = (await components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(component => component.Receives()).Select(component => component.Name).ToList();
        return new SinkState(
            local.Current.Id,
            receiving.Where(writer.MayWrite).ToDictionary(name => name, name => opened.Value.GetValueOrDefault(name, Checkpoint.None)),
            receiving.Where(name => !writer.MayWrite(name)).ToHashSet())
        {
            Damaged = await damaged.HereAsync(name => receiving.Contains(name) && writer.MayWrite(name), cancellationToken).ConfigureAwait(false),
        };
    }

    public async Task<Result<IReadOnlyList<long>>> HaveContentAsync(ComponentName component, IReadOnlyList<ContentHash> hashes, CancellationToken cancellationToken)
    {
        var writable = await WritableAsync(component, cancellationToken).ConfigureAwait(false);
        if (writable.IsFailed)
            return writable.ToResult<IReadOnlyList<long>>();
        if (hashes.Count > ItemLimits.MaxBatchItems)
            return Result.Fail(new BatchMalformedError($"more than {ItemLimits.MaxBatchItems} contents asked for"));
        var have = new List<long>(hashes.Count);
        foreach (var hash in hashes)
            have.Add(Kept(writable.Value, hash) ?? await inbox.ReceivedAsync(writable.Value, hash, cancellationToken).ConfigureAwait(false));
        return have;
    }

    public async Task<Result> SendContentAsync(ComponentName component, ContentHash hash, long size, long offset, Stream content, CancellationToken cancellationToken)
    {
        var writable = await WritableAsync(component, cancellationToken).ConfigureAwait(false);
        if (writable.IsFailed)
            return writable.ToResult();
        var appended = await inbox.AppendAsync(writable.Value, hash, size, offset, content, cancellationToken).ConfigureAwait(false);
        return appended.ToResult();
    }

    public async Task<Result> SendContentsAsync(ComponentName component, IReadOnlyList<SmallContent> contents, CancellationToken cancellationToken)
    {
        var writable = await WritableAsync(component, cancellationToken).ConfigureAwait(false);
        if (writable.IsFailed)
            return writable.ToResult();
        if (writable.Value.Kind != ComponentKind.Documents)
            return Result.Fail(new BatchMalformedError($"component {component} holds files, which have no payloads"));
        if (contents.Count > ItemLimits.MaxBatchItems || contents.Sum(content => (long)content.Bytes.Length) > ItemLimits.MaxBatchContentBytes
            || contents.Any(content => content.Bytes.Length > ItemLimits.MaxInlineBytes))
            return Result.Fail(new BatchMalformedError("the contents are too many or too large for one request"));
        return await payloads.PutAsync(contents, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Result<ChunkedContent?>> FindBaseAsync(ComponentName component, ItemId item, RelativePath path, CancellationToken cancellationToken)
    {
        var writable = await WritableAsync(component, cancellationToken).ConfigureAwait(false);
        return writable.IsFailed ? writable.ToResult() : Result.Ok(await bases.FindAsync(writer, item, path, cancellationToken).ConfigureAwait(false));
    }

    public async Task<Result> SendPatchAsync(ComponentName component, ContentPatch patch, CancellationToken cancellationToken)
    {
        var writable = await WritableAsync(component, cancellationToken).ConfigureAwait(false);
        if (writable.IsFailed)
            return writable.ToResult();
        if (writable.Value.Kind != ComponentKind.Documents)
            return Result.Fail(new BatchMalformedError($"component {component} holds files, which have no payloads"));
        var opened = await bases.OpenAsync(writer, patch.Item, patch.Base, cancellationToken).ConfigureAwait(false);
        if (opened.IsFailed)
            return opened.ToResult();
        var (basis, content) = opened.Value;
        await using var closing = content.ConfigureAwait(false);
        // All of it is checked before the first byte is written (S6).
        if (patch.Problem(basis.Size) is { } problem)
            return Result.Fail(new BatchMalformedError(problem));
        var patched = new PatchedStream(patch, content);
        await using var closed = patched.ConfigureAwait(false);
        try
        {
            return (await inbox.AppendAsync(writable.Value, patch.Hash, patch.Size, patch.Offset, patched, cancellationToken).ConfigureAwait(false)).ToResult();
        }
        catch (CoreSyncException damaged) when (damaged.Error is PayloadDamagedError)
        {
            return Result.Fail(damaged.Error);
        }
        catch (IOException exception)
        {
            return Result.Fail(new PayloadDamagedError(basis.Path.Value, basis.Hash.ToString()).CausedBy(exception));
        }
    }

    public async Task<Result<BatchReceipt>> ApplyAsync(ComponentName component, ChangeBatch batch, CancellationToken cancellationToken)
    {
        // Step 1: check.
        var writable = await WritableAsync(component, cancellationToken).ConfigureAwait(false);
        if (writable.IsFailed)
            return writable.ToResult<BatchReceipt>();
        var wellFormed = BatchRules.Check(component, batch);
        if (wellFormed.IsFailed)
            return wellFormed.ToResult<BatchReceipt>();

        using var entered = await gates.EnterAsync([component, .. batch.Changes.Select(change => change.Item.Component)], cancellationToken).ConfigureAwait(false);

        // Steps 2 to 4: sort out, review, group.
        var (places, contents, sorting, reviewed, groups) = await batches.SortAsync(writer, writable.Value, batch, TakesOwn, inbox, payloads, cancellationToken).ConfigureAwait(false);

        // Step 5: stage.
        var kept = await contents.StageAsync(cancellationToken).ConfigureAwait(false);
        if (kept.IsFailed)
            return kept.ToResult<BatchReceipt>();
        sorting.Remove(await appliers.StageAsync(places, sorting.ToApply, cancellationToken).ConfigureAwait(false));
        sorting.Remove(groups.Unmet(sorting.Exceptions));

        // Step 6: inbox. Documents are in its rows; the content of files is where the applier staged it.
        var entries = sorting.ToApply.Select(incoming => incoming.Change.Item.Kind == ItemKind.Document ? incoming.Change : incoming.Change with { Content = null });
        var staged = await replicas.StageAsync(component, batch, [.. entries], cancellationToken).ConfigureAwait(false);
        if (staged.IsFailed)
        {
            if (staged.HasError<StaleEpochError>())
                ReplicationLog.StaleWriterRefused(logger, batch.Source.Core.ShortText, batch.Source.Epoch);
            return staged.ToResult<BatchReceipt>();
        }

        // Step 7: apply. From here on the work is finished even when the caller hangs up: the inbox holds it.
        var settled = sorting.ToApply.Select(incoming => incoming.Change.Sequence).ToList();
        sorting.Remove(await appliers.ApplyAsync(places, sorting.ToApply, groups, sorting.Exceptions, CancellationToken.None).ConfigureAwait(false));

        // Step 8: commit, then the receipt.
        var checkpoint = CheckpointAfter(batch, sorting.Exceptions);
        var applied = sorting.ToApply.Select(incoming => AppliedItems.From(places[incoming.Change.Item.Component], incoming)).ToList();
        var commit = new ReplicaCommit(batch.Source, component, applied, checkpoint, settled) { Held = reviewed.Held, NoLongerHeld = reviewed.NoLongerHeld };
        var committed = await replicas.CommitAsync(commit, CancellationToken.None).ConfigureAwait(false);
        if (committed.IsFailed)
            return committed.ToResult<BatchReceipt>();
        await appliers.TidyAsync(places.Values, CancellationToken.None).ConfigureAwait(false);

        foreach (var refused in sorting.Exceptions.Where(outcome => outcome.Kind == ItemOutcomeKind.Rejected))
            ReplicationLog.ItemRejected(logger, refused.Item.ToString(), component.Value, batch.Source.Core.ShortText, refused.Code, refused.Message);
        foreach (var held in reviewed.Held.Where(held => held.FirstAt == held.LastAt))
            ConflictLog.ItemHeld(logger, held.Id.ToString(), component.Value, batch.Source.Core.ShortText, held.Reason.ToString());
        ReplicationLog.BatchReceived(logger, batch.Changes.Count, component.Value, batch.Source.Core.ShortText, applied.Count, sorting.Skipped, sorting.Exceptions.Count);
        SyncMeters.Received(applied.Count, sorting.Skipped, sorting.Exceptions.Count);
        return new BatchReceipt(checkpoint ?? batch.After, applied.Count, sorting.Skipped, sorting.Exceptions) { Mark = committed.Value };
    }

    // Everything before the first change whose content is missing is done; a batch that only offers again moves nothing, nor does one of which a companion is missing.
    private static Sequence? CheckpointAfter(ChangeBatch batch, IReadOnlyList<ItemOutcome> exceptions)
    {
        if (batch.After == batch.Last)
            return null;
        var missing = exceptions.Where(outcome => outcome.Kind == ItemOutcomeKind.ContentMissing).Select(outcome => outcome.Item).ToHashSet();
        if (missing.Count == 0)
            return batch.Last;
        var first = batch.Changes.Where(change => missing.Contains(change.Item.Id)).Select(change => change.IsCompanion ? batch.After.Value + 1 : change.Sequence.Value).Min();
        return first > batch.Last.Value ? batch.Last : new Sequence(Math.Max(batch.After.Value, first - 1));
    }

    // Content of files goes into their directories; what the content store holds does not help there.
    private long? Kept(Component component, ContentHash hash) => component.Kind == ComponentKind.Documents ? payloads.SizeOf(hash) : null;

    private Task<Result<Component>> WritableAsync(ComponentName name, CancellationToken cancellationToken) => batchPlaces.WritableAsync(writer, name, cancellationToken);
}

/// <summary>What a batch must obey whatever it holds (docs/protocol.md, batches).</summary>
internal static class BatchRules
{
    /// <returns>Fails with <see cref="BatchMalformedError"/>; nothing of the batch is used then.</returns>
    public static Result Check(ComponentName component, ChangeBatch batch)
    {
        if (batch.Changes.Count > ItemLimits.MaxBatchItems)
            return Malformed($"it holds {batch.Changes.Count} changes; {ItemLimits.MaxBatchItems} are allowed");
        if (batch.After.Value < 0 || batch.Last < batch.After)
            return Malformed($"it ends at sequence {batch.Last} before it begins at {batch.After}");
        if (batch.Changes.Sum(change => (long)(change.Content?.Length ?? 0)) > ItemLimits.MaxBatchContentBytes)
            return Malformed($"it holds more than {ItemLimits.MaxBatchContentBytes} bytes of content");
        var ids = new HashSet<ItemId>();
        foreach (var change in batch.Changes)
        {
            if (change.Item.Component != component && !change.IsCompanion)
                return Malformed($"item {change.Item.Id} belongs to component {change.Item.Component}");
            if (!ids.Add(change.Item.Id))
                return Malformed($"item {change.Item.Id} occurs twice");
            if (change.Sequence.Value < 1 || !Enum.IsDefined(change.Kind) || !Enum.IsDefined(change.Item.Kind))
                return Malformed($"item {change.Item.Id} has no valid sequence or kind");
        }

        return Result.Ok();
    }

    private static Result Malformed(string reason) => Result.Fail(new BatchMalformedError(reason));
}
