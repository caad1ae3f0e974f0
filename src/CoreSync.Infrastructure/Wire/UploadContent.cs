using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using CoreSync.Application.Jobs;
using CoreSync.Errors;
using CoreSync.Servers;

namespace CoreSync.Infrastructure.Wire;

/// <summary>A request body of known length that keeps to a pace and reports each step, so that a slow link is told from a dead one.</summary>
internal sealed class UploadContent : HttpContent
{
    private readonly Stream? stream;
    private readonly ReadOnlyMemory<byte> memory;
    private readonly long length;
    private readonly UploadPace pace;
    private readonly Action<bool> moved;

    /// <summary>Sends bytes.</summary>
    public UploadContent(ReadOnlyMemory<byte> memory, string mediaType, UploadPace pace, Action<bool> moved)
        : this(memory.Length, mediaType, pace, moved) => this.memory = memory;

    /// <summary>Sends exactly <paramref name="length"/> bytes of a stream, which stays open.</summary>
    public UploadContent(Stream stream, long length, string mediaType, UploadPace pace, Action<bool> moved)
        : this(length, mediaType, pace, moved) => this.stream = stream;

    private UploadContent(long length, string mediaType, UploadPace pace, Action<bool> moved)
    {
        this.length = length;
        this.pace = pace;
        this.moved = moved;
        Headers.ContentType = new MediaTypeHeaderValue(mediaType);
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream target, TransportContext? context) => SerializeToStreamAsync(target, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream target, TransportContext? context, CancellationToken cancellationToken)
    {
        if (stream is null)
        {
            for (var position = 0; position < memory.Length;)
            {
                var portion = memory[position..Math.Min(memory.Length, position + pace.Portion)];
                await WriteAsync(target, portion, cancellationToken).ConfigureAwait(false);
                position += portion.Length;
            }
        }
        else
        {
            await CopyAsync(stream, target, cancellationToken).ConfigureAwait(false);
        }

        await target.FlushAsync(cancellationToken).ConfigureAwait(false);
        moved(true);
    }

    private async Task CopyAsync(Stream source, Stream target, CancellationToken cancellationToken)
    {
        // Before the first byte is taken: from here on the stream cannot be sent a second time.
        moved(false);
        var buffer = ArrayPool<byte>.Shared.Rent(TransferBudget.MaxPortion);
        try
        {
            for (var left = length; left > 0;)
            {
                var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(pace.Portion, left)), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    throw new CoreSyncException(new ContentUnstableError($"content of {length} bytes"));
                await WriteAsync(target, buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task WriteAsync(Stream target, ReadOnlyMemory<byte> portion, CancellationToken cancellationToken)
    {
        await pace.SpendAsync(portion.Length, cancellationToken).ConfigureAwait(false);
        // To wait for its turn is no sign of a dead link.
        moved(false);
        await target.WriteAsync(portion, cancellationToken).ConfigureAwait(false);
        moved(false);
    }
}

/// <summary>The pace at which a body is sent to a target (J9). The default sends as fast as it goes.</summary>
internal readonly record struct UploadPace(TransferBudget? Budget, TargetId Target)
{
    /// <summary>Bytes to send at a time.</summary>
    public int Portion => Budget?.Portion(Target) ?? TransferBudget.MaxPortion;

    /// <summary>Waits until so many may be sent.</summary>
    public ValueTask SpendAsync(int bytes, CancellationToken cancellationToken) => Budget?.SpendAsync(Target, bytes, cancellationToken) ?? ValueTask.CompletedTask;
}
