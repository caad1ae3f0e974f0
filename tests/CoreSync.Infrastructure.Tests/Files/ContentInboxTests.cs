using System.Text;
using CoreSync.Errors;
using CoreSync.Items;

namespace CoreSync.Infrastructure.Tests.Files;

public sealed class ContentInboxTests
{
    private static readonly byte[] Content = Encoding.ASCII.GetBytes(string.Join(',', Enumerable.Range(0, 200_000)));
    private static readonly ContentHash Hash = ContentHash.Of(Content);

    [Fact]
    public async Task Content_is_complete_only_when_all_of_it_came()
    {
        using var bench = new FilesBench();

        Assert.Equal(1000, (await Append(bench, 0, 1000)).Value);
        Assert.Equal(1000, await bench.Inbox.ReceivedAsync(bench.Received, Hash, default));
        Assert.Null(bench.Inbox.Find(bench.Received, Hash));
        Assert.Equal(Content.Length, (await Append(bench, 1000, Content.Length)).Value);

        var received = bench.Inbox.Find(bench.Received, Hash)!;
        Assert.Equal(Content, await File.ReadAllBytesAsync(received.File));
        Assert.Equal(Content.Length, await bench.Inbox.ReceivedAsync(bench.Received, Hash, default));
        // Sent again, it costs nothing.
        Assert.Equal(Content.Length, (await Append(bench, 0, Content.Length)).Value);
    }

    [Fact]
    public async Task A_broken_connection_keeps_what_arrived_and_another_process_resumes()
    {
        using var bench = new FilesBench();
        await Assert.ThrowsAsync<IOException>(() => bench.Inbox.AppendAsync(bench.Received, Hash, Content.Length, 0, new BreakingStream(Content, 700_000), default));
        using var later = new Infrastructure.Files.ContentInbox(bench.Options);

        var have = (int)await later.ReceivedAsync(bench.Received, Hash, default);
        Assert.InRange(have, 1, 700_000);
        Assert.True((await later.AppendAsync(bench.Received, Hash, Content.Length, have, new MemoryStream(Content, have, Content.Length - have), default)).IsSuccess);

        Assert.Equal(Content, await File.ReadAllBytesAsync(later.Find(bench.Received, Hash)!.File));
    }

    [Fact]
    public async Task Content_that_overlaps_is_joined()
    {
        using var bench = new FilesBench();
        await Append(bench, 0, 5000);

        Assert.Equal(Content.Length, (await Append(bench, 3000, Content.Length)).Value);

        Assert.NotNull(bench.Inbox.Find(bench.Received, Hash));
    }

    [Fact]
    public async Task Wrong_bytes_are_discarded()
    {
        using var bench = new FilesBench();
        var wrong = (byte[])Content.Clone();
        wrong[^1]++;

        var result = await bench.Inbox.AppendAsync(bench.Received, Hash, wrong.Length, 0, new MemoryStream(wrong), default);

        Assert.True(result.HasError<ContentMismatchError>());
        Assert.Null(bench.Inbox.Find(bench.Received, Hash));
        Assert.Equal(0, await bench.Inbox.ReceivedAsync(bench.Received, Hash, default));
        Assert.Empty(Directory.EnumerateFiles(bench.DataDirectory, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_breaks_the_protocol_is_refused_and_what_was_there_stays()
    {
        using var bench = new FilesBench();
        await Append(bench, 0, 1000);

        Assert.True((await Append(bench, 1001, 2000)).HasError<BatchMalformedError>());
        Assert.True((await bench.Inbox.AppendAsync(bench.Received, Hash, 2000, 1000, new MemoryStream(Content), default)).HasError<BatchMalformedError>());
        Assert.True((await bench.Inbox.AppendAsync(bench.Received, Hash, 500, 0, new MemoryStream(Content), default)).HasError<BatchMalformedError>());
        Assert.True((await bench.Inbox.AppendAsync(bench.Received, Hash, -1, 0, new MemoryStream(Content), default)).HasError<BatchMalformedError>());
        Assert.True((await bench.Inbox.AppendAsync(bench.Received, Hash, 10, -1, new MemoryStream(Content), default)).HasError<BatchMalformedError>());
        Assert.True((await bench.Inbox.AppendAsync(bench.Sent, Hash, 10, 0, new MemoryStream(Content), default)).HasError<BatchMalformedError>());

        Assert.Equal(1000, await bench.Inbox.ReceivedAsync(bench.Received, Hash, default));
        Assert.True((await Append(bench, 1000, Content.Length)).IsSuccess);
    }

    [Fact]
    public async Task More_than_the_disk_can_hold_is_refused_at_once()
    {
        using var bench = new FilesBench();

        Assert.True((await bench.Inbox.AppendAsync(bench.Received, Hash, long.MaxValue / 2, 0, new MemoryStream(Content), default)).HasError<StoreFullError>());
    }

    [Fact]
    public async Task Old_content_is_purged()
    {
        using var bench = new FilesBench();
        await Append(bench, 0, 1000);

        bench.Inbox.Purge(bench.Received, TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(1));
        Assert.Equal(1000, await bench.Inbox.ReceivedAsync(bench.Received, Hash, default));
        bench.Inbox.Purge(bench.Received, TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1));

        Assert.Equal(0, await bench.Inbox.ReceivedAsync(bench.Received, Hash, default));
    }

    [Fact]
    public async Task Content_for_two_items_serves_both()
    {
        using var bench = new FilesBench();
        await Append(bench, 0, Content.Length);
        var items = new[] { "one", "two" }.Select(name => SomeFile.Item(name) with { Hash = Hash, Size = Content.Length }).ToList();

        Assert.Empty(await bench.StageAndApplyAsync([.. items.Select(item => item.Without() with { Received = bench.Inbox.Find(bench.Received, Hash) })]));

        Assert.All(items, item => Assert.Equal(Content, File.ReadAllBytes(Path.Combine(bench.ReceiveTo, item.Name))));
        Assert.Null(bench.Inbox.Find(bench.Received, Hash));
    }

    [Fact]
    public async Task Documents_receive_content_apart_too()
    {
        using var bench = new FilesBench();
        var documents = new Component(ComponentName.Presets[0], ComponentKind.Documents, true, DeletePolicy.Keep, ClashPolicy.Suffix);

        Assert.True((await bench.Inbox.AppendAsync(documents, Hash, Content.Length, 0, new MemoryStream(Content), default)).IsSuccess);

        Assert.Equal(Content, (await bench.Inbox.ReadAsync(bench.Inbox.Find(documents, Hash)!, default)).ToArray());
        // Payloads of documents may be larger than any document.
        Assert.Equal(Content.Length, (await bench.Inbox.AppendAsync(documents, ContentHash.Of("x"u8), Item.MaxDocumentBytes + 1, 0, new MemoryStream(Content), default)).Value);
    }

    private static Task<FluentResults.Result<long>> Append(FilesBench bench, int from, int to) =>
        bench.Inbox.AppendAsync(bench.Received, Hash, Content.Length, from, new MemoryStream(Content, from, to - from), default);

    private sealed class BreakingStream(byte[] content, int breakAt) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position + buffer.Length > breakAt ? throw new IOException("The connection broke") : base.ReadAsync(buffer, cancellationToken);
    }
}
