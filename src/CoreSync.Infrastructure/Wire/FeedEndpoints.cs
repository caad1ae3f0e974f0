using CoreSync.Application;
using CoreSync.Application.Replication;
using CoreSync.Application.Rollup;
using CoreSync.Application.Settings;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Settings;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>What rollup cores ask of this core (docs/protocol.md, collecting): who waits for what, changes, items, content.</summary>
internal sealed class FeedEndpoints(ILocalSources sources, ISettingStore settings) : IDisposable
{
    // Frames held in memory at a time, whatever the number of rollup cores (S5).
    private readonly SemaphoreSlim frames = new(4);

    public async Task OpenAsync(PeerExchange exchange)
    {
        var asked = await exchange.ReadJsonAsync(WireJson.Strict.FeedOpenRequest).ConfigureAwait(false);
        if (asked.IsFailed)
        {
            await exchange.AnswerAsync(asked.FirstError()).ConfigureAwait(false);
            return;
        }

        var here = new Dictionary<ComponentName, Checkpoint>();
        foreach (var one in asked.Value.Components)
        {
            if (one.Sequence < 0 || ComponentName.Parse(one.Component) is not { IsSuccess: true, Value: var name })
            {
                await exchange.AnswerAsync(BatchFrame.Malformed("a position that is none").FirstError()).ConfigureAwait(false);
                return;
            }

            here[name] = new Checkpoint(one.StoreId, new Sequence(one.Sequence)) { Mark = one.Mark };
        }

        var state = await Source(exchange).OpenAsync(here, exchange.Aborted).ConfigureAwait(false);
        if (state.IsFailed)
            await exchange.AnswerAsync(state.FirstError()).ConfigureAwait(false);
        else
            await exchange.AnswerAsync(Answer(state.Value), WireJson.Strict.FeedOpenAnswer).ConfigureAwait(false);
    }

    public async Task HeadAsync(PeerExchange exchange)
    {
        var head = await Source(exchange).Feed.HeadAsync(exchange.Aborted).ConfigureAwait(false);
        if (head.IsFailed)
            await exchange.AnswerAsync(head.FirstError()).ConfigureAwait(false);
        else
            await exchange.AnswerAsync(Answer(head.Value), WireJson.Strict.FeedHeadAnswer).ConfigureAwait(false);
    }

    public Task ChangesAsync(PeerExchange exchange) => FramedAsync(exchange, async () =>
    {
        if (exchange.Query("after") is not { } after || exchange.Query("limit") is not (> 0 and <= ItemLimits.MaxBatchItems and var limit))
            return BatchFrame.Malformed("after or limit are not valid");
        var feed = Source(exchange).Feed;
        // The head is read first: everything up to it is in what follows.
        var head = await feed.HeadAsync(exchange.Aborted).ConfigureAwait(false);
        if (head.IsFailed)
            return head.ToResult();
        var changes = await feed.ReadAsync(exchange.Component!, new Sequence(after), exchange.Caller.Source, (int)limit, exchange.Aborted).ConfigureAwait(false);
        if (changes.IsFailed)
            return changes.ToResult();
        var filled = await WithFilesAsync(feed, changes.Value, new Sequence(after), exchange.Aborted).ConfigureAwait(false);
        var compress = await CompressAsync(exchange.Aborted).ConfigureAwait(false);
        // Records with many payloads may not fit in one frame: what is left is read next.
        for (var count = filled.Count; ; count /= 2)
        {
            var isDrained = count == filled.Count && count < limit;
            var last = count == 0 ? after : filled[count - 1].Sequence.Value;
            var end = new Sequence(isDrained ? Math.Max(last, head.Value.Sequence.Value) : last);
            var frame = BatchFrame.Encode(exchange.Component!, new ChangeBatch(head.Value.Source, new Sequence(after), end, [.. filled.Take(count)]), compress);
            if (frame.IsSuccess || count <= 1)
                return frame;
        }
    });

    public Task ItemsAsync(PeerExchange exchange) => FramedAsync(exchange, async () =>
    {
        var asked = await exchange.ReadJsonAsync(WireJson.Strict.FeedItemsRequest).ConfigureAwait(false);
        if (asked.IsFailed)
            return asked.ToResult();
        if (asked.Value.Items.Count > ItemLimits.MaxBatchItems)
            return BatchFrame.Malformed($"more than {ItemLimits.MaxBatchItems} items asked for");
        var feed = Source(exchange).Feed;
        var head = await feed.HeadAsync(exchange.Aborted).ConfigureAwait(false);
        if (head.IsFailed)
            return head.ToResult();
        var compress = await CompressAsync(exchange.Aborted).ConfigureAwait(false);
        for (var count = asked.Value.Items.Count; ; count /= 2)
        {
            var items = await feed.ReadItemsAsync([.. asked.Value.Items.Take(count).Distinct().Select(id => new ItemId(id))], exchange.Aborted).ConfigureAwait(false);
            if (items.IsFailed)
                return items.ToResult();
            // Each record names its component; the end says how many of the ids asked for are answered.
            var told = items.Value.Select(change => change with { IsCompanion = true, Content = asked.Value.Content ? change.Content : null }).ToList();
            var frame = BatchFrame.Encode(ComponentName.Presets[0], new ChangeBatch(head.Value.Source, Sequence.Zero, new Sequence(count), told), compress);
            if (frame.IsSuccess || count <= 1)
                return frame;
        }
    });

