using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Application.Replication;

/// <summary>The payloads of a batch on their way in: an item is taken only when all of them are here, and none of them is used before it is in the content store (I5).</summary>
/// <param name="component">The component of the batch: content that came apart waits in its inbox.</param>
/// <param name="inbox">Content that came apart.</param>
/// <param name="store">Where payloads are kept.</param>
internal sealed class IncomingPayloads(Component component, IContentInbox inbox, IPayloadStore store)
{
    private readonly Dictionary<ContentHash, ReceivedContent> received = [];

    /// <summary>How a change stands: null when everything is here, else the outcome that keeps it out.</summary>
    public ItemOutcome? Judge(ItemChange change)
    {
        if (change.Kind != ChangeKind.Upsert)
            return null;
        var isMissing = false;
        foreach (var payload in change.Item.Payloads)
        {
            if (store.Keep(payload.Hash, payload.Size))
                continue;
            // A hash names content, and content has one size.
            var content = inbox.Find(component, payload.Hash);
            if ((content?.Size ?? store.SizeOf(payload.Hash)) is { } size && size != payload.Size)
            {
                var contradiction = new ItemInvalidError(change.Item.Name, $"the payload {payload.Path} has {size} bytes, not {payload.Size}");
                return new ItemOutcome(change.Item.Id, change.Sequence, ItemOutcomeKind.Rejected, contradiction.Code, contradiction.Message);
            }

            if (content is null)
                isMissing = true;
            else
                received[payload.Hash] = content;
        }

        return isMissing ? new ItemOutcome(change.Item.Id, change.Sequence, ItemOutcomeKind.ContentMissing, "", "") : null;
    }

    /// <summary>Takes what came apart into the content store; durable when it returns.</summary>
    /// <returns>Fails with <see cref="StoreFullError"/>.</returns>
    public Task<Result> StageAsync(CancellationToken cancellationToken) => store.TakeAsync([.. received.Values], cancellationToken);

    /// <summary>A document that the content store happens to hold, which is then not sent; null when it does not.</summary>
    public async Task<ReadOnlyMemory<byte>?> FindDocumentAsync(Item item, CancellationToken cancellationToken)
    {
        if (!store.Has(item.Hash, item.Size) || RelativePath.Parse("document") is not { IsSuccess: true, Value: var path })
            return null;
        var opened = store.Open(new Payload(path, item.Size, item.Hash));
        if (opened.IsFailed)
            return null;
        await using var stream = opened.Value.ConfigureAwait(false);
        var bytes = new byte[item.Size];
        try
        {
            await opened.Value.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes;
        }
        catch (CoreSyncException damaged) when (damaged.Error is PayloadDamagedError)
        {
            return null;
        }
    }
}
