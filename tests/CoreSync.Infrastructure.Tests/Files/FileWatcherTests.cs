using CoreSync.Application.Items;
using CoreSync.Infrastructure.Files;
using CoreSync.Items;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.Infrastructure.Tests.Files;

public sealed class FileWatcherTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Changes_are_told_once_per_burst()
    {
        using var bench = new FilesBench();
        var time = new FakeTimeProvider();
        using var watcher = new FileWatcher(time, new Counting());
        var told = 0;
        using var heard = new SemaphoreSlim(0);
        watcher.Changed += name =>
        {
            Assert.Equal(bench.Sent.Name, name);
            Interlocked.Increment(ref told);
            heard.Release();
        };
        ((IFileWatcher)watcher).Watch([bench.Sent]);

        for (var i = 0; i < 50; i++)
            bench.Tree.Write($"send/f{i}", "1");

        await UntilAsync(() => time.Advance(FileWatcher.Coalescing), heard);
        Assert.InRange(Volatile.Read(ref told), 1, 10);

        // The directory is no longer watched: whatever is on its way was told, and nothing more comes.
        ((IFileWatcher)watcher).Watch([]);
        time.Advance(FileWatcher.Coalescing);
        var before = Volatile.Read(ref told);
        bench.Tree.Write("send/later", "1");
        time.Advance(FileWatcher.Coalescing);
        Assert.Equal(before, Volatile.Read(ref told));
    }

    [Fact]
    public void A_directory_that_cannot_be_watched_is_logged_once_and_asks_for_a_scan()
    {
        using var bench = new FilesBench();
        var time = new FakeTimeProvider();
        var log = new Counting();
        using var watcher = new FileWatcher(time, log);
        var told = 0;
        watcher.Changed += _ => told++;

        ((IFileWatcher)watcher).Watch([bench.Sent with { Files = new FilesSettings(bench.Tree["missing"], null, [], []) }]);
        ((IFileWatcher)watcher).Watch([bench.Sent with { Files = new FilesSettings(bench.Tree["missing"], null, [], []) }]);
        time.Advance(FileWatcher.Coalescing);

        Assert.Equal((1, 1), (told, log.Warnings));
    }

    // The operating system tells when it likes: asks again until it did.
    private static async Task UntilAsync(Action nudge, SemaphoreSlim heard)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (!await heard.WaitAsync(20))
        {
            nudge();
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < Patience, "no event came");
        }
    }

    private sealed class Counting : ILogger<FileWatcher>
    {
        public int Warnings { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Warnings++;
    }
}
