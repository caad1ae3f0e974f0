using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using CoreSync.Testing.Tls;
using CoreSync.Trust;

namespace CoreSync.EndToEnd.Tests.Notifications;

/// <summary>A receiver of webhooks: a real HTTPS listener with a certificate of its own, which answers what the test says.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 certificate = TestCertificates.SelfSigned("localhost");
    private readonly Task serving;

    public WebhookReceiver()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public string Url => $"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/hook";

    public string Fingerprint => CertificateFingerprint.Of(certificate.RawData).ToString();

    /// <summary>The first line and headers of the answer.</summary>
    public string Answer { get; set; } = "HTTP/1.1 204 No Content\r\n";

    /// <summary>What arrived whole, whatever was answered.</summary>
    public ConcurrentQueue<(string Head, string Body)> Received { get; } = new();

    /// <summary>Connections, also those that ended in the handshake.</summary>
    public int Connections { get; private set; }

    public IEnumerable<JsonElement> Bodies => Received.Select(one => JsonDocument.Parse(one.Body).RootElement);

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync();
                Connections++;
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(certificate);
                var head = await ReadHeadAsync(tls);
                var length = int.Parse(head.Split('\n').Single(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1].Trim(), System.Globalization.CultureInfo.InvariantCulture);
                var body = new byte[length];
                await tls.ReadExactlyAsync(body);
                Received.Enqueue((head, Encoding.UTF8.GetString(body)));
                await tls.WriteAsync(Encoding.ASCII.GetBytes(Answer + "Content-Length: 0\r\nConnection: close\r\n\r\n"));
            }
            catch (Exception ended) when (ended is ObjectDisposedException or SocketException or InvalidOperationException)
            {
                return;
            }
            catch (Exception broken) when (broken is IOException or AuthenticationException)
            {
                // A client that does not like the certificate hangs up.
            }
        }
    }

    private static async Task<string> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await serving;
        certificate.Dispose();
    }
}
