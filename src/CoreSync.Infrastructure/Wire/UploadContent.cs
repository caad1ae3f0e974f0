using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using CoreSync.Errors;

namespace CoreSync.Infrastructure.Wire;

/// <summary>A request body of known length that reports each step, so that a slow link is told from a dead one.</summary>
internal sealed class UploadContent : HttpContent
{
    private const int StepBytes = 256 * 1024;

    private readonly Stream? stream;
    private readonly ReadOnlyMemory<byte> memory;
    private readonly long length;
    private readonly Action<bool> moved;

    /// <summary>Sends bytes.</summary>
    public UploadContent(ReadOnlyMemory<byte> memory, string mediaType, Action<bool> moved)
        : this(memory.Length, mediaType, moved) => this.memory = memory;

    /// <summary>Sends exactly <paramref name="length"/> bytes of a stream, which stays open.</summary>
    public UploadContent(Stream stream, long length, string mediaType, Action<bool> moved)
        : this(length, mediaType, moved) => this.stream = stream;

    private UploadContent(long length, string mediaType, Action<bool> moved)
    {
        this.length = length;
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
            for (var position = 0; position < memory.Length; position += StepBytes)
            {
                await target.WriteAsync(memory[position..Math.Min(memory.Length, position + StepBytes)], cancellationToken).ConfigureAwait(false);
                moved(false);
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
        var buffer = ArrayPool<byte>.Shared.Rent(StepBytes);
        try
        {
            for (var left = length; left > 0;)
            {
                var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    throw new CoreSyncException(new ContentUnstableError($"content of {length} bytes"));
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                left -= read;
                moved(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
