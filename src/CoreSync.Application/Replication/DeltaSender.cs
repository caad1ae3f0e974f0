using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Application.Replication;

/// <summary>
/// Sends content as its difference from what the target has for the same item (I5):
/// <code>
///   1  is it worth asking?  payloads on this core alone, neither small nor very large
///   2  what has the target? its content under that path, as chunks
///   3  compare              the own content, cut by the same rule; what saves too little goes the plain way
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
        if (!feed.HasPayloadsHere || payload.Size - offset <= ItemLimits.MaxInlineBytes || payload.Size > DeltaLimits.MaxContentBytes)
            return offset;

        // Step 2: what has the target?
        var basis = await sink.FindBaseAsync(component, item, payload.Path, cancellationToken).ConfigureAwait(false);
        if (basis.IsFailed)
            return basis.ToResult();
        if (basis.Value is not { } there || there.Hash == payload.Hash)
            return offset;

        var opened = await feed.OpenPayloadAsync(payload, cancellationToken).ConfigureAwait(false);
        if (opened.IsFailed)
            return offset;
        await using var content = opened.Value.ConfigureAwait(false);
        try
        {
            // Step 3: compare.
            var plan = new DeltaPlan(there);
            return await ChunkReader.ReadAsync(opened.Value, there.Sizes, plan.Add, cancellationToken).ConfigureAwait(false) && plan.IsWorthwhile(offset)
                ? await SendAsync(item, payload, there.Hash, plan, opened.Value, offset, cancellationToken).ConfigureAwait(false)
                : offset;
        }
        catch (CoreSyncException damaged) when (damaged.Error is PayloadDamagedError)
        {
            // The plain way reads it again, and tells whose item that is.
            return offset;
        }
        catch (IOException)
        {
            return offset;
        }
    }

    // Step 4: send.
    private async Task<Result<long>> SendAsync(
        ItemId item, Payload payload, ContentHash basis, DeltaPlan plan, Stream content, long offset, CancellationToken cancellationToken)
    {
        while (offset < payload.Size)
        {
            var patch = new ContentPatch(item, basis, payload.Hash, payload.Size, offset, await ReadAsync(plan.Next(offset), content, offset, cancellationToken).ConfigureAwait(false));
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

    private async Task<Result<long>> StandingAsync(Payload payload, CancellationToken cancellationToken)
    {
        var have = await sink.HaveContentAsync(component, [payload.Hash], cancellationToken).ConfigureAwait(false);
        return have.IsFailed ? have.ToResult() : have.Value[0];
    }

    private static async Task<IReadOnlyList<PatchStep>> ReadAsync(IReadOnlyList<DeltaStep> cut, Stream content, long position, CancellationToken cancellationToken)
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
                content.Seek(position, SeekOrigin.Begin);
                await content.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
                steps.Add(PatchStep.OfBytes(bytes));
            }

            position += step.Length;
        }

        return steps;
    }
}
