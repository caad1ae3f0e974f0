using System.Security.Cryptography.X509Certificates;
using CoreSync.Application;
using CoreSync.Errors;
using CoreSync.Settings;
using CoreSync.Testing;
using CoreSync.Testing.Tls;
using CoreSync.Trust;

namespace CoreSync.Infrastructure.Tests.Tls;

/// <summary>Whether a certificate is revoked, asked of a real responder (T10): soft and hard choice for every way in which the answer can fail.</summary>
public sealed class RevocationTests : IDisposable
{
    private readonly TempDirectory directory = new();
    private readonly TestAuthority authority = TestCertificates.Authority($"CN=Authority {Guid.NewGuid():N}");
    private readonly TestAuthority stranger = TestCertificates.Authority($"CN=Stranger {Guid.NewGuid():N}");

    public void Dispose()
    {
        authority.Dispose();
        stranger.Dispose();
        directory.Dispose();
    }

    public static TheoryData<string, string, CertificateProblem?> Answers => new()
    {
        { "good", "hard", null },
        { "good", "soft", null },
        { "revoked", "hard", CertificateProblem.Revoked },
        { "revoked", "soft", CertificateProblem.Revoked },
        { "revoked", "off", null },
        { "unreachable", "hard", CertificateProblem.RevocationUnknown },
        { "unreachable", "soft", null },
        { "unknown to the responder", "hard", CertificateProblem.RevocationUnknown },
        { "unknown to the responder", "soft", null },
        { "signed by a stranger", "hard", CertificateProblem.RevocationUnknown },
        { "signed by a stranger", "soft", null },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task The_answer_of_the_responder_and_the_choice_decide(string answer, string choice, CertificateProblem? problem)
    {
        Assert.SkipWhen(OcspResponder.Missing is not null, OcspResponder.Missing ?? "");
        await using var bench = await BenchAsync(choice);
        var signer = answer == "signed by a stranger" ? stranger.Certificate : authority.Certificate;
        await using var responder = await OcspResponder.StartAsync(authority, signer, 60, answer == "revoked" ? [7] : [9], answer is "revoked" or "unknown to the responder" ? [] : [7]);
        using var certificate = authority.Issue(TlsBench.TargetName, serial: 7, responder: responder.Address);
        if (answer == "unreachable")
            await responder.DisposeAsync();

        var (error, problems, sent) = await ConnectAsync(bench, certificate);

        Assert.Equal(problem is null ? [] : [problem.Value], problems);
        Assert.IsType(problem is null ? typeof(TargetNotACoreError) : typeof(NotReviewedError), error);
        Assert.Equal(problem is null, sent > 0);
        if (answer != "unreachable")
            Assert.Equal(choice != "off", responder.Requests > 0);
    }

    // The real responder signs for now; what an attacker replays, or a broken one keeps, is made by hand.
    [Theory]
    [InlineData(-60, 60, "hard", null)]
    [InlineData(-600, -60, "hard", CertificateProblem.RevocationUnknown)]
    [InlineData(-600, -60, "soft", null)]
    public async Task An_answer_that_is_stale_is_none(int fromMinutes, int untilMinutes, string choice, CertificateProblem? problem)
    {
        await using var bench = await BenchAsync(choice);
        var now = TimeProvider.System.GetUtcNow();
        var answer = authority.Answer(7, now.AddMinutes(fromMinutes), now.AddMinutes(untilMinutes));
        await using var responder = new AnsweringServer(_ => (answer, "application/ocsp-response"));
        using var certificate = authority.Issue(TlsBench.TargetName, serial: 7, responder: responder.Address);

        var (_, problems, sent) = await ConnectAsync(bench, certificate);

        Assert.Equal(problem is null ? [] : [problem.Value], problems);
        Assert.Equal(problem is null, sent > 0);
        Assert.True(responder.Requests > 0);
    }

    // The list is asked first, the responder when the list does not answer.
    [Theory]
    [InlineData("list and responder gone", CertificateProblem.RevocationUnknown)]
    [InlineData("list gone, responder says good", null)]
    [InlineData("list says revoked, responder gone", CertificateProblem.Revoked)]
    public async Task A_certificate_that_names_a_list_and_a_responder_needs_one_of_them(string what, CertificateProblem? problem)
    {
        await using var bench = await BenchAsync("hard");
        var now = TimeProvider.System.GetUtcNow();
        var good = authority.Answer(7, now.AddMinutes(-5), now.AddMinutes(60));
        var revoked = authority.Revoke(7);
        await using var responder = new AnsweringServer(path => what switch
        {
            "list gone, responder says good" when path.StartsWith("/ocsp", StringComparison.Ordinal) => (good, "application/ocsp-response"),
            "list says revoked, responder gone" when path.StartsWith("/list.crl", StringComparison.Ordinal) => (revoked, "application/pkix-crl"),
            _ => null,
        });
        using var certificate = authority.Issue(TlsBench.TargetName, serial: 7, address: responder.Address);

        var (_, problems, sent) = await ConnectAsync(bench, certificate);

        Assert.Equal(problem is null ? [] : [problem.Value], problems);
        Assert.Equal(problem is null, sent > 0);
    }

    private async Task<TlsBench> BenchAsync(string choice)
    {
        var bench = new TlsBench();
        await bench.Stores.SetAsync(Setting.RootsFile, CertificateFiles.WritePem(directory.At("roots.pem"), authority.Certificate), CancellationToken.None);
        await bench.Stores.SetAsync(Setting.Revocation, choice, CancellationToken.None);
        return bench;
    }

    private async Task<(CoreSyncError Error, IReadOnlyList<CertificateProblem> Problems, int Sent)> ConnectAsync(TlsBench bench, X509Certificate2 certificate)
    {
        await using var server = new HostileTarget(certificate) { Answer = _ => HostileTarget.Http("404 Not Found", "text/html", ""), Others = [authority.Certificate] };
        var target = bench.AddTarget(server.Port);
        bench.Change(target, record => record.Choose(TrustMode.Chain, bench.Time.GetUtcNow())!);
        var connected = await bench.ConnectAsync(target);
        await server.DrainAsync();
        return (connected.FirstError(), bench.Record(target).Pending?.Problems ?? [], server.Received.Length);
    }
}
