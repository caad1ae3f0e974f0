using System.Net;
using System.Net.Sockets;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>The wire between two cores: counts what the one that dials sends through it, or what it gets, and cuts every connection once that reached a number of bytes.</summary>
internal sealed class CuttableWire : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly IPEndPoint target;
    private readonly bool countsAnswers;
    private readonly Task accepting;
    private long sent;
    private long cutAt = long.MaxValue;

    public CuttableWire(IPEndPoint target, bool countsAnswers = false)
    {
        this.target = target;
        this.countsAnswers = countsAnswers;
        listener.Start();
        accepting = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)listener.LocalEndpoint;

    /// <summary>Bytes that were counted so far, TLS included.</summary>
    public long Sent => Interlocked.Read(ref sent);

    /// <summary>Cuts all connections after this many bytes more, once.</summary>
    public void CutAfter(long bytes) => Interlocked.Exchange(ref cutAt, Sent + bytes);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var near = await listener.AcceptSocketAsync(stop.Token);
            _ = CarryAsync(near);
        }
    }

    private async Task CarryAsync(Socket near)
    {
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (near)
        {
            try
            {
                await far.ConnectAsync(target, stop.Token);
                await Task.WhenAny(CopyAsync(near, far, isCounted: !countsAnswers), CopyAsync(far, near, isCounted: countsAnswers));
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // Either side went away: so does the other.
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool isCounted)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, stop.Token) is > 0 and var length)
            {
                if (isCounted && Interlocked.Add(ref sent, length) >= Interlocked.Read(ref cutAt))
                {
                    Interlocked.Exchange(ref cutAt, long.MaxValue);
                    // No reset: it would also take what has been delivered and not been read, and how much that is depends on how busy the machine is.
                    to.Shutdown(SocketShutdown.Send);
                    while (await to.ReceiveAsync(buffer, stop.Token) > 0)
                    {
                        // The other side has not noticed yet.
                    }

                    return;
                }

                for (var done = 0; done < length;)
                    done += await to.SendAsync(buffer.AsMemory(done, length - done), stop.Token);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // As above.
        }
    }
}
