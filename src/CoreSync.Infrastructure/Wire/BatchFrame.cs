using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>A batch as bytes (docs/protocol.md, 5): a fixed header, then a payload of length-prefixed records, compressed or not.</summary>
/// <remarks>Every length and count is compared with its limit before anything is allocated for it; what remains is refused as a whole.</remarks>
internal static class BatchFrame
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderBytes = FrameHeader.Bytes;

    /// <inheritdoc cref="FrameHeader.MaxPayloadBytes"/>
    public const int MaxPayloadBytes = FrameHeader.MaxPayloadBytes;

    /// <inheritdoc cref="FrameHeader.MaxStoredBytes"/>
    public const int MaxStoredBytes = FrameHeader.MaxStoredBytes;

    /// <inheritdoc cref="FrameHeader.MaxRatio"/>
    public const int MaxRatio = FrameHeader.MaxRatio;

    private const uint Magic = 0x42_53_43_01; // 01 'C' 'S' 'B' in file order: no text, no other protocol

    /// <summary>Writes a batch.</summary>
    /// <returns>Fails with <see cref="BatchMalformedError"/> when it breaks a limit of the protocol.</returns>
    public static Result<ReadOnlyMemory<byte>> Encode(ComponentName component, ChangeBatch batch, bool compress)
    {
        if (batch.Changes.Count > ItemLimits.MaxBatchItems)
            return Malformed($"it holds {batch.Changes.Count} changes");
        var size = BatchPayload.Measure(batch);
        if (size > MaxPayloadBytes)
            return Malformed($"its payload has {size} bytes");
        var frame = new byte[HeaderBytes + (int)size];
        try
        {
            BatchPayload.Write(component, batch, frame.AsSpan(HeaderBytes));
        }
        catch (System.Text.EncoderFallbackException ex)
        {
            return Result.Fail(new BatchMalformedError("a text in it is not valid Unicode").CausedBy(ex));
        }

        return FrameHeader.Seal(frame, Magic, compress);
    }

    /// <summary>Reads and checks the header; nothing after it was looked at yet.</summary>
    /// <returns>Fails with <see cref="BatchMalformedError"/>.</returns>
    public static Result<FrameHeader> ReadHeader(ReadOnlySpan<byte> bytes) => FrameHeader.Read(bytes, Magic);

    /// <summary>Reads the batch behind a checked header.</summary>
    /// <param name="component">The component that the request names; all items belong to it.</param>
    /// <param name="header">The header.</param>
    /// <param name="stored">Exactly <see cref="FrameHeader.StoredBytes"/> bytes, which the batch refers to afterwards.</param>
    /// <returns>Fails with <see cref="BatchMalformedError"/>.</returns>
    public static Result<ChangeBatch> Decode(ComponentName component, FrameHeader header, ReadOnlyMemory<byte> stored)
    {
        var payload = header.Open(stored);
        return payload.IsFailed ? payload.ToResult<ChangeBatch>() : BatchPayload.Read(component, payload.Value);
    }

    /// <summary>Reads a whole frame.</summary>
    /// <returns>Fails with <see cref="BatchMalformedError"/>.</returns>
    public static Result<ChangeBatch> Decode(ComponentName component, ReadOnlyMemory<byte> frame)
    {
        var header = ReadHeader(frame.Span);
        return header.IsFailed ? header.ToResult<ChangeBatch>() : Decode(component, header.Value, frame[HeaderBytes..]);
    }

    internal static Result Malformed(string reason) => Result.Fail(new BatchMalformedError(reason));
}