    public async Task PositionAsync(PeerExchange exchange)
    {
        var asked = await exchange.ReadJsonAsync(WireJson.Strict.FeedPositionRequest).ConfigureAwait(false);
        if (asked.IsFailed || asked.Value.Sequence < 0)
        {
            await exchange.AnswerAsync((asked.IsFailed ? asked.ToResult() : BatchFrame.Malformed("the position is negative")).FirstError()).ConfigureAwait(false);
            return;
        }

        var position = new Checkpoint(asked.Value.StoreId, new Sequence(asked.Value.Sequence)) { Mark = asked.Value.Mark };
        await DoneAsync(exchange, await Source(exchange).AcknowledgeAsync(exchange.Component!, position, exchange.Aborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    public async Task RiseAsync(PeerExchange exchange)
    {
        var asked = await exchange.ReadJsonAsync(WireJson.Strict.FeedRiseRequest).ConfigureAwait(false);
        await DoneAsync(
            exchange, asked.IsFailed ? asked.ToResult() : await Source(exchange).RiseAboveAsync(asked.Value.Highest, exchange.Aborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    public void Dispose() => frames.Dispose();

    internal static async Task DoneAsync(PeerExchange exchange, Result done)
    {
        if (done.IsFailed)
            await exchange.AnswerAsync(done.FirstError()).ConfigureAwait(false);
        else
            await exchange.AnswerAsync(new EmptyAnswer(), WireJson.Strict.EmptyAnswer).ConfigureAwait(false);
    }

    private async Task FramedAsync(PeerExchange exchange, Func<Task<Result<ReadOnlyMemory<byte>>>> read)
    {
        await frames.WaitAsync(exchange.Aborted).ConfigureAwait(false);
        try
        {
            var frame = await read().ConfigureAwait(false);
            if (frame.IsFailed)
                await exchange.AnswerAsync(frame.FirstError()).ConfigureAwait(false);
            else
                await exchange.AnswerAsync(frame.Value, Protocol.BatchType).ConfigureAwait(false);
        }
        finally
        {
            frames.Release();
        }
    }

    // Small files come along as documents do, as far as they are new to the reader and the frame has room.
    private static async Task<IReadOnlyList<ItemChange>> WithFilesAsync(IChangeFeed feed, IReadOnlyList<ItemChange> changes, Sequence after, CancellationToken cancellationToken)
    {
        var room = (long)ItemLimits.MaxBatchContentBytes - changes.Sum(change => (long)(change.Content?.Length ?? 0));
        var filled = new List<ItemChange>(changes.Count);
        foreach (var change in changes)
        {
            var isNew = change is { Kind: ChangeKind.Upsert, Item: { Kind: ItemKind.File, Size: > 0 and <= ItemLimits.MaxInlineBytes } } && change.ContentSequence > after;
            var content = isNew && change.Item.Size <= room ? await ReadAsync(feed, change, cancellationToken).ConfigureAwait(false) : null;
            room -= content?.Length ?? 0;
            filled.Add(content is null ? change : change with { Content = content });
        }

        return filled;
    }

    // What cannot be read now, or is being changed, is asked for apart and told of there.
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(IChangeFeed feed, ItemChange change, CancellationToken cancellationToken)
    {
        var opened = await feed.OpenContentAsync(change, 0, cancellationToken).ConfigureAwait(false);
        if (opened.IsFailed)
            return null;
        await using var stream = opened.Value.ConfigureAwait(false);
        var bytes = new byte[change.Item.Size];
        try
        {
            var read = await opened.Value.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return read == bytes.Length && ContentHash.Of(bytes) == change.Item.Hash ? bytes : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task<bool> CompressAsync(CancellationToken cancellationToken) => await settings.ReadAsync(Setting.Compression, cancellationToken).ConfigureAwait(false) == "on";

    private static FeedOpenAnswer Answer(SourceState state) => new(
        Answer(state.Head),
        [
            .. state.Components.Select(one => new FeedComponentAnswer(
                one.Key.Value, one.Value.Remembered.StoreId, one.Value.Remembered.Sequence.Value, one.Value.Remembered.Mark, one.Value.Horizon.Value, one.Value.Changes, one.Value.Bytes)
            {
                Braked = one.Value.Braked is { } braked ? new BrakedAnswer(braked.Deletes, braked.Total, braked.Percent) : null,
            }),
        ],
        [.. state.Refused.Select(name => name.Value)]);

    private static FeedHeadAnswer Answer(FeedHead head) =>
        new(head.Source.Core.Value, head.Source.StoreId, head.Source.Epoch, head.Source.Writer, head.Sequence.Value);

    private ISource Source(PeerExchange exchange) => sources.For(exchange.Caller.Account, exchange.Caller.Source, exchange.Reader);
}
