#pragma warning disable CA5359 // what clients present is what a test looks at
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CoreSync.Testing.Tls;

/// <summary>What a hostile target does with a connection instead of being a core.</summary>
public enum Hostility
{
    /// <summary>Shakes hands and records what comes.</summary>
    Listens,

    /// <summary>Answers in plain text.</summary>
    SpeaksPlainText,

    /// <summary>Sends a greeting of another protocol before anything is asked.</summary>
    GreetsFirst,

    /// <summary>Resets the connection after the first bytes of the handshake.</summary>
    ResetsInHandshake,

    /// <summary>Closes the connection after the first bytes of the handshake.</summary>
    ClosesInHandshake,

    /// <summary>Accepts and says nothing.</summary>
    StaysSilent,
}

/// <summary>A server that shows any certificate and counts what reaches it after the handshake: proof that nothing was sent.</summary>
public sealed class HostileTarget : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentBag<Task> connections = [];
    private readonly List<byte> received = [];
    private readonly Lock gate = new();
    private readonly Func<int, X509Certificate2?> certificate;
    private readonly Task accepting;
    private int accepted;
    private int handshakes;

    /// <summary>Starts on a free port.</summary>
    /// <param name="certificate">The certificate of each connection, by its number from 0.</param>
    public HostileTarget(Func<int, X509Certificate2?> certificate)
    {
        this.certificate = certificate;
        listener.Start();
        accepting = AcceptAsync();
    }

    public HostileTarget(X509Certificate2? certificate = null)
        : this(_ => certificate)
    {
    }

    /// <summary>What it does.</summary>
    public Hostility Hostility { get; init; } = Hostility.Listens;

    /// <summary>What it answers to each request, head and body; null answers nothing.</summary>
    public Func<string, byte[]?>? Answer { get; init; }

    /// <summary>Versions that it offers.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Suites that it offers; null for the platform's.</summary>
    public CipherSuitesPolicy? Suites { get; init; }

    /// <summary>Other certificates that it sends along.</summary>
    public X509Certificate2Collection Others { get; init; } = [];

    /// <summary>Asks clients for a certificate, and takes any.</summary>
    public bool AsksForCertificate { get; init; }

    /// <summary>The certificates that clients presented, in DER.</summary>
    public ConcurrentQueue<byte[]> ClientCertificates { get; } = [];

    /// <summary>Its port on loopback.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>TCP connections so far.</summary>
    public int Connections => Volatile.Read(ref accepted);

    /// <summary>Completed handshakes so far.</summary>
    public int Handshakes => Volatile.Read(ref handshakes);

    /// <summary>Everything that arrived inside TLS.</summary>
    public byte[] Received
    {
        get
        {
            lock (gate)
                return [.. received];
        }
    }

    /// <summary>The first flight of each client, as it was on the wire.</summary>
    public ConcurrentQueue<byte[]> Hellos { get; } = [];

    /// <summary>The host names that clients asked for.</summary>
    public ConcurrentQueue<string> Names { get; } = [];

    /// <summary>Waits until every connection so far has ended, so that nothing can arrive late.</summary>
    public async Task DrainAsync()
    {
        while (connections.Any(connection => !connection.IsCompleted))
            await Task.WhenAll(connections).WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>An HTTP answer.</summary>
    public static byte[] Http(string status, string type, string body, string extra = "") =>
        Encoding.UTF8.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{extra}\r\n{body}");

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        await Task.WhenAll(connections).WaitAsync(TimeSpan.FromSeconds(20));
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(stop.Token);
                var number = Interlocked.Increment(ref accepted) - 1;
                connections.Add(Task.Run(() => ServeAsync(socket, number)));
            }
        }
        catch (Exception ex) when (ex is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        using var _ = socket;
        try
        {
            await using var transport = new NetworkStream(socket, ownsSocket: false);
            switch (Hostility)
            {
                case Hostility.Listens:
                    await ListenAsync(transport, number);
                    break;
                case Hostility.SpeaksPlainText:
                    await transport.ReadAtLeastAsync(new byte[1024], 1, cancellationToken: stop.Token);
                    await transport.WriteAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray(), stop.Token);
                    break;
                case Hostility.GreetsFirst:
                    await transport.WriteAsync("SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(), stop.Token);
                    await transport.ReadAtLeastAsync(new byte[1024], 1, cancellationToken: stop.Token);
                    break;
                case Hostility.ResetsInHandshake:
                    await transport.ReadAtLeastAsync(new byte[16], 16, cancellationToken: stop.Token);
                    socket.LingerState = new LingerOption(true, 0);
                    break;
                case Hostility.ClosesInHandshake:
                    await transport.ReadAtLeastAsync(new byte[16 * 1024], 64, cancellationToken: stop.Token);
                    break;
                case Hostility.StaysSilent:
                    while (await transport.ReadAsync(new byte[1024], stop.Token) > 0)
                    {
                        // Still there.
                    }

                    break;
            }
        }
        catch (Exception ex) when (ex is IOException or AuthenticationException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client refused or left.
        }
    }

    private async Task ListenAsync(NetworkStream transport, int number)
    {
        await RecordHelloAsync(transport.Socket);
        await using var stream = new SslStream(transport);
        await stream.AuthenticateAsServerAsync(
            (_, hello, _, _) =>
            {
                Names.Enqueue(hello.ServerName);
                return ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = SslStreamCertificateContext.Create(certificate(number)!, Others, offline: true),
                    EnabledSslProtocols = Protocols,
                    CipherSuitesPolicy = Suites,
                    AllowTlsResume = true,
                    ClientCertificateRequired = AsksForCertificate,
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
                });
            }, null, stop.Token);
        if (stream.RemoteCertificate is { } presented)
            ClientCertificates.Enqueue(presented.GetRawCertData());
        Interlocked.Increment(ref handshakes);
        var pending = new StringBuilder();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, stop.Token) is > 0 and var read)
        {
            lock (gate)
                received.AddRange(buffer.AsSpan(0, read));
            pending.Append(Encoding.Latin1.GetString(buffer, 0, read));
            if (Answer is null || !TakeRequest(pending, out var request))
                continue;
            if (Answer(request) is { } answer)
                await stream.WriteAsync(answer, stop.Token);
        }
    }

    private async Task RecordHelloAsync(Socket socket)
    {
        var hello = new byte[16 * 1024];
        var read = 0;
        // The record's own length, at offset 3, says when it is complete (RFC 8446, 5.1).
        while (read < 5 || read < 5 + (hello[3] << 8) + hello[4])
        {
            var now = await socket.ReceiveAsync(hello, SocketFlags.Peek, stop.Token);
            if (now == 0 || hello[0] != 0x16)
                return;
            if (now == read)
                await Task.Yield();
            read = now;
        }

        Hellos.Enqueue(hello[..read]);
    }

    private static bool TakeRequest(StringBuilder pending, out string request)
    {
        request = pending.ToString();
        var head = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0)
            return false;
        var length = 0;
        foreach (var line in request[..head].Split("\r\n"))
        {
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(line[15..].Trim(), System.Globalization.CultureInfo.InvariantCulture);
        }

        if (request.Length < head + 4 + length)
            return false;
        pending.Remove(0, head + 4 + length);
        request = request[..(head + 4 + length)];
        return true;
    }
}
