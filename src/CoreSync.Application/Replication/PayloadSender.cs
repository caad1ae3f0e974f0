using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Application.Replication;

/// <summary>
/// Sends the payloads of a batch before the batch (I5):
/// <code>
///   1  which contents?       each once, however many items carry it
///   2  what has the target?  asked in one question per 2,000 contents; what is there is not sent, what is there in part is resumed (P4)
///   3  small ones            many in one request
///   4  large ones            one by one, from where the target has them; what it has of the revision before does not travel
/// </code>
/// An item whose payload cannot be read here is withheld with the reason; the others go on.
/// </summary>
internal sealed class PayloadSender(ComponentName component, IChangeFeed feed, IItemSink sink, IReplicationObserver observer)
{
    /// <summary>Bytes of small contents in one request: half the wire's limit, so that one more always fits.</summary>
    private const int TargetBytes = ItemLimits.MaxBatchContentBytes / 2;

    private readonly DeltaSender delta = new(component, feed, sink, observer);
    private readonly List<SmallContent> small = [];
    private readonly Dictionary<ContentHash, CoreSyncError> unreadable = [];
    private int smallBytes;

    /// <summary>Sends what the target lacks.</summary>
    /// <param name="changes">Changes whose payloads the target may lack.</param>
    /// <param name="cancellationToken">Cancels; what arrived stays for resuming.</param>
    /// <returns>The changes that must not be sent, each with the reason. Fails when the target or the connection does.</returns>
    public async Task<Result<IReadOnlyList<(ItemChange Change, CoreSyncError Error)>>> SendAsync(IReadOnlyList<ItemChange> changes, CancellationToken cancellationToken)
    {
        // Step 1: which contents?
        var needed = new Dictionary<ContentHash, (ItemId Item, Payload Payload)>();
        foreach (var change in changes)
        {
            foreach (var payload in change.Item.Payloads.Where(payload => payload.Size > 0))
            {
                if (!needed.TryAdd(payload.Hash, (change.Item.Id, payload)))
                    observer.ContentPresent(payload.Size);
            }
        }

        foreach (var part in needed.Values.Chunk(ItemLimits.MaxBatchItems))
        {
            var sent = await SendPartAsync(part, cancellationToken).ConfigureAwait(false);
            if (sent.IsFailed)
                return sent;
        }

        return unreadable.Count == 0
            ? Result.Ok<IReadOnlyList<(ItemChange, CoreSyncError)>>([])
            : Result.Ok<IReadOnlyList<(ItemChange, CoreSyncError)>>([.. changes.Select(change => (change, ErrorOf(change)!)).Where(entry => entry.Item2 is not null)]);
    }

    private async Task<Result> SendPartAsync((ItemId Item, Payload Payload)[] needed, CancellationToken cancellationToken)
    {
        // Step 2: what has the target?
        var have = await sink.HaveContentAsync(component, [.. needed.Select(entry => entry.Payload.Hash)], cancellationToken).ConfigureAwait(false);
        if (have.IsFailed)
            return have.ToResult();
        for (var i = 0; i < needed.Length; i++)
        {
            var ((item, payload), there) = (needed[i], have.Value[i]);
            if (there >= payload.Size)
            {
                observer.ContentPresent(payload.Size);
                continue;
            }

            var sent = payload.Size <= ItemLimits.MaxInlineBytes
                ? await AddSmallAsync(payload, cancellationToken).ConfigureAwait(false)
                : await SendLargeAsync(item, payload, there, cancellationToken).ConfigureAwait(false);
            if (sent.IsFailed)
                return sent;
        }

        return await SendSmallAsync(cancellationToken).ConfigureAwait(false);
    }

    // Step 3: small ones, many in one request.
    private async Task<Result> AddSmallAsync(Payload payload, CancellationToken cancellationToken)
    {
        var opened = await feed.OpenPayloadAsync(payload, 0, cancellationToken).ConfigureAwait(false);
        if (opened.IsFailed)
            return Withhold(payload, opened.FirstError());
        var bytes = new byte[payload.Size];
        await using (opened.Value.ConfigureAwait(false))
        {
            try
            {
                await opened.Value.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            }
            catch (CoreSyncException damaged) when (damaged.Error is PayloadDamagedError)
            {
                return Withhold(payload, damaged.Error);
            }
            catch (IOException exception)
            {
                return Withhold(payload, new ContentUnreadableError(payload.Path.Value, exception.Message));
            }
        }

        small.Add(new SmallContent(payload.Hash, bytes));
        smallBytes += bytes.Length;
        return smallBytes >= TargetBytes ? await SendSmallAsync(cancellationToken).ConfigureAwait(false) : Result.Ok();
    }

    private async Task<Result> SendSmallAsync(CancellationToken cancellationToken)
    {
        if (small.Count == 0)
            return Result.Ok();
        var sent = await sink.SendContentsAsync(component, small, cancellationToken).ConfigureAwait(false);
        if (sent.IsSuccess)
            observer.ContentSent(smallBytes);
        small.Clear();
        smallBytes = 0;
        return sent;
    }

    // Step 4: large ones, from where the target has them.
    private async Task<Result> SendLargeAsync(ItemId item, Payload payload, long offset, CancellationToken cancellationToken)
    {
        if (offset > 0)
            observer.ContentPresent(offset);
        var patched = await delta.SendAsync(item, payload, offset, cancellationToken).ConfigureAwait(false);
        if (patched.IsFailed)
            return patched.ToResult();
        offset = patched.Value;
        if (offset >= payload.Size)
            return Result.Ok();
        var sent = await SendFromAsync(payload, offset, cancellationToken).ConfigureAwait(false);
        // What was there in part did not belong to it; the target has discarded it.
        if (offset > 0 && sent.HasError<ContentMismatchError>())
            sent = await SendFromAsync(payload, 0, cancellationToken).ConfigureAwait(false);
        if (sent.IsSuccess)
            return sent;
        var error = sent.FirstError();
        return error is PayloadDamagedError or ContentUnreadableError ? Withhold(payload, error)
            : error is ContentMismatchError ? Withhold(payload, new PayloadDamagedError(payload.Path.Value, payload.Hash.ToString()))
            : sent;
    }

    private async Task<Result> SendFromAsync(Payload payload, long offset, CancellationToken cancellationToken)
    {
        var opened = await feed.OpenPayloadAsync(payload, offset, cancellationToken).ConfigureAwait(false);
        if (opened.IsFailed)
            return opened.ToResult();
        await using var stream = opened.Value.ConfigureAwait(false);
        var counted = new CountingStream(opened.Value, observer.ContentSent);
        try
        {
            return await sink.SendContentAsync(component, payload.Hash, payload.Size, offset, counted, cancellationToken).ConfigureAwait(false);
        }
        catch (CoreSyncException damaged) when (damaged.Error is PayloadDamagedError)
        {
            return Result.Fail(damaged.Error);
        }
    }

    private Result Withhold(Payload payload, CoreSyncError error)
    {
        unreadable[payload.Hash] = error;
        return Result.Ok();
    }

    private CoreSyncError? ErrorOf(ItemChange change) =>
        change.Item.Payloads.Select(payload => unreadable.GetValueOrDefault(payload.Hash)).FirstOrDefault(error => error is not null);
}
