using System.Buffers;
using System.Security.Cryptography;
using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Application.Replication;

/// <summary>Reads content as its chunks; holds a buffer of it at a time, whatever its size.</summary>
internal static class ChunkReader
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="content">Positioned at its beginning.</param>
    /// <param name="sizes">How it is cut.</param>
    /// <param name="found">Told of each chunk, in order.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when it has more than <see cref="DeltaLimits.MaxChunks"/>; the rest was not read then.</returns>
    public static async Task<bool> ReadAsync(Stream content, ChunkSizes sizes, Action<ContentChunk> found, CancellationToken cancellationToken)
    {
        using var run = new Run(sizes, found);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await content.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                if (!run.Add(buffer.AsSpan(0, read)))
                    return false;
            }

            return run.End();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private sealed class Run(ChunkSizes sizes, Action<ContentChunk> found) : IDisposable
    {
        private readonly ContentChunker chunker = new(sizes);
        private readonly IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private int length;
        private int count;

        public bool Add(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                var taken = chunker.Take(bytes, out var ends);
                sha.AppendData(bytes[..taken]);
                length += taken;
                bytes = bytes[taken..];
                if (ends && !End())
                    return false;
            }

            return true;
        }

        public bool End()
        {
            if (length == 0)
                return true;
            if (++count > DeltaLimits.MaxChunks)
                return false;
            found(new ContentChunk(length, ContentHash.FromBytes(sha.GetHashAndReset())));
            length = 0;
            return true;
        }

        public void Dispose() => sha.Dispose();
    }
}
