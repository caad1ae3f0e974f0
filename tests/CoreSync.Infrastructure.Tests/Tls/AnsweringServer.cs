using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CoreSync.Infrastructure.Tests.Tls;

/// <summary>What certificates refer to: answers each path over plain HTTP with what it is told, everything else with 404.</summary>
internal sealed class AnsweringServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Task serving;
    private int requests;

    public AnsweringServer(Func<string, (byte[] Body, string Type)?> answer)
    {
        listener.Start();
        serving = ServeAsync(answer);
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    public int Requests => Volatile.Read(ref requests);

    private async Task ServeAsync(Func<string, (byte[] Body, string Type)?> answer)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref requests);
                await using var stream = client.GetStream();
                var buffer = new byte[8192];
                var read = await stream.ReadAsync(buffer);
                var line = Encoding.Latin1.GetString(buffer, 0, read).Split(' ');
                var told = line.Length > 1 ? answer(line[1]) : null;
                var body = told?.Body ?? [];
                await stream.WriteAsync(Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 {(told is null ? "404 Not Found" : "200 OK")}\r\nContent-Type: {told?.Type ?? "text/plain"}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"));
                await stream.WriteAsync(body);
            }
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await serving;
    }
}
