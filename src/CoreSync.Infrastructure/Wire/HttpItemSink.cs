using System.Globalization;
using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Application.Targets;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>The receiving side of another core, over HTTPS: each call is one request of docs/protocol.md, 4.</summary>
internal sealed class HttpItemSink(PeerClient peer, CoreAnswer core, string fqdn, CoreId self, bool compress) : ITargetConnection
{
    public CoreId Core => new(core.Id);

    public IReplicaInspection Inspection => new HttpInspection(peer, Root, core, fqdn, compress);

    private string Root => $"replications/{self}";

    public async Task<Result<SinkState>> OpenAsync(SourceIdentity source, CancellationToken cancellationToken)
    {
        var answer = await peer.PostAsync(
            Root + "/open", new OpenRequest(source.StoreId, source.Epoch, source.Writer), WireJson.Strict.OpenRequest, WireJson.Tolerant.OpenAnswer, cancellationToken).ConfigureAwait(false);
        if (answer.IsFailed)
            return answer.ToResult<SinkState>();
        if (answer.Value.Core != core.Id)
            return Result.Fail(new TargetReplacedError(fqdn, core.Id.ToString(), answer.Value.Core.ToString()));

        // Names that this version does not know as names belong to components that it does not send.
        var components = new Dictionary<ComponentName, Checkpoint>();
        foreach (var one in answer.Value.Components)
        {
            if (ComponentName.Parse(one.Component) is { IsSuccess: true, Value: var name } && one.Sequence >= 0)
                components[name] = new Checkpoint(one.StoreId, new Sequence(one.Sequence)) { Mark = one.Mark };
        }

        var refused = answer.Value.Refused.Select(ComponentName.Parse).Where(name => name.IsSuccess).Select(name => name.Value).ToHashSet();
        var damaged = (answer.Value.Damaged ?? []).Take(SinkState.MaxDamaged).Select(one => (Name: ComponentName.Parse(one.Component), one.Item)).Where(one => one.Name.IsSuccess);
        return new SinkState(Core, components, refused) { Damaged = [.. damaged.Select(one => (one.Name.Value, new ItemId(one.Item)))] };
    }

    public async Task<Result<IReadOnlyList<long>>> HaveContentAsync(ComponentName component, IReadOnlyList<ContentHash> hashes, CancellationToken cancellationToken)
    {
        var all = new List<long>(hashes.Count);
        foreach (var part in hashes.Chunk(Protocol.MaxHashes))
        {
            var asked = new HaveRequest([.. part.Select(hash => hash.ToString())]);
            var answer = await peer.PostAsync(
                $"{Root}/components/{component}/contents/have", asked, WireJson.Strict.HaveRequest, WireJson.Tolerant.HaveAnswer, cancellationToken).ConfigureAwait(false);
            if (answer.IsFailed)
                return answer.ToResult<IReadOnlyList<long>>();
            if (answer.Value.Bytes.Count != part.Length || answer.Value.Bytes.Any(bytes => bytes < 0))
                return Result.Fail(new TargetNotACoreError(fqdn, "it answers for other contents than asked"));
            all.AddRange(answer.Value.Bytes);
        }

        return all;
    }

    public async Task<Result> SendContentAsync(ComponentName component, ContentHash hash, long size, long offset, Stream content, CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{Root}/components/{component}/contents/{hash}?size={size}&offset={offset}");
        return (await peer.PutAsync(path, content, size - offset, WireJson.Tolerant.EmptyAnswer, cancellationToken).ConfigureAwait(false)).ToResult();
    }

    public async Task<Result> SendContentsAsync(ComponentName component, IReadOnlyList<SmallContent> contents, CancellationToken cancellationToken) =>
        (await peer.PostAsync(
            $"{Root}/components/{component}/contents", ContentFrame.Encode(contents, compress), Protocol.ContentsType, WireJson.Tolerant.EmptyAnswer, cancellationToken)
            .ConfigureAwait(false)).ToResult();

