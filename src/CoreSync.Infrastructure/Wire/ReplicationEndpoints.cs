using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CoreSync.Application;
using CoreSync.Application.Replication;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>The receiving side of replication: reads what a source core sends, bounded, and hands it to this core's sink.</summary>
internal sealed class ReplicationEndpoints(ILocalItemSinks sinks) : IDisposable
{
    // Batches held in memory at a time: more in flight gain nothing (measured), and memory stays bounded whatever the number of sources (S5).
    private readonly SemaphoreSlim batches = new(4);

    public async Task OpenAsync(PeerExchange exchange)
    {
        var asked = await exchange.ReadJsonAsync(WireJson.Strict.OpenRequest).ConfigureAwait(false);
        if (asked.IsFailed || asked.Value.Epoch < 0)
        {
            await RefuseAsync(exchange, asked.IsFailed ? asked : BatchFrame.Malformed("the epoch is negative")).ConfigureAwait(false);
            return;
        }

        var source = new SourceIdentity(exchange.Caller.Source, asked.Value.StoreId, asked.Value.Epoch) { Writer = asked.Value.Writer };
        var state = await Sink(exchange).OpenAsync(source, exchange.Aborted).ConfigureAwait(false);
        if (state.IsFailed)
        {
            await RefuseAsync(exchange, state).ConfigureAwait(false);
            return;
        }

        var components = state.Value.Components.Select(one => new CheckpointAnswer(one.Key.Value, one.Value.StoreId, one.Value.Sequence.Value, one.Value.Mark));
        var answer = new OpenAnswer(state.Value.Core.Value, [.. components], [.. state.Value.Refused.Select(name => name.Value)])
        {
            Damaged = state.Value.Damaged.Count == 0 ? null : [.. state.Value.Damaged.Select(one => new DamagedAnswer(one.Component.Value, one.Item.Value))],
        };
        await exchange.AnswerAsync(answer, WireJson.Strict.OpenAnswer).ConfigureAwait(false);
    }

    public async Task HaveContentAsync(PeerExchange exchange)
    {
        var asked = await exchange.ReadJsonAsync(WireJson.Strict.HaveRequest).ConfigureAwait(false);
        if (asked.IsFailed)
        {
            await RefuseAsync(exchange, asked).ConfigureAwait(false);
            return;
        }

        var hashes = new List<ContentHash>();
        foreach (var text in asked.Value.Hashes)
        {
            if (hashes.Count == Protocol.MaxHashes || !ContentHash.TryParse(text, out var hash))
            {
                await RefuseAsync(exchange, BatchFrame.Malformed("the hashes are too many, or not SHA-256")).ConfigureAwait(false);
                return;
            }

            hashes.Add(hash);
        }

        var have = await Sink(exchange).HaveContentAsync(exchange.Component!, hashes, exchange.Aborted).ConfigureAwait(false);
        if (have.IsFailed)
            await RefuseAsync(exchange, have).ConfigureAwait(false);
        else
            await exchange.AnswerAsync(new HaveAnswer(have.Value), WireJson.Strict.HaveAnswer).ConfigureAwait(false);
    }

    public async Task ReceiveContentAsync(PeerExchange exchange)
    {
        if (!ContentHash.TryParse(exchange.Route("hash"), out var hash) || exchange.Query("size") is not { } size || exchange.Query("offset") is not { } offset
            || size > Protocol.MaxContentBytes || offset > size)
        {
            await RefuseAsync(exchange, BatchFrame.Malformed("hash, size or offset of the content are not valid")).ConfigureAwait(false);
            return;
        }

        if (exchange.Request.ContentType != Protocol.ContentType || exchange.Request.ContentLength is { } announced && announced != size - offset)
        {
            await RefuseAsync(exchange, BatchFrame.Malformed("the content has another type or length than its address says")).ConfigureAwait(false);
            return;
        }

        exchange.LimitBody(size - offset);
        var stream = exchange.Request.BodyReader.AsStream();
        await using (stream.ConfigureAwait(false))
        {
            var received = await Sink(exchange).SendContentAsync(exchange.Component!, hash, size, offset, stream, exchange.Aborted).ConfigureAwait(false);
            if (received.IsFailed)
                await RefuseAsync(exchange, received).ConfigureAwait(false);
            else
                await exchange.AnswerAsync(new EmptyAnswer(), WireJson.Strict.EmptyAnswer).ConfigureAwait(false);
        }
    }

    public Task ReceiveContentsAsync(PeerExchange exchange) => ReceiveAsync(
        exchange, Protocol.ContentsType, () => ReadFrameAsync(exchange, ContentFrame.ReadHeader, ContentFrame.Decode),
        async contents => Received(await Sink(exchange).SendContentsAsync(exchange.Component!, contents, exchange.Aborted).ConfigureAwait(false)), WireJson.Strict.EmptyAnswer);

    public async Task FindBaseAsync(PeerExchange exchange)
    {
        var asked = await exchange.ReadJsonAsync(WireJson.Strict.BaseRequest).ConfigureAwait(false);
        var path = asked.IsFailed ? asked.ToResult<RelativePath>() : RelativePath.Parse(asked.Value.Path);
        var found = path.IsFailed
            ? path.ToResult<ChunkedContent?>()
            : await Sink(exchange).FindBaseAsync(exchange.Component!, new ItemId(asked.Value.Item), path.Value, exchange.Aborted).ConfigureAwait(false);
        if (found.IsFailed)
            await RefuseAsync(exchange, found).ConfigureAwait(false);
        else
            await exchange.AnswerAsync(ChunkFrame.Encode(found.Value), Protocol.ChunksType).ConfigureAwait(false);
    }

