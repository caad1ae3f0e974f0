using System.Text;
using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Infrastructure.Content;
using CoreSync.Items;
using CoreSync.Testing;
using CoreSync.Testing.Simulation;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.Infrastructure.Tests.Content;

public sealed class PayloadStoreTests : IDisposable
{
    private readonly TempDirectory directory = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private PayloadStore Store => new(Options.Create(new CoreSyncOptions { DataDirectory = directory.Path }), new SeededRandomSource(1), time);

    [Fact]
    public async Task Content_is_found_and_read_back_by_its_hash()
    {
        var stored = await PutAsync("setup");

        Assert.Equal(new StoredContent(ContentHash.Of("setup"u8), 5), stored);
        Assert.True(Store.Has(stored.Hash, 5));
        Assert.False(Store.Has(stored.Hash, 6));
        Assert.Equal("setup", await ReadAsync(Of(stored)));
        Assert.Equal([FileOf(stored.Hash)], Files());
    }

    [Fact]
    public async Task The_same_content_is_kept_once()
    {
        var first = await PutAsync("setup");
        var second = await PutAsync("setup");
        var small = await Store.PutAsync([new SmallContent(first.Hash, "setup"u8.ToArray())], CancellationToken.None);

        Assert.Equal(first, second);
        Assert.True(small.IsSuccess);
        Assert.Single(Files());
    }

