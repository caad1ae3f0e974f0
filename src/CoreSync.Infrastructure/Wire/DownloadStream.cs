using CoreSync.Application;
using CoreSync.Errors;

namespace CoreSync.Infrastructure.Wire;

/// <summary>Content of a source core as a stream: goes on anywhere with a new request, so that what is here already is not asked for again (P4).</summary>
/// <remarks>Verifies nothing: who receives content compares its hash.</remarks>
internal sealed class DownloadStream(PeerClient peer, Func<long, string> path, long size, long offset, DownloadedContent opened) : Stream
{
    private DownloadedContent? content = opened;
    private long openedAt = offset;
    private long position = offset;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => size;

    public override long Position
    {
        get => position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position >= size || buffer.IsEmpty)
            return 0;
        if (content is null || openedAt != position)
        {
            content?.Dispose();
            content = null;
            var again = await peer.OpenAsync(path(position), size - position, cancellationToken).ConfigureAwait(false);
            if (again.IsFailed)
                throw new CoreSyncException(again.FirstError());
            content = again.Value;
        }

        int read;
        try
        {
            read = await peer.ReadAsync(content, buffer, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Half an answer is of no use to anybody; the next read asks anew.
            content.Dispose();
            content = null;
            throw;
        }

        position += read;
        openedAt = position;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // A byte behind the content is all that anybody reads this way.
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => position + offset,
            _ => size + offset,
        };
        ArgumentOutOfRangeException.ThrowIfNegative(target);
        return position = target;
    }

    public override void Flush() => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content?.Dispose();
        content = null;
        base.Dispose(disposing);
    }
}
