using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Application.Rollup;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Settings;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>Content that rollup cores ask for (docs/protocol.md, collecting): resumable, and bounded in memory whatever its size.</summary>
internal sealed class FeedContentEndpoints(ILocalSources sources, ISettingStore settings) : IDisposable
{
    private readonly SemaphoreSlim frames = new(4);

    public async Task ItemAsync(PeerExchange exchange)
    {
        if (ItemId.Parse(exchange.Route("item")) is not { IsSuccess: true, Value: var id } || !ContentHash.TryParse(exchange.QueryText("sha256"), out var hash) || exchange.Query("offset") is not { } offset)
        {
            await exchange.AnswerAsync(BatchFrame.Malformed("item, hash or offset of the content are not valid").FirstError()).ConfigureAwait(false);
            return;
        }

        var feed = Source(exchange).Feed;
        var found = await feed.ReadItemsAsync([id], exchange.Aborted).ConfigureAwait(false);
        var change = found.IsSuccess && found.Value is [var only] && only.Item.Component == exchange.Component ? only : null;
        if (change is null || change.Item.Hash != hash || change.Item.IsDeleted)
        {
            // It has changed since the reader was told of it: the feed tells again.
            await exchange.AnswerAsync(new ContentUnstableError(change?.Item.Name ?? id.ToString())).ConfigureAwait(false);
            return;
        }

        await StreamAsync(exchange, () => feed.OpenContentAsync(change, offset, exchange.Aborted), change.Item.Size, offset, null, change.Item.Name).ConfigureAwait(false);
    }

    public async Task PayloadAsync(PeerExchange exchange)
    {
        if (!ContentHash.TryParse(exchange.Route("hash"), out var hash) || exchange.Query("size") is not { } size || exchange.Query("offset") is not { } offset)
        {
            await exchange.AnswerAsync(BatchFrame.Malformed("hash, size or offset of the payload are not valid").FirstError()).ConfigureAwait(false);
            return;
        }

        var feed = Source(exchange).Feed;
        await StreamAsync(exchange, () => feed.OpenPayloadAsync(Named(hash, size), offset, exchange.Aborted), size, offset, exchange.Query("length"), hash.ToString()).ConfigureAwait(false);
    }

    public async Task ChunksAsync(PeerExchange exchange)
    {
        if (!ContentHash.TryParse(exchange.Route("hash"), out var hash) || exchange.Query("size") is not { } size || exchange.Query("average") is not { } average
            || ChunkSizes.Of(average) is not { } sizes || size > DeltaLimits.MaxContentBytes)
        {
            await exchange.AnswerAsync(BatchFrame.Malformed("hash or size of the payload, or the average of its chunks, are not valid").FirstError()).ConfigureAwait(false);
            return;
        }

        await frames.WaitAsync(exchange.Aborted).ConfigureAwait(false);
        try
        {
            var chunks = new List<ContentChunk>();
            var areAll = await Source(exchange).Feed.ReadChunksAsync(Named(hash, size), sizes, chunks.Add, exchange.Aborted).ConfigureAwait(false);
            if (areAll.IsFailed)
                await exchange.AnswerAsync(areAll.FirstError()).ConfigureAwait(false);
            else
                await exchange.AnswerAsync(ChunkFrame.Encode(areAll.Value ? new ChunkedContent(hash, size, sizes, chunks) : null), Protocol.ChunksType).ConfigureAwait(false);
        }
        finally
        {
            frames.Release();
        }
    }

    public async Task PayloadsAsync(PeerExchange exchange)
    {
        var asked = await exchange.ReadJsonAsync(WireJson.Strict.FeedPayloadsRequest).ConfigureAwait(false);
        if (asked.IsFailed || asked.Value.Payloads.Count > Protocol.MaxHashes)
        {
            await exchange.AnswerAsync((asked.IsFailed ? asked.ToResult() : BatchFrame.Malformed("more hashes than one question may have")).FirstError()).ConfigureAwait(false);
            return;
        }

        await frames.WaitAsync(exchange.Aborted).ConfigureAwait(false);
        try
        {
            var contents = await ReadAsync(exchange, asked.Value.Payloads).ConfigureAwait(false);
            if (contents.IsFailed)
            {
                await exchange.AnswerAsync(contents.FirstError()).ConfigureAwait(false);
                return;
            }

            var compress = await settings.ReadAsync(Setting.Compression, exchange.Aborted).ConfigureAwait(false) == "on";
            await exchange.AnswerAsync(ContentFrame.Encode(contents.Value, compress), Protocol.ContentsType).ConfigureAwait(false);
        }
        finally
        {
            frames.Release();
        }
    }

    public void Dispose() => frames.Dispose();

    // What is missing, damaged, large, or does not fit any more is left out: the reader asks for it by itself and is told why.
    private async Task<Result<IReadOnlyList<SmallContent>>> ReadAsync(PeerExchange exchange, IReadOnlyList<FeedPayload> payloads)
    {
        var feed = Source(exchange).Feed;
        var contents = new List<SmallContent>(payloads.Count);
        var room = ItemLimits.MaxBatchContentBytes;
        foreach (var payload in payloads)
        {
            if (!ContentHash.TryParse(payload.Sha256, out var hash) || payload.Size is < 1 or > ItemLimits.MaxInlineBytes)
                return BatchFrame.Malformed("a hash is not SHA-256, or a payload is not small");
            if (payload.Size > room)
                continue;
            var opened = await feed.OpenPayloadAsync(Named(hash, payload.Size), 0, exchange.Aborted).ConfigureAwait(false);
            if (opened.IsFailed)
                continue;
            await using var stream = opened.Value.ConfigureAwait(false);
            var bytes = new byte[payload.Size];
            try
            {
                await opened.Value.ReadExactlyAsync(bytes, exchange.Aborted).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or CoreSyncException)
            {
                continue;
            }

            room -= bytes.Length;
            contents.Add(new SmallContent(hash, bytes));
        }

        return contents;
    }

    private static async Task StreamAsync(PeerExchange exchange, Func<Task<Result<Stream>>> open, long size, long offset, long? length, string name)
    {
        if (offset > size || length > size - offset)
        {
            await exchange.AnswerAsync(new ContentUnstableError(name)).ConfigureAwait(false);
            return;
        }

        var opened = await open().ConfigureAwait(false);
        if (opened.IsFailed)
        {
            await exchange.AnswerAsync(opened.FirstError()).ConfigureAwait(false);
            return;
        }

        await using var stream = opened.Value.ConfigureAwait(false);
        if (opened.Value.Length != size)
        {
            await exchange.AnswerAsync(new ContentUnstableError(name)).ConfigureAwait(false);
            return;
        }

        await exchange.AnswerAsync(opened.Value, length ?? size - offset).ConfigureAwait(false);
    }

    // A payload is content under a hash: whoever knows that has been given the item, or holds the content already.
    private static Payload Named(ContentHash hash, long size) => new(RelativePath.Parse("payload").Value, size, hash);

    private ISource Source(PeerExchange exchange) => sources.For(exchange.Caller.Account, exchange.Caller.Source, exchange.Reader);
}
