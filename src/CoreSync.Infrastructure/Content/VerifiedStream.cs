using System.Security.Cryptography;
using CoreSync.Errors;
using CoreSync.Items;

namespace CoreSync.Infrastructure.Content;

/// <summary>Reads content and compares its hash on the way: whoever reads from beginning to end never gets damaged content whole.</summary>
/// <remarks>Where reading does not go straight from the beginning (a transfer that is resumed) the receiver's own comparison stands alone.</remarks>
internal sealed class VerifiedStream(FileStream inner, Payload payload, Action setAside) : Stream
{
    private readonly IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long hashed;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        var at = inner.Position;
        var read = inner.Read(buffer);
        Compare(at, buffer[..read]);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var at = inner.Position;
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Compare(at, buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            sha.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Compare(long at, ReadOnlySpan<byte> bytes)
    {
        if (at != hashed || bytes.IsEmpty)
            return;
        sha.AppendData(bytes);
        hashed += bytes.Length;
        if (hashed != payload.Size || ContentHash.FromBytes(sha.GetCurrentHash()) == payload.Hash)
            return;
        setAside();
        throw new CoreSyncException(new PayloadDamagedError(payload.Path.Value, payload.Hash.ToString()));
    }
}
