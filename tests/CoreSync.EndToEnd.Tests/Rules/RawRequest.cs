#pragma warning disable CA5359 // the client is not what is tested
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Sends bytes over TLS as they are, from any loopback address, and reads until the core closes.</summary>
internal static class RawRequest
{
    public static async Task<string> SendAsync(RealCore core, string request, string from = "127.0.0.1")
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(core.Address);
        await using var stream = new SslStream(new NetworkStream(socket), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await stream.AuthenticateAsClientAsync(core.Name);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var answer = new MemoryStream();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await stream.CopyToAsync(answer, limit.Token);
        }
        catch (IOException)
        {
            // Cut: what came until then counts.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    /// <summary>Tries to sign in, at the protocol or at the admin API, and answers status, names of headers and body.</summary>
    public static async Task<string> SignInAsync(RealCore core, string user, string password, string from = "127.0.0.1", bool isAdmin = false, string headers = "")
    {
        var source = isAdmin ? "" : $",\"source\":\"{Guid.Empty}\"";
        var body = $$"""{"user":"{{user}}","password":"{{password}}"{{source}}}""";
        var path = isAdmin ? "/api/v1/sign-in" : "/coresync/v1/sign-in";
        var answer = await SendAsync(
            core, $"POST {path} HTTP/1.1\r\nHost: {core.Name}\r\n{headers}Content-Type: application/json\r\nContent-Length: {Encoding.Latin1.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}", from);
        var lines = answer.Split("\r\n");
        return lines[0]["HTTP/1.1 ".Length..] + "\n" + string.Join(';', lines.Skip(1).TakeWhile(line => line.Length > 0).Select(line => line.Split(':')[0])) + "\n" + answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
    }
}
