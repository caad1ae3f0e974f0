using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using CoreSync.Application;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Infrastructure.Tests.Wire;
using CoreSync.Infrastructure.Tls;
using CoreSync.Settings;
using CoreSync.Testing.Tls;
using CoreSync.Trust;

namespace CoreSync.Infrastructure.Tests.Tls;

/// <summary>What holds on each connection: fresh handshakes, no proxy, cut when trust ends (P6–P8, T6).</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task Each_connection_shakes_hands_in_full_and_is_judged_once()
    {
        using var certificate = TestCertificates.SelfSigned(TlsBench.TargetName);
        await using var server = new HostileTarget(certificate) { Protocols = SslProtocols.Tls13, Answer = _ => HostileTarget.Http("404 Not Found", "text/html", "") };
        await using var bench = new TlsBench();
        var target = bench.AddTarget(server.Port);
        bench.Trust(target, certificate);
        var connector = bench.Get<TlsConnector>();

        for (var i = 0; i < 3; i++)
        {
            var connected = await connector.ConnectAsync(target, new ConnectionTrace(), CancellationToken.None);
            using var connection = connected.Value;
            // Read once, so that a session ticket of the server has surely arrived.
            await connection.Stream.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
            Assert.NotEqual(0, await connection.Stream.ReadAsync(new byte[100]));
        }

        Assert.Equal(3, server.Handshakes);
        Assert.Equal([false, false, false], server.Hellos.Select(OffersResumption));
    }

    [Fact]
    public async Task Resumption_would_be_seen_if_it_were_offered()
    {
        using var certificate = TestCertificates.SelfSigned(TlsBench.TargetName);
        await using var server = new HostileTarget(certificate) { Protocols = SslProtocols.Tls13, Answer = _ => HostileTarget.Http("404 Not Found", "text/html", "") };

        for (var i = 0; i < 2; i++)
            await RawHttp.SendAsync(server.Port, "GET / HTTP/1.1\r\n\r\n", options => options.AllowTlsResume = true, answers: 1);

        Assert.True(OffersResumption(server.Hellos.Last()));
    }

    [Fact]
    public async Task A_certificate_that_alternates_between_connections_blocks_at_the_first_other_one()
    {
        using var good = TestCertificates.SelfSigned(TlsBench.TargetName);
        using var evil = TestCertificates.SelfSigned(TlsBench.TargetName);
        await using var server = new HostileTarget(number => number % 2 == 0 ? good : evil) { Answer = _ => HostileTarget.Http("404 Not Found", "text/html", "") };
        await using var bench = new TlsBench();
        var target = bench.AddTarget(server.Port);
        bench.Trust(target, good);

        var errors = new List<CoreSyncError>();
        for (var i = 0; i < 3; i++)
            errors.Add((await bench.ConnectAsync(target)).FirstError());

        await server.DrainAsync();
        Assert.Equal([typeof(TargetNotACoreError), typeof(CertificateChangedError), typeof(CertificateChangedError)], errors.Select(error => error.GetType()));
        Assert.Single(Encoding.UTF8.GetString(server.Received).Split(TlsBench.Canary)[1..]);
        Assert.Single(bench.Stores.History, entry => entry.Event.Kind == TrustEventKind.CertificateChanged);
        Assert.False(bench.Certificates.Contains(CertificateFingerprint.Of(good.RawData)));
    }

    [Theory]
    [InlineData("https_proxy")]
    [InlineData("HTTPS_PROXY")]
    [InlineData("all_proxy")]
    [InlineData("ALL_PROXY")]
    public async Task A_proxy_of_the_environment_is_not_contacted(string variable)
    {
        await using var proxy = new HostileTarget { Hostility = Hostility.StaysSilent };
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        Environment.SetEnvironmentVariable(variable, $"http://127.0.0.1:{proxy.Port}");
        try
        {
            await using var connection = await PeerConnectionTests.EnterAsync(host, bench);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }

        Assert.Equal(0, proxy.Connections);
    }

    [Fact]
    public async Task A_target_that_offers_weak_suites_alone_is_not_spoken_to()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Suites can be chosen on Linux only");
        using var certificate = TestCertificates.SelfSigned(TlsBench.TargetName);
#pragma warning disable CA1416
        await using var server = new HostileTarget(certificate)
        {
            Protocols = SslProtocols.Tls12,
            Suites = new CipherSuitesPolicy([TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA]),
        };
