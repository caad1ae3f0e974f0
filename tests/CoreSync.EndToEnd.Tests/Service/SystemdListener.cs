using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace CoreSync.EndToEnd.Tests.Service;

/// <summary>The other end of <c>NOTIFY_SOCKET</c>: what a service tells systemd.</summary>
internal sealed class SystemdListener : IDisposable
{
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly CancellationTokenSource stop = new();

    public SystemdListener(string path)
    {
        Path = path;
        socket.Bind(new UnixDomainSocketEndPoint(path));
        _ = ListenAsync();
    }

    public string Path { get; }

    public ConcurrentQueue<string> Said { get; } = new();

    private async Task ListenAsync()
    {
        var buffer = new byte[4096];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Said.Enqueue(Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, stop.Token)));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        socket.Dispose();
        stop.Dispose();
    }
}
