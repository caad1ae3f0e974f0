#pragma warning disable CA5359 // the client is not what is tested
using System.Net.Security;
using System.Net.Sockets;
using CoreSync.Application.Cores;
using CoreSync.Application.Trust;
using CoreSync.EndToEnd.Tests.Cli;
using CoreSync.Errors;
using CoreSync.Testing;
using CoreSync.Testing.Tls;
using CoreSync.Trust;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class T12_own_certificate : IDisposable
{
    private readonly TempDirectory files = new();

    [Fact]
    public async Task A_running_core_takes_another_certificate_without_a_restart_and_open_connections_go_on()
    {
        await using var pair = await CorePair.CreateAsync();
        using var chosen = TestCertificates.SelfSigned(pair.Target.Name);
        var old = (await pair.Target.AskAsync(new ShowIdentity())).Certificate.Fingerprint;
        await using var open = await ShakeHandsAsync(pair.Target);

        await pair.Target.AskAsync(new UseCertificate(new PfxSource(CertificateFiles.WritePfx(files.At("own.pfx"), chosen, "a password of the file"), "a password of the file")));
        await using var fresh = await ShakeHandsAsync(pair.Target);

        Assert.Equal(old, PresentedBy(open));
        Assert.Equal(CertificateFingerprint.Of(chosen.RawData), PresentedBy(fresh));
        Assert.StartsWith("HTTP/1.1 200", await GetAsync(open, pair.Target.Name), StringComparison.Ordinal);
        var job = Assert.Single(await pair.Source.SyncAsync());
        Assert.Equal("trust.certificate-changed", job.ErrorCode);
        await pair.Source.AskAsync(new TrustTargetCore(pair.Target.Name, CertificateFingerprint.Of(chosen.RawData).ToString()));
        await pair.Source.SyncedAsync();
    }

    [Fact]
    public async Task A_broken_file_keeps_the_certificate_before_and_is_told_in_log_and_status()
    {
        await using var pair = await CorePair.CreateAsync();
        using var chosen = TestCertificates.SelfSigned(pair.Target.Name);
        var file = CertificateFiles.WritePfx(files.At("own.pfx"), chosen);
        await pair.Target.AskAsync(new UseCertificate(new PfxSource(file, null)));
        await pair.Source.AskAsync(new TrustTargetCore(pair.Target.Name, CertificateFingerprint.Of(chosen.RawData).ToString()));
        await pair.Source.SyncedAsync();

        await File.WriteAllTextAsync(file, "half a certificate");
        await Eventually.IsTrueAsync(() => Task.FromResult(pair.Target.Log().Any(line => line.Contains(" 1022 ", StringComparison.Ordinal))), "the broken file is logged though nobody connects");

        var logged = Kept(pair.Target);
        await pair.Source.PutAsync("queries", "Laptops", "{}");
        await pair.Source.SyncedAsync();
        Assert.Equal(logged, Kept(pair.Target));
        var status = await pair.Target.AskAsync(new GetStatus());
        Assert.Contains(status.Problems, problem => problem.Error is IdentityUnusableError unusable && unusable.File == file);
    }

    [Fact]
    public async Task The_command_line_names_all_faults_at_once_and_changes_nothing()
    {
        using var sandbox = new CliSandbox();
        var core = await sandbox.Core("core.example.net").InitAsync();
        var before = await core.FingerprintAsync();
        using var bad = TestCertificates.SelfSigned(
            "elsewhere.example.net", from: TimeProvider.System.GetUtcNow().AddDays(-10), until: TimeProvider.System.GetUtcNow().AddDays(-1), purposes: [TestCertificates.ClientAuthentication]);
        var certificate = CertificateFiles.WritePem(files.At("own.crt"), bad);
        var key = CertificateFiles.WriteKey(files.At("own.key"), bad);

        var refused = (await core.RunAsync("identity", "use", "--pem", certificate, key)).Refuses(2, "identity.name-not-covered", "core.example.net", "elsewhere.example.net");

        Assert.Equal(
            ["identity.not-valid-now", "identity.wrong-purpose"], refused.Problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString()));
        Assert.Equal(before, await core.FingerprintAsync());
        (await core.RunAsync("identity", "use")).Refuses(2, "usage.invalid");
        (await core.RunAsync("identity", "use", "--generated", "--pfx", certificate)).Refuses(2, "usage.invalid");

        using var good = TestCertificates.SelfSigned("core.example.net");
        CertificateFiles.WritePfx(files.At("own.pfx"), good, "secret of the file");
        var used = (await core.RunWithInputAsync("secret of the file\n", "identity", "use", "--pfx", files.At("own.pfx"), "--password-stdin")).Exits(0).Json;
        Assert.Equal("pfx", used.GetProperty("source").GetString());
        Assert.Equal(CertificateFingerprint.Of(good.RawData).ToString(), await core.FingerprintAsync());
        (await core.RunAsync("identity", "renew")).Refuses(9, "identity.not-generated", "own.pfx");
        await core.DoAsync("identity", "use", "--generated");
        Assert.Equal(before, await core.FingerprintAsync());
    }

    private static int Kept(RealCore core) => core.Log().Count(line => line.Contains(" 1022 ", StringComparison.Ordinal));

    private static async Task<SslStream> ShakeHandsAsync(RealCore core)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(core.Address);
        var stream = new SslStream(socket.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = core.Name, RemoteCertificateValidationCallback = (_, _, _, _) => true });
        return stream;
    }

    private static CertificateFingerprint PresentedBy(SslStream stream) => CertificateFingerprint.Of(stream.RemoteCertificate!.GetRawCertData());

    private static async Task<string> GetAsync(SslStream stream, string host)
    {
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET /health/live HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    public void Dispose() => files.Dispose();
}