#pragma warning restore CA1416
        await using var bench = new TlsBench();

        var probed = await bench.Connector.ProbeAsync(bench.AddTarget(server.Port).Address, CancellationToken.None);

        Assert.IsType<TargetTlsFailedError>(probed.FirstError());
    }

    [Theory]
    [InlineData("removed", typeof(TrustRemovedError))]
    [InlineData("declined", typeof(TrustDeclinedError))]
    [InlineData("changed", typeof(CertificateChangedError))]
    [InlineData("store", typeof(CertificateNotInStoreError))]
    [InlineData("target gone", typeof(TrustRemovedError))]
    [InlineData("unreadable", typeof(StoreUnavailableError))]
    public async Task A_running_call_ends_with_the_reason_when_trust_ends(string how, Type error)
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        await using var connection = await PeerConnectionTests.EnterAsync(host, bench);
        var target = (await ((ITargetStore)bench.Stores).ListAsync(CancellationToken.None)).Single();
        var arrived = new TaskCompletionSource();
        var hungUp = new TaskCompletionSource();
        host.Sink.Pause = async stopped =>
        {
            await using var _ = stopped.Register(hungUp.SetResult);
            arrived.SetResult();
            await hungUp.Task;
        };

        var running = connection.ApplyAsync(SomeBatch.Queries, SomeBatch.Of(bench.Stores.Current.Id, "a"), CancellationToken.None);
        await arrived.Task;
        var started = TimeProvider.System.GetTimestamp();
        var now = TimeProvider.System.GetUtcNow();
        switch (how)
        {
            case "removed": bench.Change(target, record => record.Remove(now)); break;
            case "declined": bench.Change(target, record => record.Decline(now)); break;
            case "changed": bench.Change(target, record => record.ObserveChange(record.Authorised!.Certificate, [], now)); break;
            case "target gone": await bench.Stores.RemoveAsync(target.Id, CancellationToken.None); break;
            case "store":
                bench.Certificates.Remove(bench.Record(target).Authorised!.Fingerprint);
                await bench.Stores.SetAsync(Setting.SyncRetries, "4", CancellationToken.None);
                break;
            case "unreadable":
                bench.Stores.Fault = new StoreUnavailableError("test");
                await bench.Stores.SetAsync(Setting.SyncRetries, "4", CancellationToken.None);
                break;
        }

        var ended = await running;

        Assert.IsType(error, ended.FirstError());
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(1));
        await hungUp.Task.WaitAsync(TimeSpan.FromSeconds(5));
        bench.Stores.Fault = null;
        var later = await connection.ApplyAsync(SomeBatch.Queries, SomeBatch.Of(bench.Stores.Current.Id, "b"), CancellationToken.None);
        Assert.IsType(error, later.FirstError());
        Assert.Single(host.Sink.Batches);
    }

    [Fact]
    public async Task Trust_that_ends_between_judgement_and_first_byte_is_noticed()
    {
        using var certificate = TestCertificates.SelfSigned(TlsBench.TargetName);
        await using var bench = new TlsBench();
        CoreSync.Servers.CoreServer? target = null;
        await using var server = new HostileTarget(certificate)
        {
            // The sign-in arrives after the judgement: the answer comes only when the trust has ended.
            Answer = _ =>
            {
                bench.Change(target!, record => record.Remove(TimeProvider.System.GetUtcNow()));
                return null;
            },
        };
        target = bench.AddTarget(server.Port);
        bench.Trust(target, certificate);

        var connected = await bench.ConnectAsync(target);

        Assert.IsType<TrustRemovedError>(connected.FirstError());
        Assert.Equal(Servers.ConnectionState.NotTrusted, target.LastContact.State);
    }

    // Walks a ClientHello to its extensions and looks for pre_shared_key, number 41 (RFC 8446, 4.1.2 and 4.2.11).
    private static bool OffersResumption(byte[] hello)
    {
        var at = 5 + 4 + 2 + 32;
        at += 1 + hello[at];
        at += 2 + (hello[at] << 8) + hello[at + 1];
        at += 1 + hello[at];
        var end = at + 2 + (hello[at] << 8) + hello[at + 1];
        for (at += 2; at < end; at += 4 + (hello[at + 2] << 8) + hello[at + 3])
        {
            if (hello[at] == 0 && hello[at + 1] == 41)
                return true;
        }

        return false;
    }

    [Fact]
    public async Task Writes_that_change_no_trust_leave_connections_alone()
    {
        await using var host = await PeerHost.StartAsync();
        await using var bench = new TlsBench();
        await using var connection = await PeerConnectionTests.EnterAsync(host, bench);

        for (var i = 1; i < 50; i++)
        {
            await bench.Stores.SetAsync(Setting.SyncRetries, i.ToString(System.Globalization.CultureInfo.InvariantCulture), CancellationToken.None);
            Assert.True((await connection.ApplyAsync(SomeBatch.Queries, SomeBatch.Of(bench.Stores.Current.Id, "a"), CancellationToken.None)).IsSuccess);
        }
    }
}
