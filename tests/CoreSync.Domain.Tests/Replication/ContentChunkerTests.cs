using System.Buffers.Binary;
using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Domain.Tests.Replication;

/// <summary>Where content is cut is part of the protocol: these cuts were computed by another program from docs/protocol.md, 4.3.1.</summary>
public sealed class ContentChunkerTests
{
    private static readonly ChunkSizes Small = ChunkSizes.Of(16_384)!.Value;

    // SHA-256 of the numbers 0 to 8191 as u32, little-endian, one behind the other.
    private static readonly byte[] Content = Numbers(8192);

    [Fact]
    public void Content_is_cut_where_the_protocol_says()
    {
        Assert.Equal("a1121e137964074c8edc26449b0a900b7fdfef96bd288764efbe5f13977c6d19", ContentHash.Of(Content).ToString());
        Assert.Equal([16582, 30903, 19277, 12654, 19193, 16476, 18568, 17192, 11539, 22659, 17939, 19885, 21550, 17727], Cut(Content, Small));
        Assert.Equal([47485, 31931, 33451, 45941, 50946, 37951, 14439], Cut(Content, ChunkSizes.Of(32_768)!.Value));
    }

    [Fact]
    public void Content_without_a_place_to_cut_is_cut_at_the_greatest_length() =>
        Assert.Equal([65536, 65536, 65536, 65536, 37856], Cut(new byte[300_000], Small));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public void How_much_is_given_at_a_time_changes_nothing(int portion) => Assert.Equal(Cut(Content, Small), Cut(Content, Small, portion));

    [Fact]
    public void No_content_has_no_chunks() => Assert.Empty(Cut([], Small));

    [Fact]
    public void Chunks_keep_to_their_lengths()
    {
        var content = new byte[5_000_000];
        new Random(1).NextBytes(content);

        var chunks = Cut(content, Small);

        Assert.Equal(content.Length, chunks.Sum());
        Assert.All(chunks.SkipLast(1), length => Assert.InRange(length, Small.Min + 1, Small.Max));
        Assert.InRange(chunks.Average(), 12_000, 26_000);
    }

    [Fact]
    public void An_insertion_changes_the_chunks_around_it_alone()
    {
        byte[] changed = [1, 2, 3, .. Content];

        var same = Hashes(Content).Intersect(Hashes(changed)).Count();

        Assert.InRange(same, 12, 13);
    }

    [Theory]
    [InlineData(0, 16_384)]
    [InlineData(1L << 30, 16_384)]
    [InlineData((1L << 30) + 16_384, 32_768)]
    [InlineData(4L << 30, 65_536)]
    [InlineData(1L << 44, 1_048_576)]
    public void Chunks_of_large_content_are_longer(long size, int average) => Assert.Equal(average, ChunkSizes.For(size).Average);

    [Theory]
    [InlineData(0)]
    [InlineData(-16_384)]
    [InlineData(8_192)]
    [InlineData(16_385)]
    [InlineData(2_097_152)]
    [InlineData(long.MaxValue)]
    public void Averages_that_the_protocol_does_not_know_are_none(long average) => Assert.Null(ChunkSizes.Of(average));

    private static byte[] Numbers(int count)
    {
        var content = new byte[count * ContentHash.ByteLength];
        Span<byte> number = stackalloc byte[4];
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, i);
            ContentHash.Of(number).CopyTo(content.AsSpan(i * ContentHash.ByteLength));
        }

        return content;
    }

    private static List<int> Cut(byte[] content, ChunkSizes sizes, int portion = int.MaxValue)
    {
        var chunker = new ContentChunker(sizes);
        var chunks = new List<int>();
        var length = 0;
        for (var position = 0; position < content.Length;)
        {
            var taken = chunker.Take(content.AsSpan(position, Math.Min(portion, content.Length - position)), out var ends);
            position += taken;
            length += taken;
            if (!ends)
                continue;
            chunks.Add(length);
            length = 0;
        }

        return length == 0 ? chunks : [.. chunks, length];
    }

    private static HashSet<ContentHash> Hashes(byte[] content)
    {
        var hashes = new HashSet<ContentHash>();
        var start = 0;
        foreach (var length in Cut(content, Small))
        {
            hashes.Add(ContentHash.Of(content.AsSpan(start, length)));
            start += length;
        }

        return hashes;
    }
}