    public async Task<Result<ChunkedContent?>> FindBaseAsync(ComponentName component, ItemId item, RelativePath path, CancellationToken cancellationToken)
    {
        if (!core.Offers(Protocol.DeltaFeature))
            return Result.Ok<ChunkedContent?>(null);
        var frame = await peer.PostForFrameAsync(
            $"{Root}/components/{component}/contents/base", new BaseRequest(item.Value, path.Value), WireJson.Strict.BaseRequest, Protocol.ChunksType, cancellationToken).ConfigureAwait(false);
        if (frame.IsFailed)
            return frame.ToResult();
        var found = ChunkFrame.Decode(frame.Value);
        return found.IsSuccess ? found : Result.Fail(new TargetNotACoreError(fqdn, "it answers with chunks that are none"));
    }

    public async Task<Result> SendPatchAsync(ComponentName component, ContentPatch patch, CancellationToken cancellationToken) =>
        (await peer.PostAsync(
            $"{Root}/components/{component}/contents/patch", PatchFrame.Encode(patch, compress), Protocol.PatchType, WireJson.Tolerant.EmptyAnswer, cancellationToken)
            .ConfigureAwait(false)).ToResult();

    public async Task<Result<BatchReceipt>> ApplyAsync(ComponentName component, ChangeBatch batch, CancellationToken cancellationToken)
    {
        var frame = BatchFrame.Encode(component, batch, compress);
        if (frame.IsFailed)
            return frame.ToResult<BatchReceipt>();
        var answer = await peer.PostAsync(
            $"{Root}/components/{component}/batches", frame.Value, Protocol.BatchType, WireJson.Tolerant.ReceiptAnswer, cancellationToken).ConfigureAwait(false);
        return answer.IsFailed ? answer.ToResult<BatchReceipt>() : Receipt(batch, answer.Value);
    }

    public ValueTask DisposeAsync() => peer.DisposeAsync();

    // A receipt moves our checkpoint: it must not promise more than was sent, nor leave a change out (J5, N15).
    private Result<BatchReceipt> Receipt(ChangeBatch batch, ReceiptAnswer answer)
    {
        if (answer.Checkpoint < 0 || answer.Applied < 0 || answer.Skipped < 0)
            return Wrong("negative numbers");
        if ((long)answer.Applied + answer.Skipped + answer.Exceptions.Count != batch.Changes.Count)
            return Wrong($"it tells of {answer.Applied + answer.Skipped + answer.Exceptions.Count} changes, sent were {batch.Changes.Count}");
        var sent = batch.Changes.ToDictionary(change => change.Item.Id, change => change.Sequence);
        var exceptions = new List<ItemOutcome>(answer.Exceptions.Count);
        foreach (var one in answer.Exceptions)
        {
            var kind = one.Outcome switch
            {
                "rejected" => ItemOutcomeKind.Rejected,
                "contentMissing" => ItemOutcomeKind.ContentMissing,
                "conflict" => ItemOutcomeKind.Conflict,
                "skipped" => ItemOutcomeKind.Skipped,
                _ => default,
            };
            if (kind == default || !sent.Remove(new ItemId(one.Item), out var sequence) || sequence.Value != one.Sequence)
                return Wrong("an outcome that fits no change");
            exceptions.Add(new ItemOutcome(new ItemId(one.Item), sequence, kind, Short(one.Code), Short(one.Message)));
        }

        return new BatchReceipt(new Sequence(answer.Checkpoint), answer.Applied, answer.Skipped, exceptions) { Mark = answer.Mark };

        Result Wrong(string what) => Result.Fail(new TargetNotACoreError(fqdn, "its receipt holds " + what));
    }

    private static string Short(string text) => text.Length <= Protocol.MaxOutcomeText ? text : text[..Protocol.MaxOutcomeText];
}
