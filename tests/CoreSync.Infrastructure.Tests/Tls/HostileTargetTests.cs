using System.Text;
using CoreSync.Application;
using CoreSync.Errors;
using CoreSync.Testing.Tls;
using CoreSync.Trust;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.Infrastructure.Tests.Tls;

/// <summary>Nothing reaches a target before its certificate was accepted: no credential, no item, no path (T1, C4; goals G7, C09).</summary>
public sealed class HostileTargetTests
{
    [Fact]
    public async Task An_accepted_certificate_lets_the_credential_through()
    {
        using var certificate = TestCertificates.SelfSigned(TlsBench.TargetName);
        await using var server = new HostileTarget(certificate) { Answer = _ => HostileTarget.Http("404 Not Found", "text/html", "<html></html>") };
        await using var bench = new TlsBench();
        var target = bench.AddTarget(server.Port);
        bench.Trust(target, certificate);

        var connected = await bench.ConnectAsync(target);

        await server.DrainAsync();
        Assert.IsType<TargetNotACoreError>(connected.FirstError());
        Assert.Contains(TlsBench.Canary, Encoding.UTF8.GetString(server.Received), StringComparison.Ordinal);
        Assert.Equal([TlsBench.TargetName], server.Names);
    }

    public static TheoryData<string, Type> Refusals => new()
    {
        { "unknown", typeof(NotReviewedError) },
        { "changed", typeof(CertificateChangedError) },
        { "changed, same key", typeof(CertificateChangedError) },
        { "changed, same subject and serial", typeof(CertificateChangedError) },
        { "changed before", typeof(CertificateChangedError) },
        { "declined", typeof(TrustDeclinedError) },
        { "removed", typeof(TrustRemovedError) },
        { "not in the store", typeof(CertificateNotInStoreError) },
        { "expired since", typeof(CertificateInvalidError) },
        { "not yet valid any more", typeof(CertificateInvalidError) },
        { "wrong name, unknown", typeof(NotReviewedError) },
        { "issued, unknown", typeof(NotReviewedError) },
        { "client only, unknown", typeof(NotReviewedError) },
        { "authority, unknown", typeof(NotReviewedError) },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task No_byte_is_sent_to_a_target_whose_certificate_is(string cell, Type error)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        using var authority = TestCertificates.Authority();
        using var trusted = cell == "changed, same subject and serial" ? authority.Issue(TlsBench.TargetName) : TestCertificates.SelfSigned(TlsBench.TargetName, key);
        using var shown = cell switch
        {
            "changed" => TestCertificates.SelfSigned(TlsBench.TargetName),
            "changed, same key" => TestCertificates.SelfSigned(TlsBench.TargetName, key, until: time.GetUtcNow().AddYears(2)),
            "changed, same subject and serial" => authority.Issue(TlsBench.TargetName),
            "wrong name, unknown" => TestCertificates.SelfSigned("other.example.net"),
            "issued, unknown" => authority.Issue(TlsBench.TargetName),
            "client only, unknown" => TestCertificates.SelfSigned(TlsBench.TargetName, purposes: [TestCertificates.ClientAuthentication]),
            "authority, unknown" => TestCertificates.SelfSigned(TlsBench.TargetName, isAuthority: true),
            _ => trusted,
        };
        await using var server = new HostileTarget(shown);
        await using var bench = new TlsBench(time);
        var target = bench.AddTarget(server.Port);
        if (!cell.EndsWith("unknown", StringComparison.Ordinal))
            bench.Trust(target, trusted);
        switch (cell)
        {
            case "changed before": bench.Change(target, record => record.ObserveChange(record.Authorised!.Certificate, [], time.GetUtcNow())); break;
            case "declined": bench.Change(target, record => record.Decline(time.GetUtcNow())); break;
            case "removed": bench.Change(target, record => record.Remove(time.GetUtcNow())); break;
            case "not in the store": bench.Certificates.Remove(CertificateFingerprint.Of(trusted.RawData)); break;
            case "expired since": time.Advance(TimeSpan.FromDays(400)); break;
            case "not yet valid any more": time.AdjustTime(time.GetUtcNow().AddDays(-400)); break;
        }

        var connected = await bench.ConnectAsync(target);

        await server.DrainAsync();
        Assert.IsType(error, connected.FirstError());
        Assert.Empty(server.Received);
        Assert.Equal(1, server.Connections);
        Assert.Equal(1, server.Handshakes);
        Assert.Null(target.KnownCore);
        Assert.Equal(Servers.ConnectionState.NotTrusted, target.LastContact.State);
    }

