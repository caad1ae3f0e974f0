#pragma warning disable CA5359 // the client is not what is tested
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace CoreSync.Infrastructure.Tests.Wire;

/// <summary>Sends bytes over TLS as they are, for what no well-behaved client would send.</summary>
internal static class RawHttp
{
    public static async Task<string> SendAsync(int port, string request, Action<SslClientAuthenticationOptions>? change = null, int answers = int.MaxValue, bool hangUp = false)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var stream = new SslStream(client.GetStream());
        var options = new SslClientAuthenticationOptions { TargetHost = PeerHost.Name, RemoteCertificateValidationCallback = (_, _, _, _) => true };
        change?.Invoke(options);
        await stream.AuthenticateAsClientAsync(options);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        if (hangUp)
        {
            await stream.ShutdownAsync();
            client.Client.Shutdown(SocketShutdown.Send);
        }

        var answer = new StringBuilder();
        var buffer = new byte[8192];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            while (answers-- > 0 && await stream.ReadAsync(buffer, limit.Token) is > 0 and var read)
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // Closed hard after what it had to say.
        }

        return answer.ToString();
    }

    /// <summary>Whether a handshake with these options succeeds.</summary>
    public static async Task<bool> ShakesHandsAsync(int port, Action<SslClientAuthenticationOptions> change)
    {
        try
        {
            return (await SendAsync(port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", change)).Length > 0;
        }
        catch (Exception ex) when (ex is AuthenticationException or IOException)
        {
            return false;
        }
    }
}
