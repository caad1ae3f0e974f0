using System.Net;
using System.Net.Sockets;

namespace CoreSync.Infrastructure.Tls;

/// <summary>Finds addresses and connects to the first that answers. The address is never part of trust.</summary>
internal static class Dialer
{
    // RFC 8305, section 5: "Connection Attempt Delay".
    private static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    /// <summary>The addresses of a host name or of a literal address.</summary>
    public static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);

    /// <summary>Tries all addresses, each a little after the one before, and keeps the first connection.</summary>
    /// <exception cref="SocketException">None answered; the last reason.</exception>
    public static async Task<Socket> DialAsync(IReadOnlyList<IPAddress> addresses, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        using var losers = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<Socket>>();
        var waiting = new Queue<IPAddress>(addresses);
        Exception? last = null;
        try
        {
            while (waiting.Count > 0 || running.Count > 0)
            {
                Task? next = null;
                if (waiting.TryDequeue(out var address))
                {
                    running.Add(ConnectAsync(address, port, losers.Token));
                    next = waiting.Count > 0 ? Task.Delay(Stagger, time, losers.Token) : null;
                }

                var done = await Task.WhenAny(next is null ? running : [.. running, next]).ConfigureAwait(false);
                if (done == next)
                    continue;
                var attempt = (Task<Socket>)done;
                running.Remove(attempt);
                if (attempt.IsCompletedSuccessfully)
                    return await attempt.ConfigureAwait(false);
                last = attempt.Exception?.InnerException ?? last;
            }
        }
        finally
        {
            await losers.CancelAsync().ConfigureAwait(false);
            foreach (var loser in running)
                _ = loser.ContinueWith(late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw last ?? new SocketException((int)SocketError.HostUnreachable);
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, port, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
