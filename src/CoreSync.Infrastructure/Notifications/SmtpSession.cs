using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using CoreSync.Servers;

namespace CoreSync.Infrastructure.Notifications;

/// <summary>
/// The little of SMTP (RFC 5321, RFC 3207, RFC 4954) that handing over one message needs. The client of the runtime takes certificates by a switch for the whole process
/// and goes on without TLS where a server offers none; this one judges the certificate itself and says nothing but EHLO before.
/// </summary>
internal sealed class SmtpSession : IAsyncDisposable
{
    private const int MaxLine = 2000;
    private const int MaxLines = 100;

    private readonly Socket socket;
    private readonly byte[] buffer = new byte[1024];
    private Stream stream;
    private int start;
    private int end;
    private IReadOnlyList<string> offers = [];

    private SmtpSession(Socket socket)
    {
        this.socket = socket;
        stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Connects and switches to TLS.</summary>
    /// <exception cref="SmtpRefusedException">The server does not offer STARTTLS, or refused something.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">Its certificate is not the one expected.</exception>
    public static async Task<SmtpSession> ConnectAsync(DialAddress server, string self, string fingerprint, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var session = new SmtpSession(socket);
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, cancellationToken).ConfigureAwait(false);
            session.stream = new NetworkStream(socket, ownsSocket: true);
            await session.ExpectAsync("220", cancellationToken).ConfigureAwait(false);
            await session.GreetAsync(self, cancellationToken).ConfigureAwait(false);
            if (!session.offers.Contains("STARTTLS", StringComparer.OrdinalIgnoreCase))
                throw new SmtpRefusedException("the server does not offer STARTTLS");
            await session.SayAsync("STARTTLS", "220", cancellationToken).ConfigureAwait(false);
            // What came in clear after the answer would be taken for the server's word under TLS.
            if (session.start != session.end)
                throw new SmtpRefusedException("the server sent more before TLS began");
            var secure = new SslStream(session.stream);
            session.stream = secure;
            await secure.AuthenticateAsClientAsync(ReceiverTls.For(server.Host, fingerprint), cancellationToken).ConfigureAwait(false);
            await session.GreetAsync(self, cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Signs in.</summary>
    public async Task SignInAsync(string user, string password, CancellationToken cancellationToken)
    {
        var ways = offers.FirstOrDefault(offer => offer.StartsWith("AUTH", StringComparison.OrdinalIgnoreCase))?.ToUpperInvariant().Split(' ') ?? [];
        if (ways.Contains("PLAIN"))
        {
            await SayAsync("AUTH PLAIN " + Encode($"\0{user}\0{password}"), "235", cancellationToken).ConfigureAwait(false);
        }
        else if (ways.Contains("LOGIN"))
        {
            await SayAsync("AUTH LOGIN", "334", cancellationToken).ConfigureAwait(false);
            await SayAsync(Encode(user), "334", cancellationToken).ConfigureAwait(false);
            await SayAsync(Encode(password), "235", cancellationToken).ConfigureAwait(false);
        }
        else
        {
            throw new SmtpRefusedException("the server offers neither AUTH PLAIN nor AUTH LOGIN");
        }
    }

    /// <summary>Hands a message over.</summary>
    public async Task SendAsync(MailMessageText mail, CancellationToken cancellationToken)
    {
        await SayAsync($"MAIL FROM:<{mail.From}>", "250", cancellationToken).ConfigureAwait(false);
        foreach (var receiver in mail.To)
            await SayAsync($"RCPT TO:<{receiver}>", "25", cancellationToken).ConfigureAwait(false);
        await SayAsync("DATA", "354", cancellationToken).ConfigureAwait(false);
        await SayAsync(mail.Render() + ".", "250", cancellationToken).ConfigureAwait(false);
        await SayAsync("QUIT", "221", cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        socket.Dispose();
    }

    private async Task GreetAsync(string self, CancellationToken cancellationToken) =>
        offers = [.. (await SayAsync("EHLO " + self, "250", cancellationToken).ConfigureAwait(false)).Skip(1)];

    private async Task<IReadOnlyList<string>> SayAsync(string line, string expected, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        return await ExpectAsync(expected, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<string>> ExpectAsync(string expected, CancellationToken cancellationToken)
    {
        var texts = new List<string>();
        while (true)
        {
            var line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
            if (line.Length < 3 || texts.Count == MaxLines)
                throw new SmtpRefusedException("the server does not speak SMTP");
            texts.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length > 3 && line[3] == '-')
                continue;
            return line.StartsWith(expected, StringComparison.Ordinal)
                ? texts
                : throw new SmtpRefusedException(string.Create(CultureInfo.InvariantCulture, $"the server answered '{line}'"));
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length < MaxLine)
        {
            if (start == end)
            {
                start = 0;
                end = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (end == 0)
                    throw new SmtpRefusedException("the server hung up");
            }

            var c = (char)buffer[start++];
            if (c == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append(c);
        }

        throw new SmtpRefusedException("the server does not speak SMTP");
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}

/// <summary>The server said no, or something that is not SMTP.</summary>
internal sealed class SmtpRefusedException(string reason) : Exception(reason);
