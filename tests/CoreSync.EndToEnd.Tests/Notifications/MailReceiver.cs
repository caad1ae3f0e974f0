using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CoreSync.Testing.Tls;
using CoreSync.Trust;

namespace CoreSync.EndToEnd.Tests.Notifications;

/// <summary>A small mail server: EHLO, STARTTLS, AUTH PLAIN, one message at a time.</summary>
internal sealed class MailReceiver : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 certificate = TestCertificates.SelfSigned("localhost");
    private readonly bool offersTls;
    private readonly Task serving;

    public MailReceiver(bool offersTls = true)
    {
        this.offersTls = offersTls;
        listener.Start();
        serving = ServeAsync();
    }

    public string Address => $"localhost:{((IPEndPoint)listener.LocalEndpoint).Port}";

    public string Fingerprint => CertificateFingerprint.Of(certificate.RawData).ToString();

    /// <summary>Each command with whether it came over TLS.</summary>
    public ConcurrentQueue<(bool Secure, string Line)> Commands { get; } = new();

    public ConcurrentQueue<string> Mails { get; } = new();

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync();
                await TalkAsync(client.GetStream());
            }
            catch (Exception ended) when (ended is ObjectDisposedException or SocketException or InvalidOperationException)
            {
                return;
            }
            catch (Exception broken) when (broken is IOException or AuthenticationException)
            {
                // A client that does not like what it sees hangs up.
            }
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        var secure = false;
        await SayAsync(stream, "220 mail.test ESMTP");
        while (await ReadLineAsync(stream) is { } line)
        {
            Commands.Enqueue((secure, line));
            switch (line.Split(' ')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await SayAsync(stream, "250-mail.test");
                    await SayAsync(stream, secure ? "250 AUTH LOGIN PLAIN" : offersTls ? "250 STARTTLS" : "250 HELP");
                    break;
                case "STARTTLS":
                    await SayAsync(stream, "220 go ahead");
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(certificate);
                    stream = tls;
                    secure = true;
                    break;
                case "AUTH":
                    await SayAsync(stream, "235 welcome");
                    break;
                case "DATA":
                    await SayAsync(stream, "354 go ahead");
                    var mail = new StringBuilder();
                    while (await ReadLineAsync(stream) is { } text && text != ".")
                        mail.Append(text).Append('\n');
                    Mails.Enqueue(mail.ToString());
                    await SayAsync(stream, "250 taken");
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 bye");
                    return;
                default:
                    await SayAsync(stream, "250 ok");
                    break;
            }
        }
    }

    private static async Task SayAsync(Stream stream, string line)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
        await stream.FlushAsync();
    }

    private static async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await serving;
        certificate.Dispose();
    }
}