    [Fact]
    public async Task Content_of_no_bytes_is_always_there_and_never_stored()
    {
        var stored = await PutAsync("");

        Assert.True(Store.Has(ContentHash.Empty, 0));
        Assert.Equal("", await ReadAsync(Of(stored)));
        Assert.Empty(Files());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task Many_small_contents_are_stored_at_once(int count)
    {
        var contents = Enumerable.Range(0, count).Select(i => Encoding.UTF8.GetBytes($"content {i}")).Select(bytes => new SmallContent(ContentHash.Of(bytes), bytes)).ToList();

        var put = await Store.PutAsync(contents, CancellationToken.None);

        Assert.True(put.IsSuccess);
        Assert.All(contents, content => Assert.True(Store.Has(content.Hash, content.Bytes.Length)));
        Assert.Equal(count, Files().Length);
    }

    [Fact]
    public async Task A_hash_that_lies_among_small_contents_stores_none_of_them()
    {
        var put = await Store.PutAsync(
            [new SmallContent(ContentHash.Of("one"u8), "one"u8.ToArray()), new SmallContent(ContentHash.Of("two"u8), "three"u8.ToArray())], CancellationToken.None);

        Assert.True(put.HasError<ContentMismatchError>());
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_stream_that_fails_leaves_nothing_behind()
    {
        var put = await Store.PutAsync(new BrokenStream(), CancellationToken.None);

        Assert.True(put.HasError<ContentUnreadableError>());
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_file_that_is_missing_is_named()
    {
        var put = await Store.PutFileAsync(directory.At("nothing.msi"), CancellationToken.None);

        Assert.Equal(directory.At("nothing.msi"), Assert.IsType<ContentUnreadableError>(put.Errors[0]).Path);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_file_that_never_holds_still_is_refused_by_name()
    {
        var file = directory.At("busy.log");
        await File.WriteAllBytesAsync(file, new byte[8 * 1024 * 1024]);
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            while (!stop.IsCancellationRequested)
            {
                stream.Write("line"u8);
                await stream.FlushAsync(CancellationToken.None);
            }
        });

        var put = await Store.PutFileAsync(file, CancellationToken.None);
        await stop.CancelAsync();
        await writing;

        Assert.Equal(file, Assert.IsType<ContentUnstableError>(put.Errors[0]).Path);
    }

    [Theory]
    [InlineData("setuq")]
    [InlineData("set")]
    [InlineData("setup and more")]
    [InlineData(null)]
    public async Task Damaged_content_is_never_read_to_its_end_and_counts_as_gone_from_then_on(string? found)
    {
        var stored = await PutAsync("setup");
        if (found is null)
            File.Delete(FileOf(stored.Hash));
        else
            await File.WriteAllTextAsync(FileOf(stored.Hash), found);

        var error = await ErrorAsync(Of(stored));

        Assert.IsType<PayloadDamagedError>(error);
        Assert.False(Store.Has(stored.Hash, 5));
        Assert.Equal([Path.Combine(directory.Path, "content", "damaged", stored.Hash.ToString())], Files());
    }

    [Fact]
    public async Task Putting_it_again_heals_damaged_content()
    {
        var stored = await PutAsync("setup");
        await File.WriteAllTextAsync(FileOf(stored.Hash), "setuq");
        await ErrorAsync(Of(stored));

        await PutAsync("setup");

        Assert.Equal("setup", await ReadAsync(Of(stored)));
        Assert.Equal([FileOf(stored.Hash)], Files());
    }

    [Fact]
    public async Task Putting_it_again_replaces_damage_that_nobody_saw_yet()
    {
        var stored = await PutAsync("setup");
        await File.WriteAllTextAsync(FileOf(stored.Hash), "setuq");

        await PutAsync("setup");

        Assert.Equal("setup", await ReadAsync(Of(stored)));
    }

    [Fact]
    public async Task Content_that_came_apart_is_taken_over()
    {
        var file = directory.At("inbox-content");
        await File.WriteAllTextAsync(file, "setup");
        var hash = ContentHash.Of("setup"u8);

        var taken = await Store.TakeAsync([new ReceivedContent(hash, 5, file), new ReceivedContent(hash, 5, file)], CancellationToken.None);

        Assert.True(taken.IsSuccess);
        Assert.False(File.Exists(file));
        Assert.Equal("setup", await ReadAsync(new Payload(RelativePath.Parse("one.msi").Value, 5, hash)));
    }

    [Fact]
    public async Task Asking_to_keep_it_makes_content_young_again()
    {
        var stored = await PutAsync("setup");
        time.Advance(TimeSpan.FromDays(3));

        Assert.True(Store.Keep(stored.Hash, stored.Size));
        Assert.Equal(time.GetUtcNow().UtcDateTime, File.GetLastWriteTimeUtc(FileOf(stored.Hash)));
        Assert.False(Store.Keep(ContentHash.Of("other"u8), 5));
    }

    public void Dispose() => directory.Dispose();

    private static Payload Of(StoredContent stored) => new(RelativePath.Parse("one.msi").Value, stored.Size, stored.Hash);

    private async Task<StoredContent> PutAsync(string text)
    {
        var put = await Store.PutAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), CancellationToken.None);
        Assert.True(put.IsSuccess, put.ToString());
        return put.Value;
    }

    private async Task<string> ReadAsync(Payload payload)
    {
        var opened = Store.Open(payload);
        Assert.True(opened.IsSuccess, opened.ToString());
        using var reader = new StreamReader(opened.Value);
        return await reader.ReadToEndAsync();
    }

    private async Task<CoreSyncError> ErrorAsync(Payload payload)
    {
        var opened = Store.Open(payload);
        if (opened.IsFailed)
            return opened.FirstError();
        await using var stream = opened.Value;
        return (await Assert.ThrowsAsync<CoreSyncException>(() => stream.CopyToAsync(Stream.Null))).Error;
    }

    private string FileOf(ContentHash hash) => Path.Combine(directory.Path, "content", hash.ToString()[..2], hash.ToString()[2..4], hash.ToString());

    private string[] Files() => Directory.Exists(directory.At("content")) ? Directory.GetFiles(directory.At("content"), "*", SearchOption.AllDirectories) : [];

    private sealed class BrokenStream : MemoryStream
    {
        private int reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            reads++ == 0 ? ValueTask.FromResult(buffer.Length / 2) : throw new IOException("the disk fails");
    }
}
