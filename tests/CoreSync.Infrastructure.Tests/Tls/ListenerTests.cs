#pragma warning disable CA1416 // what is Unix only is skipped elsewhere
using System.Net.Security;
using System.Security.Authentication;
using CoreSync.Application;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Infrastructure.Tests.Wire;
using CoreSync.Trust;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Tests.Tls;

/// <summary>How this core listens for others (P9–P11, T12, T19).</summary>
public sealed class ListenerTests
{
    [Fact]
    public async Task Only_TLS_with_authenticated_encryption_and_forward_secrecy_is_spoken()
    {
        await using var host = await PeerHost.StartAsync();

        Assert.True(await RawHttp.ShakesHandsAsync(host.Port, options => options.EnabledSslProtocols = SslProtocols.Tls13));
        Assert.True(await RawHttp.ShakesHandsAsync(host.Port, options => options.EnabledSslProtocols = SslProtocols.Tls12));
#pragma warning disable SYSLIB0039, CA5397, CA5398 // obsolete on purpose
        Assert.False(await RawHttp.ShakesHandsAsync(host.Port, options => options.EnabledSslProtocols = SslProtocols.Tls11));
        Assert.False(await RawHttp.ShakesHandsAsync(host.Port, options => options.EnabledSslProtocols = SslProtocols.Tls));
#pragma warning restore SYSLIB0039, CA5397, CA5398
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Suites can be chosen on Linux only");
        Assert.False(await ShakesHandsWithAsync(host, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256));
        Assert.False(await ShakesHandsWithAsync(host, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA));
        Assert.False(await ShakesHandsWithAsync(host, TlsCipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256));
        Assert.True(await ShakesHandsWithAsync(host, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256));
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_at_the_next_handshake_and_blocks_who_trusted_the_old_one()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        var connection = await PeerConnectionTests.EnterAsync(host, bench);
        await connection.DisposeAsync();
        var target = (await ((ITargetStore)bench.Stores).ListAsync(CancellationToken.None)).Single();
        var old = host.Identity.Describe().Value.Fingerprint;

        Assert.True(host.Identity.Renew(host.Stores.Current.Name, keepKey: false).IsSuccess);
        var connected = await bench.ConnectAsync(target);

        var error = Assert.IsType<CertificateChangedError>(connected.FirstError());
        Assert.Equal((host.Identity.Describe().Value.Fingerprint.ToString(), old.ToString()), (error.Presented, error.Trusted));
        Assert.Equal(TrustState.Changed, bench.Record(target).State);
        Assert.False(bench.Certificates.Contains(old));
    }

    [Fact]
    public async Task A_certificate_file_that_becomes_unusable_leaves_the_listener_with_the_one_before()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        var target = PeerConnectionTests.Trusted(host, bench);
        var file = Path.Combine(host.DataDirectory, "keys", "own-certificate.pem");

        await File.WriteAllTextAsync(file, "no certificate");
        var probed = await bench.Connector.ProbeAsync(target.Address, CancellationToken.None);

        Assert.True(probed.IsSuccess);
        Assert.IsType<IdentityUnusableError>(host.Identity.Describe().FirstError());
    }

    [Fact]
    public async Task The_default_certificate_is_what_another_core_must_see()
    {
        await using var host = await PeerHost.StartAsync();

        var shown = host.Identity.Describe().Value;

        Assert.Equal("CN=CoreSync Secure Token Server", shown.Subject);
        Assert.Equal([PeerHost.Name], shown.DnsNames);
        Assert.Equal(("EC", 256, "sha256ECDSA", false), (shown.KeyAlgorithm, shown.KeyBits, shown.SignatureAlgorithm, shown.IsAuthority));
        Assert.Equal([CertificateProblem.SelfSigned], CertificateAssessment.Assess(shown, host.Stores.Current.Name, TimeProvider.System.GetUtcNow(), TrustPolicy.Default));
    }

    [Theory]
    [InlineData("two lengths", "POST /coresync/v1/sign-in HTTP/1.1\r\nHost: target.example.net\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}")]
    [InlineData("bare line feed in a chunk", "POST /coresync/v1/sign-in HTTP/1.1\r\nHost: target.example.net\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2;\n{}\r\n0\r\n\r\n")]
    [InlineData("no host", "GET /coresync/v1/core HTTP/1.1\r\n\r\n")]
    [InlineData("two hosts", "GET /coresync/v1/core HTTP/1.1\r\nHost: target.example.net\r\nHost: evil.example\r\n\r\n")]
    [InlineData("space before the colon", "GET /coresync/v1/core HTTP/1.1\r\nHost : target.example.net\r\n\r\n")]
    public async Task A_request_that_two_readers_understand_differently_is_refused(string what, string request)
    {
        await using var host = await PeerHost.StartAsync();

        var answer = await RawHttp.SendAsync(host.Port, request);

        Assert.True(answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), $"{what}: {answer}");
        Assert.Single(answer.Split("HTTP/1.1 ")[1..]);
    }

    [Fact]
    public async Task A_request_hidden_behind_two_kinds_of_length_is_not_served()
    {
        await using var host = await PeerHost.StartAsync();
        const string Hidden = "GET /coresync/v1/core HTTP/1.1\r\nHost: target.example.net\r\n\r\n";

        var answer = await RawHttp.SendAsync(
            host.Port, $"POST /coresync/v1/sign-in HTTP/1.1\r\nHost: target.example.net\r\nContent-Length: {Hidden.Length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Hidden}");

        Assert.Single(answer.Split("HTTP/1.1 ")[1..]);
    }

    [Fact]
    public async Task The_server_does_not_introduce_itself_and_limits_everything()
    {
        await using var host = await PeerHost.StartAsync();

        var answer = await RawHttp.SendAsync(host.Port, "GET / HTTP/1.1\r\nHost: target.example.net\r\nConnection: close\r\n\r\n");

        Assert.DoesNotContain("\r\nServer:", answer, StringComparison.OrdinalIgnoreCase);
        var limits = host.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;
        Assert.NotNull(limits.MaxConcurrentConnections);
        Assert.NotNull(limits.MaxRequestBodySize);
        Assert.NotNull(limits.MinRequestBodyDataRate);
        Assert.NotNull(limits.MinResponseDataRate);
    }

    private static async Task<bool> ShakesHandsWithAsync(PeerHost host, TlsCipherSuite suite) => await RawHttp.ShakesHandsAsync(host.Port, options =>
    {
        options.EnabledSslProtocols = SslProtocols.Tls12;
        options.CipherSuitesPolicy = new CipherSuitesPolicy([suite]);
    });

    [Fact]
    public async Task Without_a_usable_certificate_nothing_listens()
    {
        await using var host = await PeerHost.StartAsync();
        Assert.SkipUnless(!OperatingSystem.IsWindows(), "Modes exist on Unix only");
        var file = Path.Combine(host.DataDirectory, "keys", "own-certificate.pem");

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var error = Assert.Throws<CoreSyncException>(
            () => CoreSync.Infrastructure.Tls.CoreSyncListener.ConfigureCoreSyncListener(new KestrelServerOptions(), new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0), host.Services));

        Assert.Contains("0640", Assert.IsType<IdentityUnusableError>(error.Error).Message, StringComparison.Ordinal);
    }
}
