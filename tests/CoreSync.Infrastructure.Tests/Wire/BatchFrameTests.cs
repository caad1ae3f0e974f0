using System.Buffers.Binary;
using CoreSync.Errors;
using CoreSync.Infrastructure.Wire;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CsCheck;
using FluentResults;

namespace CoreSync.Infrastructure.Tests.Wire;

public sealed class BatchFrameTests
{
    private static readonly CoreId Source = new(new Guid("00112233-4455-6677-8899-aabbccddeeff"));

    [Fact]
    public void What_was_written_is_read() =>
        SomeBatch.Any.Select(Gen.Bool).Sample((batch, compress) =>
        {
            var frame = BatchFrame.Encode(SomeBatch.Queries, batch, compress);

            AssertSame(batch, BatchFrame.Decode(SomeBatch.Queries, frame.Value).Value);
        }, iter: 400);

    [Fact]
    public void Changes_keep_their_order_and_companions_their_component()
    {
        var batch = SomeBatch.Of(Source, "a", "b", "c");
        var package = batch.Changes[2] with { IsCompanion = true, Item = batch.Changes[2].Item with { Component = ComponentName.Parse("distribution-packages").Value } };
        var sent = batch with { Changes = [package, batch.Changes[1], batch.Changes[0]] };

        var frame = BatchFrame.Encode(SomeBatch.Queries, sent, compress: false);

        AssertSame(sent, BatchFrame.Decode(SomeBatch.Queries, frame.Value).Value);
    }

    [Fact]
    public void Repetitive_documents_are_compressed()
    {
        var batch = SomeBatch.Of(Source, [.. Enumerable.Range(0, 100).Select(i => $"{{\"name\":\"inventory {i}\",\"columns\":[\"device\",\"owner\",\"site\"]}}")]);

        var plain = BatchFrame.Encode(SomeBatch.Queries, batch, compress: false).Value.Length;
        var compressed = BatchFrame.Encode(SomeBatch.Queries, batch, compress: true).Value.Length;

        Assert.True(compressed * 2 < plain, $"{compressed} of {plain}");
    }

