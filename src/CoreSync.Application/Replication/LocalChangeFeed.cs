using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Settings;
using FluentResults;

namespace CoreSync.Application.Replication;

/// <summary>This core's own catalogue as a change feed.</summary>
internal sealed class LocalChangeFeed(ICatalogue catalogue, IComponentStore components, IFileScanner files, IPayloadStore payloads, ISettingStore settings, ILocalCore local, EngineLease lease) : IChangeFeed
{
    public async Task<Result<FeedHead>> HeadAsync(CancellationToken cancellationToken) =>
        new FeedHead(
            new SourceIdentity(local.Current.Id, local.Current.StoreId, lease.Epoch) { Writer = lease.Writer }, await catalogue.HeadAsync(cancellationToken).ConfigureAwait(false));

    public async Task<Result<IReadOnlyList<ItemChange>>> ReadAsync(
        ComponentName component, Sequence after, CoreId? notFrom, int limit, CancellationToken cancellationToken) =>
        Result.Ok(await StartTimesAsync(await catalogue.ChangesAsync(component, after, notFrom, limit, cancellationToken).ConfigureAwait(false), asCopies: false, cancellationToken).ConfigureAwait(false));

    public async Task<Result<IReadOnlyList<ItemChange>>> ReadItemsAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) =>
        Result.Ok(await StartTimesAsync(await catalogue.ChangesOfAsync(items, cancellationToken).ConfigureAwait(false), asCopies: false, cancellationToken).ConfigureAwait(false));

    public async Task<Result<IReadOnlyList<FeedEntry>>> EntriesAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) =>
        Result.Ok(await catalogue.EntriesAsync(items, cancellationToken).ConfigureAwait(false));

    public async Task<Result<IReadOnlyList<ItemChange>>> ReadCopiesAsync(IReadOnlyCollection<ItemId> items, bool asCopies, CancellationToken cancellationToken) =>
        Result.Ok(await StartTimesAsync(await catalogue.CopiesOfAsync(items, cancellationToken).ConfigureAwait(false), asCopies, cancellationToken).ConfigureAwait(false));

    public async Task<Result<Stream>> OpenContentAsync(ItemChange change, long offset, CancellationToken cancellationToken)
    {
        if (change.Item.Kind == ItemKind.Document)
        {
            var document = await catalogue.ReadDocumentAsync(change.Item.Id, cancellationToken).ConfigureAwait(false);
            return document is null
                ? Result.Fail(new ContentMissingError(change.Item.Name, change.Item.Hash.ToString()))
                : new MemoryStream(document.Value.ToArray(), writable: false) { Position = offset };
        }

        var component = await components.FindAsync(change.Item.Component, cancellationToken).ConfigureAwait(false);
        return component is null ? Result.Fail(new ComponentNotFoundError(change.Item.Component.Value)) : At(offset, files.OpenContent(component, change.Item));
    }

    public Task<Result<Stream>> OpenPayloadAsync(Payload payload, long offset, CancellationToken cancellationToken) => Task.FromResult(At(offset, payloads.Open(payload)));

    public async Task<Result<bool>> ReadChunksAsync(Payload payload, ChunkSizes sizes, Action<ContentChunk> found, CancellationToken cancellationToken)
    {
        var areAll = false;
        var read = await ReadAsync(
            payload, async content => areAll = await ChunkReader.ReadAsync(content, sizes, found, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        return read.IsFailed ? read : areAll;
    }

    public Task<Result> ReadPayloadAsync(Payload payload, long offset, Memory<byte> part, CancellationToken cancellationToken) => ReadAsync(payload, async content =>
    {
        content.Seek(offset, SeekOrigin.Begin);
        await content.ReadExactlyAsync(part, cancellationToken).ConfigureAwait(false);
    });

    private static Result<Stream> At(long offset, Result<Stream> opened)
    {
        if (opened.IsSuccess)
            opened.Value.Seek(offset, SeekOrigin.Begin);
        return opened;
    }

    private async Task<Result> ReadAsync(Payload payload, Func<Stream, Task> read)
    {
        var opened = payloads.Open(payload);
        if (opened.IsFailed)
            return opened.ToResult();
        await using var content = opened.Value.ConfigureAwait(false);
        try
        {
            await read(opened.Value).ConfigureAwait(false);
            return Result.Ok();
        }
        catch (CoreSyncException damaged) when (damaged.Error is PayloadDamagedError)
        {
            return Result.Fail(damaged.Error);
        }
        catch (IOException exception)
        {
            return Result.Fail(new ContentUnreadableError(payload.Path.Value, exception.Message).CausedBy(exception));
        }
    }

    // A7: whether a start time travels is decided here, when it is sent.
    internal async Task<IReadOnlyList<ItemChange>> StartTimesAsync(IReadOnlyList<ItemChange> changes, bool asCopies, CancellationToken cancellationToken)
    {
        if (changes.All(change => change.Item.StartAt is null))
            return changes;
        var policy = await settings.ReadAsync(Setting.StartTime, cancellationToken).ConfigureAwait(false);
        return [.. changes.Select(change => policy == "always" || (policy == "auto-sync-only" && change.Item.AutoSync && !asCopies) ? change : change with { Item = change.Item with { StartAt = null } })];
    }
}
