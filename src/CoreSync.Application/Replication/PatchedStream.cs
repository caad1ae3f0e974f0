using CoreSync.Replication;

namespace CoreSync.Application.Replication;

/// <summary>What a patch makes, read from beginning to end: bytes of the base and bytes that came along, in the order of the steps.</summary>
/// <param name="patch">A patch without a <see cref="ContentPatch.Problem"/>.</param>
/// <param name="basis">The base; it can be sought and stays open.</param>
internal sealed class PatchedStream(ContentPatch patch, Stream basis) : Stream
{
    private int step;
    private long done;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (step == patch.Steps.Count || buffer.IsEmpty)
            return 0;
        var current = patch.Steps[step];
        var part = buffer[..(int)Math.Min(buffer.Length, current.Length - done)];
        if (current.IsLiteral)
        {
            current.Literal.Slice((int)done, part.Length).CopyTo(part);
        }
        else
        {
            basis.Seek(current.BaseOffset + done, SeekOrigin.Begin);
            await basis.ReadExactlyAsync(part, cancellationToken).ConfigureAwait(false);
        }

        done += part.Length;
        if (done == current.Length)
            (step, done) = (step + 1, 0);
        return part.Length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