    [Fact]
    public void Content_that_shrinks_beyond_the_ratio_is_sent_as_it_is()
    {
        var batch = SomeBatch.Of(Source, new string('0', 200_000));

        var frame = BatchFrame.Encode(SomeBatch.Queries, batch, compress: true);

        Assert.False(BatchFrame.ReadHeader(frame.Value.Span).Value.IsCompressed);
        AssertSame(batch, BatchFrame.Decode(SomeBatch.Queries, frame.Value).Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_frame_that_ends_early_is_refused_wherever_it_ends(bool compress)
    {
        var frame = BatchFrame.Encode(SomeBatch.Queries, SomeBatch.Of(Source, new string('a', 300) + "b", "{\"second\":2}", string.Concat(Enumerable.Range(0, 300))), compress).Value;
        Assert.Equal(compress, BatchFrame.ReadHeader(frame.Span).Value.IsCompressed);

        for (var length = 0; length < frame.Length; length++)
            AssertMalformed(BatchFrame.Decode(SomeBatch.Queries, frame[..length]));
    }

    [Fact]
    public void A_payload_that_ends_early_is_refused_wherever_it_ends()
    {
        var frame = BatchFrame.Encode(SomeBatch.Queries, SomeBatch.Of(Source, "one", "two"), compress: false).Value;
        for (var length = 0; length < frame.Length - BatchFrame.HeaderBytes; length++)
            AssertMalformed(BatchFrame.Decode(SomeBatch.Queries, WithPayload(frame.Slice(BatchFrame.HeaderBytes, length).Span)));
    }

    [Fact]
    public void Bytes_after_the_last_change_are_refused()
    {
        var frame = BatchFrame.Encode(SomeBatch.Queries, SomeBatch.Of(Source, "one"), compress: false).Value;

        AssertMalformed(BatchFrame.Decode(SomeBatch.Queries, WithPayload([.. frame.Span[BatchFrame.HeaderBytes..], 0])));
    }

    // Offsets of the fields of docs/protocol.md, 5.2, in a frame with one change.
    [Theory]
    [InlineData("magic", 0, 4, 0x7A636F72)]
    [InlineData("version", 4, 1, 2)]
    [InlineData("flags", 5, 1, 2)]
    [InlineData("reserved", 6, 1, 1)]
    [InlineData("payload", 8, 4, -1)]
    [InlineData("payload", 8, 4, 1)]
    [InlineData("stored", 12, 4, -1)]
    [InlineData("stored", 12, 4, int.MaxValue)]
    [InlineData("epoch", 48, 8, -1)]
    [InlineData("after", 56, 8, -1)]
    [InlineData("after", 56, 8, long.MaxValue)]
    [InlineData("last", 64, 8, long.MaxValue)]
    [InlineData("count", 72, 4, -1)]
    [InlineData("count", 72, 4, 0)]
    [InlineData("count", 72, 4, 2)]
    [InlineData("count", 72, 4, 2001)]
    [InlineData("record length", 76, 4, -1)]
    [InlineData("record length", 76, 4, 0)]
    [InlineData("record length", 76, 4, 100)]
    [InlineData("change kind", 80, 1, 0)]
    [InlineData("change kind", 80, 1, 4)]
    [InlineData("item kind", 81, 1, 0)]
    [InlineData("item kind", 81, 1, 5)]
    [InlineData("item flags", 82, 2, 0x10)]
    [InlineData("item flags without content", 82, 2, 2)]
    [InlineData("sequence", 84, 8, 0)]
    [InlineData("sequence", 84, 8, -1)]
    [InlineData("sequence", 84, 8, long.MaxValue)]
    [InlineData("content sequence", 92, 8, 2)]
    [InlineData("content sequence", 92, 8, -1)]
    [InlineData("revision", 100, 8, -1)]
    [InlineData("size", 172, 8, 4)]
    [InlineData("size", 172, 8, -1)]
    [InlineData("modified", 180, 8, long.MaxValue >> 1)]
    [InlineData("start", 188, 8, long.MaxValue >> 1)]
    [InlineData("component length", 196, 2, 1)]
    [InlineData("component length", 196, 2, 65)]
    [InlineData("name length", 198, 2, 0xFFFF)]
    [InlineData("name length", 198, 2, 3073)]
    [InlineData("name length", 198, 2, 1)]
    [InlineData("payloads", 233, 2, 1)]
    [InlineData("payloads", 233, 2, 1001)]
    public void A_field_that_lies_is_refused(string field, int offset, int width, long value)
    {
        var frame = BatchFrame.Encode(SomeBatch.Queries, SomeBatch.Of(Source, "one"), compress: false).Value.ToArray();
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        bytes[..width].CopyTo(frame.AsSpan(offset));

        var read = BatchFrame.Decode(SomeBatch.Queries, frame);

        Assert.True(read.IsFailed, field);
        AssertMalformed(read);
    }

    [Fact]
    public void A_name_that_is_not_Unicode_is_refused()
    {
        var frame = BatchFrame.Encode(SomeBatch.Queries, SomeBatch.Of(Source, "one"), compress: false).Value.ToArray();
        frame[200] = 0xC0;
        frame[201] = 0xAF;

        AssertMalformed(BatchFrame.Decode(SomeBatch.Queries, frame));
        var lone = SomeBatch.Of(Source, "one");
        AssertMalformed(BatchFrame.Encode(SomeBatch.Queries, lone with { Changes = [lone.Changes[0] with { Item = lone.Changes[0].Item with { Name = "a\uD800b" } }] }, false));
    }

    [Fact]
    public void An_item_that_occurs_twice_is_refused()
    {
        var batch = SomeBatch.Of(Source, "one", "two");
        var twice = batch.Changes[1] with { Item = batch.Changes[1].Item with { Id = batch.Changes[0].Item.Id } };

        AssertMalformed(BatchFrame.Decode(SomeBatch.Queries, BatchFrame.Encode(SomeBatch.Queries, batch with { Changes = [batch.Changes[0], twice] }, false).Value));
    }

    [Fact]
    public void More_than_the_protocol_allows_is_refused_on_both_sides()
    {
        var text = new string('x', ItemLimits.MaxInlineBytes + 1);
        AssertMalformed(BatchFrame.Decode(SomeBatch.Queries, BatchFrame.Encode(SomeBatch.Queries, SomeBatch.Of(Source, text), false).Value));

        var full = SomeBatch.Of(Source, [.. Enumerable.Range(0, 33).Select(i => new string((char)('a' + i % 26), ItemLimits.MaxInlineBytes))]);
        AssertMalformed(BatchFrame.Decode(SomeBatch.Queries, BatchFrame.Encode(SomeBatch.Queries, full, false).Value));

        var many = SomeBatch.Of(Source, [.. Enumerable.Repeat("", ItemLimits.MaxBatchItems + 1)]);
        AssertMalformed(BatchFrame.Encode(SomeBatch.Queries, many, false));
    }

    [Fact]
    public void A_bomb_is_refused_without_being_unpacked()
    {
        using var compressor = new ZstdSharp.Compressor(19);
        var bomb = compressor.Wrap(new byte[64 * 1024 * 1024]).ToArray();
        Assert.True(bomb.Length < 16 * 1024);

        // It says how large it is: the ratio gives it away.
        AssertMalformed(BatchFrame.ReadHeader(Compressed(bomb, 30 * 1024 * 1024)));
        // It lies: no more than it announced is unpacked, which is then too little.
        var before = GC.GetAllocatedBytesForCurrentThread();
        AssertMalformed(BatchFrame.Decode(SomeBatch.Queries, Compressed(bomb, bomb.Length * BatchFrame.MaxRatio)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * 1024 * 1024);
    }

    [Fact]
    public void Whatever_is_changed_in_a_frame_ends_in_a_batch_or_in_the_typed_error()
    {
        var frames = SomeBatch.Any.Select(Gen.Bool).Select((batch, compress) => BatchFrame.Encode(SomeBatch.Queries, batch, compress).Value.ToArray()).Array[20].Single();
        var mutations = Gen.Select(Gen.Int[0, frames.Length - 1], Gen.Select(Gen.Double[0, 1], Gen.Byte).Array[1, 6], Gen.Double[0, 1.5]);

        mutations.Sample((which, bytes, cut) =>
        {
            var frame = frames[which].ToArray();
            foreach (var (at, value) in bytes)
                frame[(int)(at * (frame.Length - 1))] = value;
            if (cut < 1)
                frame = frame[..(int)(cut * frame.Length)];
            // Half of them keep a header that is right, to reach what lies behind.
            if (cut >= 1.25 && frame.Length > BatchFrame.HeaderBytes)
                frames[which].AsSpan(0, BatchFrame.HeaderBytes).CopyTo(frame);

            var read = BatchFrame.Decode(SomeBatch.Queries, frame);

            return read.IsSuccess || read.HasError<BatchMalformedError>();
        }, iter: 60_000);
    }

    private static byte[] WithPayload(ReadOnlySpan<byte> payload)
    {
        var frame = BatchFrame.Encode(SomeBatch.Queries, SomeBatch.Of(Source), compress: false).Value.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(8), payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(12), payload.Length);
        return [.. frame.AsSpan(0, BatchFrame.HeaderBytes), .. payload];
    }

    private static byte[] Compressed(ReadOnlySpan<byte> stored, int payload)
    {
        var frame = BatchFrame.Encode(SomeBatch.Queries, SomeBatch.Of(Source), compress: false).Value.ToArray();
        frame[5] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(8), payload);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(12), stored.Length);
        return [.. frame.AsSpan(0, BatchFrame.HeaderBytes), .. stored];
    }

    private static void AssertMalformed(ResultBase result)
    {
        Assert.True(result.IsFailed);
        Assert.True(result.HasError<BatchMalformedError>());
    }

    internal static void AssertSame(ChangeBatch expected, ChangeBatch actual)
    {
        Assert.Equal((expected.Source, expected.After, expected.Last), (actual.Source, actual.After, actual.Last));
        Assert.Equal(expected.Changes.Count, actual.Changes.Count);
        foreach (var (left, right) in expected.Changes.Zip(actual.Changes))
        {
            Assert.Equal(left with { Content = null, Item = Plain(left.Item) }, right with { Content = null, Item = Plain(right.Item) });
            Assert.Equal(left.Item.References, right.Item.References);
            Assert.Equal(left.Item.Payloads, right.Item.Payloads);
            Assert.Equal(left.Content?.ToArray(), right.Content?.ToArray());
        }
    }

    // Lists compare by reference inside a record.
    private static Item Plain(Item item) => item with { References = [], Payloads = [] };
}
