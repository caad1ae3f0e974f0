using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>
/// Fetches small payloads of a source many in a request: whoever opens one will open those after it. What was fetched is held until it is asked for, within a bound.
/// </summary>
internal sealed class SmallPayloads(PeerClient peer)
{
    private const int AtATime = 500;
    private const long BytesAtATime = ItemLimits.MaxBatchContentBytes / 4;

    // What is forgotten is fetched by itself.
    private const int MaxAnnounced = 20_000;

    private readonly Dictionary<ContentHash, long> announced = [];
    private readonly Queue<ContentHash> order = new();
    private readonly Dictionary<ContentHash, byte[]> fetched = [];

    /// <summary>Items with these payloads were read from the feed.</summary>
    public void Announce(IReadOnlyList<Payload> payloads)
    {
        foreach (var payload in payloads.Where(payload => payload.Size is > 0 and <= ItemLimits.MaxInlineBytes))
        {
            if (order.Count < MaxAnnounced && announced.TryAdd(payload.Hash, payload.Size))
                order.Enqueue(payload.Hash);
        }
    }

    /// <summary>One of them; null when the source left it out, and it must be asked for by itself.</summary>
    public async Task<Result<byte[]?>> FindAsync(Payload payload, CancellationToken cancellationToken)
    {
        if (fetched.Remove(payload.Hash, out var there))
            return Result.Ok<byte[]?>(there);
        // Those that were fetched ahead and not asked for are there already at the target.
        fetched.Clear();
        var asked = Next(payload);
        var frame = await peer.PostForFrameAsync("feed/payloads", new FeedPayloadsRequest(asked), WireJson.Strict.FeedPayloadsRequest, Protocol.ContentsType, cancellationToken).ConfigureAwait(false);
        if (frame.IsFailed)
            return frame.ToResult();
        var header = ContentFrame.ReadHeader(frame.Value.Span);
        var contents = header.IsFailed ? header.ToResult<IReadOnlyList<Application.Items.SmallContent>>() : ContentFrame.Decode(header.Value, frame.Value[FrameHeader.Bytes..]);
        if (contents.IsFailed)
            return contents.ToResult();
        var expected = asked.ToDictionary(one => one.Sha256, one => one.Size);
        foreach (var content in contents.Value)
        {
            if (expected.GetValueOrDefault(content.Hash.ToString()) == content.Bytes.Length)
                fetched[content.Hash] = content.Bytes.ToArray();
        }

        fetched.Remove(payload.Hash, out var found);
        return Result.Ok<byte[]?>(found);
    }

    private List<FeedPayload> Next(Payload first)
    {
        announced.Remove(first.Hash);
        var asked = new List<FeedPayload> { new(first.Hash.ToString(), first.Size) };
        var bytes = first.Size;
        while (asked.Count < AtATime && order.TryPeek(out var hash))
        {
            if (!announced.TryGetValue(hash, out var size))
            {
                order.Dequeue();
                continue;
            }

            if (bytes + size > BytesAtATime)
                break;
            order.Dequeue();
            announced.Remove(hash);
            bytes += size;
            asked.Add(new FeedPayload(hash.ToString(), size));
        }

        return asked;
    }
}
