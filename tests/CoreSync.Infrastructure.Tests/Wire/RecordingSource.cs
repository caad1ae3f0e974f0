using CoreSync.Accounts;
using CoreSync.Application.Replication;
using CoreSync.Application.Rollup;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Infrastructure.Tests.Wire;

/// <summary>Counts what a rollup core asks, remembers who asked, and has nothing to give.</summary>
internal sealed class RecordingSource(RecordingSink sink) : ILocalSources, ISource, IChangeFeed, ISourceHoldings, IReaderStore
{
    public List<FeedReader> Met { get; } = [];

    public IChangeFeed Feed => this;

    public ISourceHoldings Holdings => this;

    public CoreId Core => sink.Core;

    private FeedHead Head => new(new SourceIdentity(sink.Core, Guid.NewGuid(), 1), new Sequence(41));

    public ISource For(Account account, CoreId reader, string? name) => this;

    public Task<Result<SourceState>> OpenAsync(IReadOnlyDictionary<ComponentName, Checkpoint> here, CancellationToken cancellationToken) =>
        Answer(new SourceState(Head, new Dictionary<ComponentName, SourceComponent>(), new HashSet<ComponentName>()));

    public Task<Result> AcknowledgeAsync(ComponentName component, Checkpoint position, CancellationToken cancellationToken) => Done();

    public Task<Result> RiseAboveAsync(long highest, CancellationToken cancellationToken) => Done();

    public Task<Result<FeedHead>> HeadAsync(CancellationToken cancellationToken) => Answer(Head);

    public Task<Result<IReadOnlyList<ItemChange>>> ReadAsync(ComponentName component, Sequence after, CoreId? notFrom, int limit, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<ItemChange>>([]);

    public Task<Result<IReadOnlyList<ItemChange>>> ReadItemsAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) => Answer<IReadOnlyList<ItemChange>>([]);

    public Task<Result<IReadOnlyList<FeedEntry>>> EntriesAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) => Answer<IReadOnlyList<FeedEntry>>([]);

    public Task<Result<IReadOnlyList<ItemChange>>> ReadCopiesAsync(IReadOnlyCollection<ItemId> items, bool asCopies, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<ItemChange>>([]);

    public Task<Result<Stream>> OpenContentAsync(ItemChange change, long offset, CancellationToken cancellationToken) => Answer<Stream>(new MemoryStream());

    public Task<Result<Stream>> OpenPayloadAsync(Payload payload, long offset, CancellationToken cancellationToken)
    {
        sink.Asked();
        return Task.FromResult(Result.Fail<Stream>(new PayloadDamagedError(payload.Path.Value, payload.Hash.ToString())));
    }

    public Task<Result<bool>> ReadChunksAsync(Payload payload, ChunkSizes sizes, Action<ContentChunk> found, CancellationToken cancellationToken) => Answer(false);

    public Task<Result> ReadPayloadAsync(Payload payload, long offset, Memory<byte> part, CancellationToken cancellationToken) => Done();

    public Task<Result<IReadOnlyList<OriginDigest>>> TotalsAsync(ComponentName component, CancellationToken cancellationToken) => Answer<IReadOnlyList<OriginDigest>>([]);

    public Task<Result<IReadOnlyList<RangeDigest>>> RangesAsync(ComponentName component, CoreId origin, IdPrefix within, int digits, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<RangeDigest>>([]);

    public Task<Result<IReadOnlyList<DigestEntry>>> EntriesAsync(ComponentName component, CoreId origin, IdPrefix within, ItemId? after, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<DigestEntry>>([]);

    public Task<Result<IReadOnlyDictionary<ItemId, Item>>> FindAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) =>
        Answer<IReadOnlyDictionary<ItemId, Item>>(new Dictionary<ItemId, Item>());

    public Task<Result> RaiseAsync(IReadOnlyList<RevisionRaise> raises, CancellationToken cancellationToken) => Done();

    public Task<IReadOnlyList<FeedReader>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<FeedReader>>(Met);

    public Task MeetAsync(FeedReader reader, CancellationToken cancellationToken)
    {
        lock (Met)
            Met.Add(reader);
        return Task.CompletedTask;
    }

    public Task<bool> RemoveAsync(CoreId reader, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task<IReadOnlyDictionary<ComponentName, Checkpoint>> PositionsAsync(CoreId reader, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<ComponentName, Checkpoint>>(new Dictionary<ComponentName, Checkpoint>());

    public Task AcknowledgeAsync(CoreId reader, ComponentName component, Checkpoint position, DateTimeOffset now, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<TargetWriter> WriterAsync(CoreId reader, CancellationToken cancellationToken) => Task.FromResult(TargetWriter.None);

    public Task SaveWriterAsync(CoreId reader, TargetWriter writer, CancellationToken cancellationToken) => Task.CompletedTask;

    private Task<Result> Done()
    {
        sink.Asked();
        return Task.FromResult(Result.Ok());
    }

    private Task<Result<T>> Answer<T>(T answer)
    {
        sink.Asked();
        return Task.FromResult(Result.Ok(answer));
    }
}