    public Task PatchAsync(PeerExchange exchange) => ReceiveAsync(
        exchange, Protocol.PatchType, () => ReadFrameAsync(exchange, PatchFrame.ReadHeader, PatchFrame.Decode),
        async patch => Received(await Sink(exchange).SendPatchAsync(exchange.Component!, patch, exchange.Aborted).ConfigureAwait(false)), WireJson.Strict.EmptyAnswer);

    public Task ApplyAsync(PeerExchange exchange) => ReceiveAsync(
        exchange, Protocol.BatchType, () => ReadBatchAsync(exchange),
        async batch => (await Sink(exchange).ApplyAsync(exchange.Component!, batch, exchange.Aborted).ConfigureAwait(false)).Map(Answer), WireJson.Strict.ReceiptAnswer);

    public void Dispose() => batches.Dispose();

    internal static async Task<Result<ChangeBatch>> ReadBatchAsync(PeerExchange exchange)
    {
        var batch = await ReadFrameAsync(exchange, BatchFrame.ReadHeader, (header, stored) => BatchFrame.Decode(exchange.Component!, header, stored)).ConfigureAwait(false);
        // Who signed in for one source does not write as another.
        return batch.IsSuccess && batch.Value.Source.Core != exchange.Caller.Source ? BatchFrame.Malformed("it comes from another source than the one that signed in") : batch;
    }

    // Takes one frame at a time of the few that fit in memory, and answers what became of it.
    private async Task ReceiveAsync<TFrame, TAnswer>(
        PeerExchange exchange, string mediaType, Func<Task<Result<TFrame>>> read, Func<TFrame, Task<Result<TAnswer>>> take, JsonTypeInfo<TAnswer> type)
    {
        if (exchange.Request.ContentType != mediaType)
        {
            await RefuseAsync(exchange, BatchFrame.Malformed($"the request is not {mediaType}")).ConfigureAwait(false);
            return;
        }

        await batches.WaitAsync(exchange.Aborted).ConfigureAwait(false);
        try
        {
            var frame = await read().ConfigureAwait(false);
            var taken = frame.IsFailed ? frame.ToResult<TAnswer>() : await take(frame.Value).ConfigureAwait(false);
            if (taken.IsFailed)
                await RefuseAsync(exchange, taken).ConfigureAwait(false);
            else
                await exchange.AnswerAsync(taken.Value, type).ConfigureAwait(false);
        }
        finally
        {
            batches.Release();
        }
    }

    private static Result<EmptyAnswer> Received(Result result) => result.ToResult(new EmptyAnswer());

    private static async Task<Result<TFrame>> ReadFrameAsync<TFrame>(PeerExchange exchange, HeaderReader readHeader, Func<FrameHeader, ReadOnlyMemory<byte>, Result<TFrame>> decode)
    {
        var frame = await ReadFrameAsync(exchange, readHeader).ConfigureAwait(false);
        return frame.IsFailed ? frame.ToResult<TFrame>() : decode(frame.Value.Header, frame.Value.Stored);
    }

    private static async Task<Result<(FrameHeader Header, byte[] Stored)>> ReadFrameAsync(PeerExchange exchange, HeaderReader readHeader)
    {
        var body = exchange.Request.BodyReader.AsStream();
        await using (body.ConfigureAwait(false))
        {
            var start = new byte[BatchFrame.HeaderBytes];
            var header = readHeader(start.AsSpan(0, await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, exchange.Aborted).ConfigureAwait(false)));
            if (header.IsFailed)
                return header.ToResult<(FrameHeader, byte[])>();
            var stored = GC.AllocateUninitializedArray<byte>(header.Value.StoredBytes);
            var read = await body.ReadAtLeastAsync(stored, stored.Length, throwOnEndOfStream: false, exchange.Aborted).ConfigureAwait(false);
            if (read < stored.Length)
                return BatchFrame.Malformed($"it announces {stored.Length} bytes and has {read}");
            if (await body.ReadAtLeastAsync(start, 1, throwOnEndOfStream: false, exchange.Aborted).ConfigureAwait(false) > 0)
                return BatchFrame.Malformed("bytes follow it");
            return (header.Value, stored);
        }
    }

    private static ReceiptAnswer Answer(BatchReceipt receipt) => new(
        receipt.Checkpoint.Value, receipt.Mark, receipt.Applied, receipt.Skipped,
        [
            .. receipt.Exceptions.Select(one => new OutcomeAnswer(
                one.Item.Value, one.Sequence.Value, JsonNamingPolicy.CamelCase.ConvertName(one.Kind.ToString()), one.Code,
                one.Message.Length <= Protocol.MaxOutcomeText ? one.Message : one.Message[..Protocol.MaxOutcomeText])),
        ]);

    private IItemSink Sink(PeerExchange exchange) => sinks.For(exchange.Caller.Account);

    private delegate Result<FrameHeader> HeaderReader(ReadOnlySpan<byte> bytes);

    private static Task RefuseAsync(PeerExchange exchange, ResultBase failed) => exchange.AnswerAsync(failed.FirstError());
}
