using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Application.Jobs;

/// <summary>
/// A sink that lets other jobs go first when its turn is over (J9): before a batch, before content, and in the middle of large content, which is interrupted and goes
/// on later from where the target has it (P4).
/// </summary>
internal sealed class TurnTakingSink(IItemSink inner, JobTurn turn) : IItemSink
{
    public Task<Result<SinkState>> OpenAsync(SourceIdentity source, CancellationToken cancellationToken) => inner.OpenAsync(source, cancellationToken);

    public Task<Result<IReadOnlyList<long>>> HaveContentAsync(ComponentName component, IReadOnlyList<ContentHash> hashes, CancellationToken cancellationToken) =>
        inner.HaveContentAsync(component, hashes, cancellationToken);

    public async Task<Result> SendContentsAsync(ComponentName component, IReadOnlyList<SmallContent> contents, CancellationToken cancellationToken)
    {
        if (turn.IsOver)
            await turn.NextAsync(cancellationToken).ConfigureAwait(false);
        return await inner.SendContentsAsync(component, contents, cancellationToken).ConfigureAwait(false);
    }

    public Task<Result<ChunkedContent?>> FindBaseAsync(ComponentName component, ItemId item, RelativePath path, CancellationToken cancellationToken) =>
        inner.FindBaseAsync(component, item, path, cancellationToken);

    public async Task<Result> SendPatchAsync(ComponentName component, ContentPatch patch, CancellationToken cancellationToken)
    {
        if (turn.IsOver)
            await turn.NextAsync(cancellationToken).ConfigureAwait(false);
        return await inner.SendPatchAsync(component, patch, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Result<BatchReceipt>> ApplyAsync(ComponentName component, ChangeBatch batch, CancellationToken cancellationToken)
    {
        if (turn.IsOver)
            await turn.NextAsync(cancellationToken).ConfigureAwait(false);
        return await inner.ApplyAsync(component, batch, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Result> SendContentAsync(ComponentName component, ContentHash hash, long size, long offset, Stream content, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (turn.IsOver)
                await turn.NextAsync(cancellationToken).ConfigureAwait(false);
            // A stream that cannot go back is sent to its end.
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, content.CanSeek ? turn.Over : CancellationToken.None);
            try
            {
                return await inner.SendContentAsync(component, hash, size, offset, content, linked.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (turn.IsOver && !cancellationToken.IsCancellationRequested)
            {
                // The next turn goes on where the target stands.
            }

            await turn.NextAsync(cancellationToken).ConfigureAwait(false);
            var have = await inner.HaveContentAsync(component, [hash], cancellationToken).ConfigureAwait(false);
            if (have.IsFailed)
                return have.ToResult();
            offset = have.Value[0];
            if (offset >= size)
                return Result.Ok();
            content.Seek(offset, SeekOrigin.Begin);
        }
    }
}
