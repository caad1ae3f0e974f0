using System.Buffers.Binary;
using System.Text.Json;
using CoreSync.Errors;
using CoreSync.Infrastructure.Wire;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Infrastructure.Tests.Wire;

/// <summary>Chunks and patches as another core sends them, with every field wrong once (S6), and cores that know of neither (P3).</summary>
public sealed class DeltaFrameTests
{
    // Behind the header: hash 32, size 8, average 4, count 4, then length 4 and hash 32 for each chunk.
    private const int Size = FrameHeader.Bytes + 32;
    private const int Average = Size + 8;
    private const int Count = Average + 4;
    private const int Length = Count + 4;

    // Behind the header: item 16, base 32, hash 32, size 8, offset 8, count 4, then the steps: a copy of 17 bytes, a literal.
    private const int PatchSize = FrameHeader.Bytes + 80;
    private const int PatchOffset = PatchSize + 8;
    private const int Steps = PatchOffset + 8;
    private const int Copy = Steps + 4;
    private const int Literal = Copy + 17;

    private static readonly ChunkedContent Content = new(
        ContentHash.Of("content"u8), 50_000, ChunkSizes.For(0), [new ContentChunk(20_000, ContentHash.Of("one"u8)), new ContentChunk(30_000, ContentHash.Of("two"u8))]);

    private static readonly ContentPatch Patch = new(
        new ItemId(Guid.NewGuid()), ContentHash.Of("base"u8), ContentHash.Of("content"u8), 1_000, 10, [PatchStep.OfBase(5, 6), PatchStep.OfBytes("literal"u8.ToArray())]);

    [Fact]
    public void Chunks_come_back_as_they_were_and_none_as_none()
    {
        var read = ChunkFrame.Decode(ChunkFrame.Encode(Content)).Value!;

        Assert.Equal((Content.Hash, Content.Size, Content.Sizes), (read.Hash, read.Size, read.Sizes));
        Assert.Equal(Content.Chunks, read.Chunks);
        Assert.Null(ChunkFrame.Decode(ChunkFrame.Encode(null)).Value);
    }

    [Theory]
    [InlineData(Size, 50_001)]
    [InlineData(Size, 49_999)]
    [InlineData(Size, -1)]
    [InlineData(Size + 4, 2)]
    [InlineData(Average, 16_383)]
    [InlineData(Average, 0)]
    [InlineData(Average, -1)]
    [InlineData(Count, 1)]
    [InlineData(Count, 3)]
    [InlineData(Count, -1)]
    [InlineData(Length, 0)]
    [InlineData(Length, 20_001)]
    [InlineData(Length, -1)]
    [InlineData(0, 0x50_53_43_01)]
    public void Chunks_with_a_field_that_lies_are_refused(int at, int value) =>
        Assert.True(ChunkFrame.Decode(With(ChunkFrame.Encode(Content), at, value)).HasError<BatchMalformedError>());

    [Fact]
    public void Chunks_that_end_early_or_go_on_are_refused()
    {
        var frame = ChunkFrame.Encode(Content);

        for (var length = 0; length < frame.Length; length++)
            Assert.True(ChunkFrame.Decode(frame[..length]).IsFailed, $"{length}");
        Assert.True(ChunkFrame.Decode((byte[])[.. frame.Span, 0]).IsFailed);
    }

    [Theory]
    [InlineData(PatchSize + 4, int.MinValue)]
    [InlineData(PatchOffset + 4, int.MinValue)]
    [InlineData(Steps, 1)]
    [InlineData(Steps, 3)]
    [InlineData(Steps, -1)]
    [InlineData(Copy, 0)]
    [InlineData(Copy, 3)]
    [InlineData(Copy + 5, int.MinValue)]
    [InlineData(Copy + 13, int.MinValue)]
    [InlineData(Literal + 1, 6)]
    [InlineData(Literal + 1, 8)]
    [InlineData(Literal + 1, -1)]
    [InlineData(0, 0x48_53_43_01)]
    public void A_patch_with_a_field_that_lies_is_refused(int at, int value) => Assert.True(Read(With(PatchFrame.Encode(Patch, compress: false), at, value)).HasError<BatchMalformedError>());

    [Fact]
    public void A_patch_that_ends_early_is_refused()
    {
        var frame = PatchFrame.Encode(Patch, compress: false);

        Assert.True(Read(frame).IsSuccess);
        for (var length = 0; length < frame.Length; length++)
            Assert.True(Read(frame[..length]).IsFailed, $"{length}");
    }

    [Fact]
    public async Task A_core_that_does_not_name_the_feature_is_not_asked()
    {
        const string OfBefore = """
            {"id":"ffeeddcc-bbaa-9988-7766-554433221100","name":"core2.example.net","protocolMin":1,"protocolMax":1,"version":"0.1.0","clock":"2026-03-01T12:00:00+00:00","freeBytes":1,"account":{"name":"sync","rights":"edit","components":[]}}
            """;
        var core = JsonSerializer.Deserialize(OfBefore, WireJson.Tolerant.CoreAnswer)!;
        // Whoever asked would need a connection, and there is none.
        var sink = new HttpItemSink(null!, core, core.Name, new CoreId(Guid.NewGuid()), compress: false);

        var found = await sink.FindBaseAsync(SomeBatch.Queries, Patch.Item, RelativePath.Parse("setup.msi").Value, CancellationToken.None);

        Assert.True(found.IsSuccess);
        Assert.Null(found.Value);
        var payload = new Payload(RelativePath.Parse("setup.msi").Value, 1_000_000, ContentHash.Of("setup"u8));
        Assert.False((await new HttpChangeFeed(null!, core, core.Name).ReadChunksAsync(payload, ChunkSizes.For(payload.Size), _ => { }, CancellationToken.None)).Value);
    }

    private static ReadOnlyMemory<byte> With(ReadOnlyMemory<byte> frame, int at, int value)
    {
        var changed = frame.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(at), value);
        return changed;
    }

    private static Result<ContentPatch> Read(ReadOnlyMemory<byte> frame)
    {
        var header = PatchFrame.ReadHeader(frame.Span);
        return header.IsFailed ? header.ToResult() : PatchFrame.Decode(header.Value, frame[FrameHeader.Bytes..]);
    }
}
