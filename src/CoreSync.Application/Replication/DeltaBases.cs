using CoreSync.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Application.Replication;

/// <summary>
/// What new content of an item may be made of: the content that this core has for the same item (I5). Nobody gets at other content that way: neither at what this core made, nor
/// at components closed to the account.
/// </summary>
internal sealed class DeltaBases(ICatalogue catalogue, IPayloadStore payloads, ILocalCore local) : IDisposable
{
    // Reading whole contents: few at a time, whoever asks.
    private readonly SemaphoreSlim reading = new(2);

    /// <summary>The content under a path of an item, as its chunks; null when there is none that is sound and not too large.</summary>
    public async Task<ChunkedContent?> FindAsync(Account writer, ItemId id, RelativePath path, CancellationToken cancellationToken)
    {
        var payload = (await PayloadsAsync(writer, id, cancellationToken).ConfigureAwait(false)).FirstOrDefault(payload => payload.Path.CollisionKey == path.CollisionKey);
        if (payload is not { Size: > 0 and <= DeltaLimits.MaxContentBytes } || !payloads.Keep(payload.Hash, payload.Size))
            return null;
        await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ReadAsync(payload, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>Opens a content that an item carries here.</summary>
    /// <returns>The payload with its stream, which can be sought. Fails with <see cref="PayloadDamagedError"/> when there is none, or as <see cref="IPayloadStore.Open"/>.</returns>
    public async Task<Result<(Payload Payload, Stream Content)>> OpenAsync(Account writer, ItemId id, ContentHash hash, CancellationToken cancellationToken)
    {
        var payload = (await PayloadsAsync(writer, id, cancellationToken).ConfigureAwait(false)).FirstOrDefault(payload => payload.Hash == hash);
        if (payload is null)
            return Result.Fail(new PayloadDamagedError(id.ToString(), hash.ToString()));
        var opened = payloads.Open(payload);
        return opened.IsFailed ? opened.ToResult() : (payload, opened.Value);
    }

    public void Dispose() => reading.Dispose();

    private async Task<IReadOnlyList<Payload>> PayloadsAsync(Account writer, ItemId id, CancellationToken cancellationToken)
    {
        var item = await catalogue.FindAsync(id, cancellationToken).ConfigureAwait(false);
        return item is not null && item.Origin != local.Current.Id && writer.MayWrite(item.Component) ? item.Payloads : [];
    }

    private async Task<ChunkedContent?> ReadAsync(Payload payload, CancellationToken cancellationToken)
    {
        var opened = payloads.Open(payload);
        if (opened.IsFailed)
            return null;
        await using var content = opened.Value.ConfigureAwait(false);
        var sizes = ChunkSizes.For(payload.Size);
        var chunks = new List<ContentChunk>();
        try
        {
            return await ChunkReader.ReadAsync(opened.Value, sizes, chunks.Add, cancellationToken).ConfigureAwait(false)
                ? new ChunkedContent(payload.Hash, payload.Size, sizes, chunks)
                : null;
        }
        catch (CoreSyncException damaged) when (damaged.Error is PayloadDamagedError)
        {
            return null;
        }
        catch (IOException)
        {
            // What cannot be read is no base; whoever needs the content itself tells why.
            return null;
        }
    }
}
