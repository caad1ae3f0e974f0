using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Application.Cores;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Infrastructure.Identity;
using CoreSync.Servers;
using CoreSync.Settings;
using FluentResults;

namespace CoreSync.Infrastructure.Tls;

/// <summary>Opens TLS connections to other cores: name, TCP, handshake, judgement. A stream leaves this class only after its certificate was accepted.</summary>
/// <remarks>
/// The platform's validation callback captures and never decides: it runs before the other side has proven that it holds the key (T28). The decision falls once,
/// after the handshake has completed, in <see cref="ITrustGate"/>; until then no application byte can be written, since nobody else has the stream.
/// </remarks>
internal sealed class TlsConnector(
    CertificateReader reader, TrustedRoots roots, ITrustGate gate, ITrustStore trust, OwnCertificate own, IStoreMonitor monitor, ISettingStore settings, TimeProvider time)
{
    private const int MaxChainCertificates = 16;

    /// <summary>Shakes hands, looks at the certificate and hangs up (T4).</summary>
    public async Task<Result<CertificateSighting>> ProbeAsync(CoreAddress address, CancellationToken cancellationToken)
    {
        var shaken = await ShakeHandsAsync(address, null, new ConnectionTrace(), cancellationToken).ConfigureAwait(false);
        if (shaken.IsFailed)
            return shaken.ToResult<CertificateSighting>();
        using var connection = shaken.Value;
        return connection.Sighting;
    }

    /// <summary>Connects to a target core whose certificate is judged and accepted; refuses with the reasons of the judgement otherwise (T1).</summary>
    public async Task<Result<TlsConnection>> ConnectAsync(CoreServer target, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        var connected = await ConnectOnceAsync(target, trace, cancellationToken).ConfigureAwait(false);
        if (connected is not { IsSuccess: true, Value: { Identity: { WasAsked: true, Shown: null } } connection })
            return connected;
        // In chain mode a certificate may be accepted that was not the recorded one when the handshake asked for ours. It is now: a second handshake shows ours to it (T13).
        var record = await trust.FindAsync(target.Id, cancellationToken).ConfigureAwait(false);
        if (record?.Presentable().Contains(connection.Sighting.Certificate.Fingerprint) != true || connection.Identity.WouldShowTo(connection.Sighting.Certificate.Fingerprint))
            return connected;
        connection.Dispose();
        return await ConnectOnceAsync(target, trace, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Result<TlsConnection>> ConnectOnceAsync(CoreServer target, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        // Only the certificate that was authorised gets to see ours, when it asks (T13).
        var record = await trust.FindAsync(target.Id, cancellationToken).ConfigureAwait(false);
        var identity = new ClientIdentity(own, record is null ? [] : record.Presentable());
        var shaken = await ShakeHandsAsync(target.Address, identity, trace, cancellationToken).ConfigureAwait(false);
        if (shaken.IsFailed)
            return shaken;

        var connection = shaken.Value;
        var accepted = false;
        try
        {
            // Read before the judgement: whatever changes during it, the watch will look again.
            connection.JudgedAt = monitor.Version;
            var verdict = await gate.JudgeAsync(target.Id, connection.Sighting.Certificate, cancellationToken).ConfigureAwait(false);
            accepted = verdict.IsSuccess;
            if (!accepted)
                return verdict.ToResult<TlsConnection>();
            trace.Pass("certificate", connection.Sighting.Certificate.Fingerprint.ToString());
            return connection;
        }
        finally
        {
            if (!accepted)
                connection.Dispose();
        }
    }

    private async Task<Result<TlsConnection>> ShakeHandsAsync(CoreAddress address, ClientIdentity? identity, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        var seconds = await settings.ReadNumberAsync(Setting.NetworkTimeout, cancellationToken).ConfigureAwait(false);
        var askRevocation = await settings.ReadAsync(Setting.Revocation, cancellationToken).ConfigureAwait(false) != "off";
        var trusted = await roots.ReadAsync(cancellationToken).ConfigureAwait(false);
        var step = "dns";
        Socket? socket = null;
        TlsConnection? connection = null;
        try
        {
            using var dns = Deadline(seconds, cancellationToken);
            var addresses = await Dialer.ResolveAsync(address.Endpoint.Host, dns.Token).ConfigureAwait(false);
            if (addresses.Count == 0)
                return Result.Fail(new TargetUnresolvedError(address.Endpoint.Host));
            trace.Pass(step, string.Join(", ", addresses));

            step = "tcp";
            using var tcp = Deadline(seconds, cancellationToken);
            socket = await Dialer.DialAsync(addresses, address.Endpoint.Port, time, tcp.Token).ConfigureAwait(false);
            trace.Pass(step, socket.RemoteEndPoint?.ToString() ?? "");

            step = "tls";
            using var tls = Deadline(seconds, cancellationToken);
            connection = new TlsConnection(socket);
            await connection.AuthenticateAsync(address.Fqdn, MaxChainCertificates, identity, tls.Token).ConfigureAwait(false);
            connection.Sighting = new CertificateSighting(
                reader.Read(connection.Leaf, connection.Others, askRevocation, trusted), socket.RemoteEndPoint?.ToString() ?? "", TlsPolicy.Name(connection.Stream.SslProtocol), time.GetUtcNow());
            trace.Pass(step, connection.Sighting.TlsVersion);
            var result = connection;
            (connection, socket) = (null, null);
            return result;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Result.Fail(new TargetTimeoutError(address.Fqdn.Ascii, step, seconds));
        }
        catch (SocketException ex) when (step == "dns")
        {
            return Result.Fail(new TargetUnresolvedError(address.Endpoint.Host).CausedBy(ex));
        }
        catch (Exception ex) when (step == "tls" && ex is AuthenticationException or IOException or CryptographicException)
        {
            return Result.Fail(TlsFailure(address, connection, ex).CausedBy(ex));
        }
        catch (Exception ex) when (ex is SocketException or IOException)
        {
            return Result.Fail(new TargetUnreachableError(address.Fqdn.Ascii, address.Endpoint.ToString(), ex.Message).CausedBy(ex));
        }
        finally
        {
            connection?.Dispose();
            socket?.Dispose();
        }
    }

    private static CoreSyncError TlsFailure(CoreAddress address, TlsConnection? connection, Exception ex)
    {
        var at = address.Endpoint.ToString();
        // The first byte of every TLS answer is the type of its record: a handshake or an alert.
        if (connection?.FirstByte is { } first and not (0x15 or 0x16))
            return new TargetNotTlsError(address.Fqdn.Ascii, at);
        for (var cause = ex; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException reset)
                return new TargetUnreachableError(address.Fqdn.Ascii, at, reset.Message);
        }

        return new TargetTlsFailedError(address.Fqdn.Ascii, at, ex.InnerException?.Message ?? ex.Message);
    }

    private LinkedDeadline Deadline(int seconds, CancellationToken cancellationToken) => new(TimeSpan.FromSeconds(seconds), time, cancellationToken);
}

/// <summary>A token that ends with its caller's or after a time.</summary>
internal sealed class LinkedDeadline : IDisposable
{
    private readonly CancellationTokenSource timer;
    private readonly CancellationTokenSource linked;

    public LinkedDeadline(TimeSpan time, TimeProvider clock, params ReadOnlySpan<CancellationToken> others)
    {
        timer = new CancellationTokenSource(time, clock);
        linked = CancellationTokenSource.CreateLinkedTokenSource([timer.Token, .. others]);
    }

    public CancellationToken Token => linked.Token;

    public bool HasExpired => timer.IsCancellationRequested;

    /// <summary>Starts the time anew: something moved.</summary>
    public void Extend(TimeSpan time) => timer.CancelAfter(time);

    public void Dispose()
    {
        linked.Dispose();
        timer.Dispose();
    }
}

/// <summary>A socket with a completed handshake, and what the other side showed in it.</summary>
internal sealed class TlsConnection : IDisposable
{
    private readonly Socket socket;
    private readonly FirstByteStream transport;
    private readonly CancellationTokenSource closed = new();
    private byte[]? leaf;

    public TlsConnection(Socket socket)
    {
        this.socket = socket;
        transport = new FirstByteStream(socket, closed);
        Stream = new SslStream(transport, leaveInnerStreamOpen: false);
    }

    public SslStream Stream { get; }

    /// <summary>Cancelled when whoever uses the stream has closed it.</summary>
    public CancellationToken Closed => closed.Token;

    public byte[] Leaf => leaf ?? throw new InvalidOperationException("The handshake has not completed");

    public IReadOnlyList<byte[]> Others { get; private set; } = [];

    public byte? FirstByte => transport.FirstByte;

    /// <summary>What this side was asked to present; null when it would present nothing.</summary>
    public ClientIdentity? Identity { get; private set; }

    public CertificateSighting Sighting { get; set; } = null!;

    /// <summary>The version of the store that the judgement has seen at least.</summary>
    public long JudgedAt { get; set; }

    public async Task AuthenticateAsync(Fqdn name, int maxCertificates, ClientIdentity? identity, CancellationToken cancellationToken)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = name.Ascii,
            EnabledSslProtocols = TlsPolicy.Protocols,
            CipherSuitesPolicy = TlsPolicy.CipherSuites,
            ApplicationProtocols = TlsPolicy.ApplicationProtocols,
            // A resumed session shows no certificate of now, and renegotiation could show another (P8, T15, T20).
            AllowTlsResume = false,
            AllowRenegotiation = false,
            // The platform builds a chain before it calls back: it must contact nobody (T29).
            CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
            RemoteCertificateValidationCallback = (_, certificate, chain, _) => Capture(certificate, chain, maxCertificates),
            LocalCertificateSelectionCallback = identity is null ? null : (_, _, _, remote, _) => identity.Choose(remote),
        };
        Identity = identity;
        await Stream.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
        if (leaf is null)
            throw new AuthenticationException("No certificate was presented");
    }

    /// <summary>Ends the connection at once; what was not sent yet is dropped.</summary>
    public void Cut()
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            // Closed already by the other side or by its user.
            _ = ex;
        }

        socket.Dispose();
    }

    public void Dispose()
    {
        Stream.Dispose();
        closed.Dispose();
    }

    // Captures only; see the remarks of TlsConnector. A second call would be another certificate on a judged connection.
    private bool Capture(X509Certificate? certificate, X509Chain? chain, int maxCertificates)
    {
        if (certificate is null || leaf is not null)
            return false;
        Others = chain is null ? [] : [.. chain.ChainPolicy.ExtraStore.Take(maxCertificates).Select(other => other.RawData)];
        leaf = certificate.GetRawCertData();
        return true;
    }

    /// <summary>Remembers the first byte that came, which tells TLS from everything else.</summary>
    private sealed class FirstByteStream(Socket socket, CancellationTokenSource closed) : NetworkStream(socket, ownsSocket: true)
    {
        public byte? FirstByte { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            FirstByte is null && buffer.Length > 0 ? ReadFirstAsync(buffer, cancellationToken) : base.ReadAsync(buffer, cancellationToken);

        private async ValueTask<int> ReadFirstAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            var read = await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read > 0)
                FirstByte = buffer.Span[0];
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing)
                closed.Cancel();
        }
    }
}
