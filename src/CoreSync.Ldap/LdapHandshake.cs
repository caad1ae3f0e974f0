using System.Formats.Asn1;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Errors;
using CoreSync.Infrastructure.Tls;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Ldap;

/// <summary>Reaches the server and judges its certificate before libldap speaks to it: libldap judges as well, but neither tells why it refuses nor ends in time.</summary>
internal sealed class LdapHandshake(CertificateReader reader, TimeProvider time)
{
    private const string StartTlsOid = "1.3.6.1.4.1.1466.20037";
    private static readonly Asn1Tag ExtendedRequest = new(TagClass.Application, 23, isConstructed: true);
    private static readonly Asn1Tag ExtendedResponse = new(TagClass.Application, 24, isConstructed: true);

    /// <summary>One handshake, nothing after it; the step that fails is the last one told of.</summary>
    /// <param name="configuration">Where.</param>
    /// <param name="pass">Told of each step that is good: server, tls, certificate.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Fails with <see cref="AccountDirectoryUnavailableError"/> or <see cref="AccountDirectoryUntrustedError"/>.</returns>
    public async Task<Result> TryAsync(LdapConfiguration configuration, Action<string, string> pass, CancellationToken cancellationToken)
    {
        using var deadline = new LinkedDeadline(configuration.Timeout, time, cancellationToken);
        var seen = new Sighting();
        var step = "server";
        try
        {
            var addresses = await Dialer.ResolveAsync(configuration.Address.Host, deadline.Token).ConfigureAwait(false);
            using var socket = await Dialer.DialAsync(addresses, configuration.Port, time, deadline.Token).ConfigureAwait(false);
            pass(step, socket.RemoteEndPoint?.ToString() ?? "");

            step = "tls";
            var transport = new NetworkStream(socket, ownsSocket: false);
            await using (transport.ConfigureAwait(false))
            {
                if (!configuration.IsLdaps && await AskForTlsAsync(transport, deadline.Token).ConfigureAwait(false) is { } refusal)
                    return Unavailable(configuration, refusal);
                var stream = new SslStream(transport, leaveInnerStreamOpen: true);
                await using (stream.ConfigureAwait(false))
                {
                    await stream.AuthenticateAsClientAsync(Options(configuration, seen), deadline.Token).ConfigureAwait(false);
                    pass(step, TlsPolicy.Name(stream.SslProtocol));
                    pass("certificate", seen.Detail);
                    return Result.Ok();
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Unavailable(configuration, $"no answer within {configuration.Timeout.TotalSeconds:0} s");
        }
        catch (Exception ex) when (ex is SocketException or IOException or AuthenticationException or CryptographicException or AsnContentException)
        {
            if (seen.Problems is not { Count: > 0 } problems)
                return Unavailable(configuration, ex.InnerException?.Message ?? ex.Message);
            pass("tls", "");
            return Result.Fail(new AccountDirectoryUntrustedError(configuration.Server, seen.Fingerprint, ProblemList.Text(problems)));
        }
    }

    private static Result Unavailable(LdapConfiguration configuration, string reason) => Result.Fail(new AccountDirectoryUnavailableError(configuration.Server, reason));

    private SslClientAuthenticationOptions Options(LdapConfiguration configuration, Sighting seen) => new()
    {
        TargetHost = configuration.Address.Host,
        EnabledSslProtocols = TlsPolicy.Protocols,
        CipherSuitesPolicy = TlsPolicy.CipherSuites,
        AllowTlsResume = false,
        AllowRenegotiation = false,
        CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
        RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
        {
            if (certificate is not X509Certificate2 leaf)
                return false;
            var others = chain?.ChainPolicy.ExtraStore.Take(16).Select(other => other.RawData).ToList() ?? [];
            seen.Fingerprint = CertificateFingerprint.Of(leaf.RawData).ToString();
            seen.Detail = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{seen.Fingerprint}, until {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd}");
            seen.Problems = configuration.Trust.Judge(leaf, others, configuration.Address.Host, reader, time.GetUtcNow());
            return seen.Problems.Count == 0;
        },
    };

    // RFC 4511, 4.14: the one request that may go in clear; it holds nothing.
    private static async Task<string?> AskForTlsAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var request = new AsnWriter(AsnEncodingRules.BER);
        using (request.PushSequence())
        {
            request.WriteInteger(1);
            using (request.PushSequence(ExtendedRequest))
                request.WriteOctetString(System.Text.Encoding.ASCII.GetBytes(StartTlsOid), new Asn1Tag(TagClass.ContextSpecific, 0));
        }

        await stream.WriteAsync(request.Encode(), cancellationToken).ConfigureAwait(false);
        var answer = await ReadMessageAsync(stream, cancellationToken).ConfigureAwait(false);
        var message = new AsnReader(answer, AsnEncodingRules.BER).ReadSequence();
        message.ReadInteger();
        var result = message.ReadSequence(ExtendedResponse).ReadEnumeratedBytes();
        return result.Span is [0] ? null : $"it does not offer StartTLS (result {Convert.ToHexString(result.Span)})";
    }

    // One BER element of at most 64 KiB; nothing is read beyond it, since what follows is TLS.
    private static async Task<byte[]> ReadMessageAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var head = new byte[6];
        await stream.ReadExactlyAsync(head.AsMemory(0, 2), cancellationToken).ConfigureAwait(false);
        var lengthBytes = head[1] < 0x80 ? 0 : head[1] & 0x7F;
        if (lengthBytes > 4)
            throw new AsnContentException();
        await stream.ReadExactlyAsync(head.AsMemory(2, lengthBytes), cancellationToken).ConfigureAwait(false);
        long length = lengthBytes == 0 ? head[1] : 0;
        for (var i = 0; i < lengthBytes; i++)
            length = (length << 8) | head[2 + i];
        if (length is 0 or > 64 * 1024)
            throw new AsnContentException();
        var message = new byte[2 + lengthBytes + (int)length];
        head.AsSpan(0, 2 + lengthBytes).CopyTo(message);
        await stream.ReadExactlyAsync(message.AsMemory(2 + lengthBytes), cancellationToken).ConfigureAwait(false);
        return message;
    }

    /// <summary>What the server showed.</summary>
    private sealed class Sighting
    {
        public string Fingerprint { get; set; } = "";

        public string Detail { get; set; } = "";

        public IReadOnlyList<CertificateProblem>? Problems { get; set; }
    }
}
