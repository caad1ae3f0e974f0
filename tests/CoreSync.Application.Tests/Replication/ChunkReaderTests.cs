using CoreSync.Application.Replication;
using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Application.Tests.Replication;

/// <summary>Content as its chunks, whatever its size (S5).</summary>
public sealed class ChunkReaderTests
{
    [Fact]
    public async Task The_chunks_make_the_content()
    {
        var content = new byte[1_000_000];
        new Random(1).NextBytes(content);
        var chunks = new List<ContentChunk>();

        Assert.True(await ChunkReader.ReadAsync(new MemoryStream(content), ChunkSizes.For(content.Length), chunks.Add, CancellationToken.None));

        var position = 0;
        foreach (var chunk in chunks)
        {
            Assert.Equal(ContentHash.Of(content.AsSpan(position, chunk.Length)), chunk.Hash);
            position += chunk.Length;
        }

        Assert.Equal(content.Length, position);
    }

    [Fact]
    public async Task Memory_grows_with_the_number_of_chunks_alone()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = 0;

        // Ends on the thread that it began on: nothing in it waits.
        var read = ChunkReader.ReadAsync(new Numbers(256L * 1024 * 1024), ChunkSizes.For(0), _ => count++, CancellationToken.None);

        Assert.True(read.IsCompleted);
        Assert.True(await read);
        Assert.InRange(count, 8_000, 30_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * 1024 * 1024);
    }

    [Fact]
    public async Task Content_of_too_many_chunks_is_not_read_to_its_end()
    {
        // Cuts depend on the bytes of their chunk alone: the shortest of many, again and again, makes the most chunks.
        var (start, shortest) = Shortest(new Numbers(8 * 1024 * 1024).ReadAll());
        var content = new Repeated(new Numbers(8 * 1024 * 1024).ReadAll().AsMemory(start, shortest), (DeltaLimits.MaxChunks + 1000L) * shortest);
        var count = 0;

        Assert.False(await ChunkReader.ReadAsync(content, ChunkSizes.For(0), _ => count++, CancellationToken.None));

        Assert.Equal(DeltaLimits.MaxChunks, count);
        Assert.InRange(content.Position, 1, content.Length - 1);
    }

    private static (int Start, int Length) Shortest(byte[] content)
    {
        var chunker = new ContentChunker(ChunkSizes.For(0));
        var (start, best) = (0, (Start: 0, Length: int.MaxValue));
        while (start < content.Length)
        {
            var taken = chunker.Take(content.AsSpan(start), out var ends);
            if (ends && taken < best.Length)
                best = (start, taken);
            start += taken;
        }

        return best;
    }

    /// <summary>Content that is made when it is read.</summary>
    private abstract class MadeContent(long length) : Stream
    {
        private long position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position
        {
            get => position;
            set => throw new NotSupportedException();
        }

        public byte[] ReadAll()
        {
            var bytes = new byte[length];
            ReadExactly(bytes);
            return bytes;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var part = buffer[..(int)Math.Min(buffer.Length, length - position)];
            Make(position, part);
            position += part.Length;
            return part.Length;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected abstract void Make(long at, Span<byte> part);
    }

    private sealed class Numbers(long length) : MadeContent(length)
    {
        protected override void Make(long at, Span<byte> part) => new Random((int)(at >> 10)).NextBytes(part);
    }

    private sealed class Repeated(ReadOnlyMemory<byte> unit, long length) : MadeContent(length)
    {
        protected override void Make(long at, Span<byte> part)
        {
            for (var done = 0; done < part.Length;)
            {
                var rest = unit.Span[(int)((at + done) % unit.Length)..];
                rest = rest[..Math.Min(rest.Length, part.Length - done)];
                rest.CopyTo(part[done..]);
                done += rest.Length;
            }
        }
    }
}
