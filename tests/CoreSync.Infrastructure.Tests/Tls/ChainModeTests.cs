using CoreSync.Application;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Settings;
using CoreSync.Testing;
using CoreSync.Testing.Tls;
using CoreSync.Trust;

namespace CoreSync.Infrastructure.Tests.Tls;

/// <summary>Trust by the chain where a person chose it, with roots of one's own and a real revocation list (T02, T10, T11).</summary>
public sealed class ChainModeTests : IAsyncDisposable
{
    private readonly TempDirectory directory = new();
    private readonly TestAuthority authority = TestCertificates.Authority("CN=Authority of this test");
    private readonly TlsBench bench = new();

    [Fact]
    public async Task A_sound_chain_to_a_root_of_ones_own_needs_no_person_and_may_change()
    {
        await UseRootsAsync();
        using var first = authority.Issue(TlsBench.TargetName);
        using var second = authority.Issue(TlsBench.TargetName, serial: 2);
        var shown = first;
        await using var server = new HostileTarget(_ => shown) { Answer = _ => HostileTarget.Http("404 Not Found", "text/html", ""), Others = [authority.Certificate] };
        var target = Chain(bench.AddTarget(server.Port));

        Assert.IsType<TargetNotACoreError>((await bench.ConnectAsync(target)).FirstError());
        Assert.Equal((TrustState.Trusted, "chain mode"), (bench.Record(target).State, bench.Record(target).Authorised!.By));
        Assert.True(bench.Certificates.Contains(CertificateFingerprint.Of(first.RawData)));
        shown = second;
        Assert.IsType<TargetNotACoreError>((await bench.ConnectAsync(target)).FirstError());

        Assert.Equal(CertificateFingerprint.Of(second.RawData), bench.Record(target).Authorised!.Fingerprint);
        Assert.False(bench.Certificates.Contains(CertificateFingerprint.Of(first.RawData)));
        Assert.Equal([TrustEventKind.ChainModeChosen, TrustEventKind.TrustedByChain, TrustEventKind.TrustedByChain], bench.Stores.History.Select(entry => entry.Event.Kind));

        // Back to explicit trust: nobody authorised this certificate.
        bench.Change(target, record => record.Choose(TrustMode.Explicit, bench.Time.GetUtcNow())!);
        Assert.IsType<NotReviewedError>((await bench.ConnectAsync(target)).FirstError());
    }

    public static TheoryData<string, Type> Refusals => new()
    {
        { "explicit mode", typeof(NotReviewedError) },
        { "unknown root", typeof(NotReviewedError) },
        { "self-signed", typeof(NotReviewedError) },
        { "other name", typeof(NotReviewedError) },
        { "expired", typeof(NotReviewedError) },
        { "declined", typeof(TrustDeclinedError) },
        { "removed", typeof(TrustRemovedError) },
        { "changed to a self-signed one", typeof(CertificateChangedError) },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Nothing_is_sent_in_chain_mode_when(string cell, Type error)
    {
        await UseRootsAsync();
        using var foreign = TestCertificates.Authority("CN=Another authority");
        using var certificate = cell switch
        {
            "unknown root" => foreign.Issue(TlsBench.TargetName),
            "self-signed" or "changed to a self-signed one" => TestCertificates.SelfSigned(TlsBench.TargetName),
            "other name" => authority.Issue("elsewhere.example.net"),
            "expired" => authority.Issue(TlsBench.TargetName, until: bench.Time.GetUtcNow().AddHours(-1)),
            _ => authority.Issue(TlsBench.TargetName),
        };
        await using var server = new HostileTarget(certificate) { Others = [authority.Certificate] };
        var target = bench.AddTarget(server.Port);
        if (cell != "explicit mode")
            Chain(target);
        if (cell == "declined")
            bench.Change(target, record => record.Decline(bench.Time.GetUtcNow()));
        if (cell == "removed")
            bench.Change(target, record => record.Remove(bench.Time.GetUtcNow()));
        if (cell == "changed to a self-signed one")
        {
            using var before = authority.Issue(TlsBench.TargetName);
            bench.Trust(target, before);
        }

        var connected = await bench.ConnectAsync(target);

        await server.DrainAsync();
        Assert.IsType(error, connected.FirstError());
        Assert.Empty(server.Received);
    }

    // T10: a real list, asked over HTTP; soft and hard choice when it cannot be had.
    [Theory]
    [InlineData("not revoked", "hard", true)]
    [InlineData("revoked", "hard", false)]
    [InlineData("revoked", "soft", false)]
    [InlineData("revoked", "off", true)]
    [InlineData("list cannot be had", "hard", false)]
    [InlineData("list cannot be had", "soft", true)]
    public async Task Revocation_is_asked_of_the_list_that_the_chain_names(string list, string choice, bool isAccepted)
    {
        await UseRootsAsync();
        await bench.Stores.SetAsync(Setting.Revocation, choice, CancellationToken.None);
        var revoked = authority.Revoke(list == "revoked" ? [7] : [9]);
        await using var responder = new AnsweringServer(path => list != "list cannot be had" && path == "/list.crl" ? (revoked, "application/pkix-crl") : null);
        using var certificate = authority.Issue(TlsBench.TargetName, serial: 7, address: responder.Address);
        await using var server = new HostileTarget(certificate) { Answer = _ => HostileTarget.Http("404 Not Found", "text/html", ""), Others = [authority.Certificate] };
        var target = Chain(bench.AddTarget(server.Port));

        var connected = await bench.ConnectAsync(target);

        await server.DrainAsync();
        Assert.Equal(isAccepted, connected.FirstError() is TargetNotACoreError);
        Assert.Equal(isAccepted, server.Received.Length > 0);
        Assert.Equal(choice != "off", responder.Requests > 0);
        if (list == "revoked" && choice != "off")
            Assert.Contains(CertificateProblem.Revoked, bench.Record(target).Pending!.Problems);
        if (list == "list cannot be had" && choice == "hard")
            Assert.Equal([CertificateProblem.RevocationUnknown], bench.Record(target).Pending!.Problems);
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("empty")]
    [InlineData("writable by others")]
    public async Task A_file_of_roots_that_cannot_be_used_trusts_nobody(string fault)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && fault == "writable by others", "Modes exist on Unix only");
        var file = await UseRootsAsync();
        if (fault == "absent")
            File.Delete(file);
        if (fault == "empty")
            await File.WriteAllTextAsync(file, "");
        if (fault == "writable by others" && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.OtherWrite);
        using var certificate = authority.Issue(TlsBench.TargetName);
        await using var server = new HostileTarget(certificate) { Others = [authority.Certificate] };

        var connected = await bench.ConnectAsync(Chain(bench.AddTarget(server.Port)));

        await server.DrainAsync();
        Assert.IsType<CertificateUnreadableError>(connected.FirstError());
        Assert.Empty(server.Received);
    }

    private CoreServer Chain(CoreServer target)
    {
        bench.Change(target, record => record.Choose(TrustMode.Chain, bench.Time.GetUtcNow())!);
        return target;
    }

    private async Task<string> UseRootsAsync()
    {
        var file = CertificateFiles.WritePem(directory.At("roots.pem"), authority.Certificate);
        await bench.Stores.SetAsync(Setting.RootsFile, file, CancellationToken.None);
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        await bench.DisposeAsync();
        authority.Dispose();
        directory.Dispose();
    }
}