    [Theory]
    [InlineData("RSA 1024")]
    [InlineData("SHA-1")]
    public async Task No_byte_is_sent_to_a_target_whose_certificate_nobody_may_authorise(string cell)
    {
        using var weak = System.Security.Cryptography.RSA.Create(cell == "RSA 1024" ? 1024 : 2048);
        using var certificate = TestCertificates.SelfSigned(TlsBench.TargetName, weak, hash: cell == "SHA-1" ? System.Security.Cryptography.HashAlgorithmName.SHA1 : null);
        await using var server = new HostileTarget(certificate);
        await using var bench = new TlsBench();
        var target = bench.AddTarget(server.Port);

        var connected = await bench.ConnectAsync(target);

        // Some platforms end the handshake by themselves, on one side or the other.
        await server.DrainAsync();
        Assert.True(connected.HasError<CertificateNotApprovableError>() || connected.HasError<TargetTlsFailedError>(), connected.FirstError().Message);
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task A_probe_sends_nothing_and_records_nothing()
    {
        using var certificate = TestCertificates.SelfSigned(TlsBench.TargetName);
        await using var server = new HostileTarget(certificate);
        await using var bench = new TlsBench();
        var target = bench.AddTarget(server.Port);
        var before = bench.Stores.Version;

        var sighting = await bench.Connector.ProbeAsync(target.Address, CancellationToken.None);

        await server.DrainAsync();
        Assert.Equal(CertificateFingerprint.Of(certificate.RawData), sighting.Value.Certificate.Fingerprint);
        Assert.Equal("TLS 1.3", sighting.Value.TlsVersion);
        Assert.Equal($"127.0.0.1:{server.Port}", sighting.Value.RemoteEndpoint);
        Assert.Empty(server.Received);
        Assert.Equal(before, bench.Stores.Version);
    }

    [Fact]
    public async Task Without_a_credential_nobody_is_contacted()
    {
        using var certificate = TestCertificates.SelfSigned(TlsBench.TargetName);
        await using var server = new HostileTarget(certificate);
        await using var bench = new TlsBench(hasCredential: false);
        var target = bench.AddTarget(server.Port);
        bench.Trust(target, certificate);

        var connected = await bench.ConnectAsync(target);

        Assert.IsType<CredentialsMissingError>(connected.FirstError());
        Assert.Equal(0, server.Connections);
    }

    [Theory]
    [InlineData(Hostility.SpeaksPlainText, typeof(TargetNotTlsError))]
    [InlineData(Hostility.GreetsFirst, typeof(TargetNotTlsError))]
    [InlineData(Hostility.ResetsInHandshake, typeof(TargetUnreachableError))]
    [InlineData(Hostility.ClosesInHandshake, typeof(TargetTlsFailedError))]
    [InlineData(Hostility.StaysSilent, typeof(TargetTimeoutError))]
    public async Task A_handshake_that_does_not_complete_leaves_the_trust_as_it_was(Hostility hostility, Type error)
    {
        using var certificate = TestCertificates.SelfSigned(TlsBench.TargetName);
        await using var server = new HostileTarget(certificate) { Hostility = hostility };
        await using var bench = new TlsBench();
        await bench.Stores.SetAsync(CoreSync.Settings.Setting.NetworkTimeout, "1", CancellationToken.None);
        var target = bench.AddTarget(server.Port);
        bench.Trust(target, certificate);
        var history = bench.Stores.History.Count;

        var connected = await bench.ConnectAsync(target);

        Assert.IsType(error, connected.FirstError());
        Assert.Equal(TrustState.Trusted, bench.Record(target).State);
        Assert.Equal(history, bench.Stores.History.Count);
        Assert.True(bench.Certificates.Contains(CertificateFingerprint.Of(certificate.RawData)));
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_unreachable()
    {
        int port;
        await using (var gone = new HostileTarget())
            port = gone.Port;
        await using var bench = new TlsBench();

        var probed = await bench.Connector.ProbeAsync(bench.AddTarget(port).Address, CancellationToken.None);

        Assert.IsType<TargetUnreachableError>(probed.FirstError());
    }

    [Fact]
    public async Task A_name_without_address_is_told_as_such()
    {
        await using var bench = new TlsBench();
        var address = new Servers.CoreAddress(Servers.Fqdn.Parse("nobody.invalid").Value);

        var probed = await bench.Connector.ProbeAsync(address, CancellationToken.None);

        Assert.IsType<TargetUnresolvedError>(probed.FirstError());
    }

    [Theory]
    [InlineData("301 Moved Permanently", typeof(TargetRedirectedError))]
    [InlineData("302 Found", typeof(TargetRedirectedError))]
    [InlineData("307 Temporary Redirect", typeof(TargetRedirectedError))]
    [InlineData("308 Permanent Redirect", typeof(TargetRedirectedError))]
    public async Task A_redirect_is_an_error_and_is_not_followed(string status, Type error)
    {
        using var certificate = TestCertificates.SelfSigned(TlsBench.TargetName);
        await using var elsewhere = new HostileTarget(certificate);
        await using var server = new HostileTarget(certificate)
        {
            Answer = _ => HostileTarget.Http(status, "text/html", "", $"Location: https://127.0.0.1:{elsewhere.Port}/\r\nRefresh: 0\r\nAlt-Svc: h3=\":{elsewhere.Port}\"\r\n"),
        };
        await using var bench = new TlsBench();
        var target = bench.AddTarget(server.Port);
        bench.Trust(target, certificate);

        var connected = await bench.ConnectAsync(target);

        Assert.IsType(error, connected.FirstError());
        Assert.Equal(0, elsewhere.Connections);
    }

    public static TheoryData<string, byte[]> WrongAnswers => new()
    {
        { "HTML", HostileTarget.Http("200 OK", "text/html", "<html>hello</html>") },
        { "nothing", HostileTarget.Http("200 OK", "application/json", "") },
        { "no content", Encoding.ASCII.GetBytes("HTTP/1.1 204 No Content\r\n\r\n") },
        { "JSON of somebody else", HostileTarget.Http("200 OK", "application/json", "{\"hello\":\"world\"}") },
        { "JSON of somebody else, header and all", HostileTarget.Http("200 OK", "application/json", "{\"hello\":\"world\"}", "CoreSync-Protocol: 1\r\n") },
        { "broken JSON", HostileTarget.Http("200 OK", "application/json", "{\"token\":", "CoreSync-Protocol: 1\r\n") },
        { "a member twice", HostileTarget.Http("200 OK", "application/json", "{\"token\":\"a\",\"token\":\"b\",\"expiresInSeconds\":1}", "CoreSync-Protocol: 1\r\n") },
        { "a token that is a header", HostileTarget.Http("200 OK", "application/json", "{\"token\":\"a\\r\\nX: y\",\"expiresInSeconds\":1}", "CoreSync-Protocol: 1\r\n") },
        { "no HTTP", Encoding.ASCII.GetBytes("220 mail.example.net ESMTP\r\n\r\n\r\n") },
        { "401 with Negotiate", HostileTarget.Http("401 Unauthorized", "text/plain", "", "WWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\n") },
        { "endless headers", Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X-Filler: " + new string('x', 1000) + "\r\n", 100)) + "\r\n") },
    };

    [Theory]
    [MemberData(nameof(WrongAnswers))]
    public async Task A_trusted_target_that_is_no_core_is_told_as_such(string cell, byte[] answer)
    {
        using var certificate = TestCertificates.SelfSigned(TlsBench.TargetName);
        await using var server = new HostileTarget(certificate) { Answer = _ => answer };
        await using var bench = new TlsBench();
        var target = bench.AddTarget(server.Port);
        bench.Trust(target, certificate);

        var connected = await bench.ConnectAsync(target);

        var error = connected.FirstError();
        Assert.True(error is TargetNotACoreError, $"{cell}: {error.Code} {error.Message}");
        Assert.Equal(Servers.ConnectionState.WrongPeer, target.LastContact.State);
        Assert.Single(Encoding.Latin1.GetString(server.Received).Split("POST /coresync/v1/sign-in")[1..]);
    }
}
