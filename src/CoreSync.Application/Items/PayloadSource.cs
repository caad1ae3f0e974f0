using CoreSync.Errors;
using CoreSync.Items;
using FluentResults;

namespace CoreSync.Application.Items;

/// <summary>A payload to put: where it belongs below its item, and where its content comes from.</summary>
public sealed class PayloadSource
{
    private readonly Func<IPayloadStore, CancellationToken, Task<Result<StoredContent>>> store;

    private PayloadSource(string path, Func<IPayloadStore, CancellationToken, Task<Result<StoredContent>>> store)
    {
        Path = path;
        this.store = store;
    }

    /// <summary>The path below the item; a <see cref="RelativePath"/> or refused.</summary>
    public string Path { get; }

    /// <summary>From a file of this machine, which is read in a stable state or not at all.</summary>
    public static PayloadSource OfFile(string path, string file) => new(path, (payloads, cancellationToken) => payloads.PutFileAsync(file, cancellationToken));

    /// <summary>From a stream, read to its end once.</summary>
    public static PayloadSource OfStream(string path, Stream content) => new(path, (payloads, cancellationToken) => payloads.PutAsync(content, cancellationToken));

    /// <summary>Content that is in the payload store already, under its own path.</summary>
    public static PayloadSource Of(Payload payload) => new(payload.Path.Value, (payloads, _) => Task.FromResult(
        payloads.Keep(payload.Hash, payload.Size)
            ? Result.Ok(new StoredContent(payload.Hash, payload.Size))
            : Result.Fail(new PayloadDamagedError(payload.Path.Value, payload.Hash.ToString()))));

    /// <summary>Stores the contents of an item's payloads; the item itself is not touched.</summary>
    /// <returns>
    /// The payloads by path. Fails with <see cref="PathInvalidError"/> or <see cref="ItemInvalidError"/> before anything is read, or as the store fails.
    /// </returns>
    internal static async Task<Result<IReadOnlyList<Payload>>> StoreAsync(
        IPayloadStore payloads, string item, IReadOnlyList<PayloadSource> sources, CancellationToken cancellationToken)
    {
        if (sources.Count > Item.MaxPayloads)
            return Result.Fail(new ItemInvalidError(item, $"an item has at most {Item.MaxPayloads} payloads"));
        var paths = sources.Select(source => RelativePath.Parse(source.Path)).ToList();
        if (paths.Find(path => path.IsFailed) is { } invalid)
            return invalid.ToResult<IReadOnlyList<Payload>>();
        if (paths.DistinctBy(path => path.Value.CollisionKey, StringComparer.Ordinal).Count() < paths.Count)
            return Result.Fail(new ItemInvalidError(item, "two of its payloads have one path"));

        var stored = new List<Payload>(sources.Count);
        for (var i = 0; i < sources.Count; i++)
        {
            var content = await sources[i].store(payloads, cancellationToken).ConfigureAwait(false);
            if (content.IsFailed)
                return content.ToResult<IReadOnlyList<Payload>>();
            stored.Add(new Payload(paths[i].Value, content.Value.Size, content.Value.Hash));
        }

        stored.Sort((left, right) => string.CompareOrdinal(left.Path.Value, right.Path.Value));
        return stored;
    }
}
