using System.Collections.Concurrent;

namespace CoreSync.EndToEnd.Tests.Secrets;

/// <summary>Collects the command lines and environments of all processes of this machine while something goes on.</summary>
internal sealed class ProcessWatch : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, byte> seen = [];
    private readonly CancellationTokenSource stop = new();
    private readonly Task watching;

    public ProcessWatch() => watching = Task.Run(WatchAsync);

    /// <summary>Everything that was seen, each once.</summary>
    public IReadOnlyCollection<string> Seen => [.. seen.Keys];

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (true)
        {
            foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[6])))
            {
                foreach (var file in new[] { "cmdline", "environ" })
                {
                    try
                    {
                        seen.TryAdd(File.ReadAllText(Path.Combine(process, file)), 0);
                    }
                    catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
                    {
                        // It has ended, or is somebody else's.
                    }
                }
            }

            await Task.Delay(40, stop.Token);
        }
    }
}
