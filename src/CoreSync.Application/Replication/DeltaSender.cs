using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Application.Replication;

/// <summary>
/// Sends content as its difference from what the target has for the same item (I5):
/// <code>
///   1  is it worth asking?  payloads neither small nor very large
///   2  what has the target? its content under that path, as chunks
///   3  compare              the content of the source, cut by the same rule; what saves too little goes the plain way
///   4  send                 patch by patch, each durable before the next; a broken connection goes on behind the last (P4)
/// </code>
/// Whatever goes wrong with the difference itself ends in the plain way, from where the target stands then.
/// </summary>
internal sealed class DeltaSender(ComponentName component, IChangeFeed feed, IItemSink sink, IReplicationObserver observer)
{
    /// <summary>Sends what can be sent as a difference.</summary>
    /// <param name="item">The item that carries the payload.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="offset">What the target holds of it.</param>
    /// <param name="cancellationToken">Cancels; what arrived stays for resuming.</param>
    /// <returns>What the target holds of it now; the rest goes the plain way. Fails when the target or the connection does.</returns>
    public async Task<Result<long>> SendAsync(ItemId item, Payload payload, long offset, CancellationToken cancellationToken)
    {
        // Step 1: is it worth asking?
        if (payload.Size - offset <= ItemLimits.MaxInlineBytes || payload.Size > DeltaLimits.MaxContentBytes)
            return offset;

        // Step 2: what has the target?
        var basis = await sink.FindBaseAsync(component, item, payload.Path, cancellationToken).ConfigureAwait(false);
        if (basis.IsFailed)
            return basis.ToResult();
        if (basis.Value is not { } there || there.Hash == payload.Hash)
            return offset;

        // Step 3: compare. What cannot be read goes the plain way too, which tells whose item that is.
        var plan = new DeltaPlan(there);
        var areAll = await feed.ReadChunksAsync(payload, there.Sizes, plan.Add, cancellationToken).ConfigureAwait(false);
        return areAll is { IsSuccess: true, Value: true } && plan.IsWorthwhile(offset)
            ? await SendAsync(item, payload, there.Hash, plan, offset, cancellationToken).ConfigureAwait(false)
            : offset;
    }

    // Step 4: send.
    private async Task<Result<long>> SendAsync(ItemId item, Payload payload, ContentHash basis, DeltaPlan plan, long offset, CancellationToken cancellationToken)
    {
        while (offset < payload.Size)
        {
            var steps = await ReadAsync(plan.Next(offset), payload, offset, cancellationToken).ConfigureAwait(false);
            if (steps.IsFailed)
                return offset;
            var patch = new ContentPatch(item, basis, payload.Hash, payload.Size, offset, steps.Value);
            var sent = await sink.SendPatchAsync(component, patch, cancellationToken).ConfigureAwait(false);
            if (sent.HasError<ContentMismatchError>() || sent.HasError<PayloadDamagedError>() || sent.HasError<BatchMalformedError>())
                return await StandingAsync(payload, cancellationToken).ConfigureAwait(false);
            if (sent.IsFailed)
                return sent;
            observer.ContentSent(patch.LiteralBytes);
            observer.ContentPresent(patch.Length - patch.LiteralBytes);
            offset += patch.Length;
        }

        return offset;
    }

    private async Task<Result<IReadOnlyList<PatchStep>>> ReadAsync(IReadOnlyList<DeltaStep> cut, Payload payload, long position, CancellationToken cancellationToken)
    {
        var steps = new List<PatchStep>(cut.Count);
        foreach (var step in cut)
        {
            if (step.BaseOffset is { } from)
            {
                steps.Add(PatchStep.OfBase(from, step.Length));
            }
            else
            {
                var bytes = new byte[step.Length];
                var read = await feed.ReadPayloadAsync(payload, position, bytes, cancellationToken).ConfigureAwait(false);
                if (read.IsFailed)
                    return read;
                steps.Add(PatchStep.OfBytes(bytes));
            }

            position += step.Length;
        }

        return steps;
    }

    private async Task<Result<long>> StandingAsync(Payload payload, CancellationToken cancellationToken)
    {
        var have = await sink.HaveContentAsync(component, [payload.Hash], cancellationToken).ConfigureAwait(false);
        return have.IsFailed ? have.ToResult() : have.Value[0];
    }
}
