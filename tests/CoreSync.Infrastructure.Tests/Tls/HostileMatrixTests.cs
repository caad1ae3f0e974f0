using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Application.Targets;
using CoreSync.Infrastructure.Tls;
using CoreSync.Servers;
using CoreSync.Settings;
using CoreSync.Testing;
using CoreSync.Testing.Tls;
using CoreSync.Trust;

namespace CoreSync.Infrastructure.Tests.Tls;

/// <summary>Certificate × trust state × action: nothing leaks from any cell; and no mutation of an authorised certificate is taken for it (T01–T14).</summary>
public sealed class HostileMatrixTests
{
    // 12 certificates × 6 states × 3 actions: 216 cells.
    public static TheoryData<string> Certificates =>
    [
        "self-signed", "self-signed, same key as the trusted one", "self-signed, same subject and serial", "of an unknown authority", "of a known authority", "expired", "not yet valid",
        "other name", "no name but the subject's", "for clients only", "of an authority", "RSA 1024",
    ];

    private static readonly TrustState[] States = Enum.GetValues<TrustState>();

    private static readonly string[] Actions = ["run", "test", "probe"];

    [Fact]
    public void Every_state_and_every_action_meets_every_certificate() => Assert.Equal(216, Certificates.Count * States.Length * Actions.Length);

    [Theory]
    [MemberData(nameof(Certificates))]
    public async Task No_byte_leaves_in_any_state_and_by_any_action_for_a_certificate_that_is(string kind)
    {
        using var directory = new TempDirectory();
        using var authority = TestCertificates.Authority();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var weak = RSA.Create(1024);
        using var trusted = authority.Issue(TlsBench.TargetName, key, serial: 5);
        var now = TimeProvider.System.GetUtcNow();
        using var shown = kind switch
        {
            "self-signed, same key as the trusted one" => TestCertificates.SelfSigned(TlsBench.TargetName, key),
            "self-signed, same subject and serial" => TestCertificates.SelfSigned(TlsBench.TargetName, subject: trusted.Subject),
            "of an unknown authority" or "of a known authority" => authority.Issue(TlsBench.TargetName, serial: 6),
            "expired" => TestCertificates.SelfSigned(TlsBench.TargetName, from: now.AddDays(-9), until: now.AddDays(-1)),
            "not yet valid" => TestCertificates.SelfSigned(TlsBench.TargetName, from: now.AddDays(1), until: now.AddDays(9)),
            "other name" => TestCertificates.SelfSigned("elsewhere.example.net"),
            "no name but the subject's" => TestCertificates.SelfSigned(TlsBench.TargetName, hasNames: false),
            "for clients only" => TestCertificates.SelfSigned(TlsBench.TargetName, purposes: [TestCertificates.ClientAuthentication]),
            "of an authority" => TestCertificates.SelfSigned(TlsBench.TargetName, isAuthority: true),
            "RSA 1024" => TestCertificates.SelfSigned(TlsBench.TargetName, weak),
            _ => TestCertificates.SelfSigned(TlsBench.TargetName),
        };
        await using var server = new HostileTarget(shown) { Others = [authority.Certificate] };
        await using var bench = new TlsBench();
        if (kind == "of a known authority")
            await bench.Stores.SetAsync(Setting.RootsFile, CertificateFiles.WritePem(directory.At("roots.pem"), authority.Certificate), CancellationToken.None);

        foreach (var state in States)
        {
            foreach (var action in Actions)
            {
                var target = bench.AddTarget(server.Port);
                Enter(bench, target, state, trusted, shown);

                var refused = action switch
                {
                    "run" => (await bench.ConnectAsync(target)).IsFailed,
                    "test" => (await bench.Connector.TestAsync(target, CancellationToken.None)).Any(step => step is { Step: "certificate" or "tls", Verdict: StepVerdict.Failed }),
                    // A probe judges nothing: it looks and hangs up.
                    _ => await bench.Connector.ProbeAsync(target.Address, CancellationToken.None) is not null,
                };

                Assert.True(refused, $"{kind} × {state} × {action}");
                // A handshake that the platform itself refuses proves nothing and changes nothing (T28).
                if (action != "probe" && kind != "RSA 1024")
                    Assert.NotEqual(TrustState.Trusted, bench.Record(target).State);
            }
        }

        await server.DrainAsync();
        Assert.Empty(server.Received);
        Assert.True(server.Connections >= States.Length * Actions.Length);
    }

    // A sample in the suite; all ten thousand with CORESYNC_LONG=1.
    [Theory]
    [InlineData(TrustMode.Explicit)]
    [InlineData(TrustMode.Chain)]
    public void No_mutation_of_an_authorised_certificate_is_accepted(TrustMode mode)
    {
        var rounds = Environment.GetEnvironmentVariable("CORESYNC_LONG") == "1" ? 5000 : 250;
        var random = new Random(20261125);
        using var authority = TestCertificates.Authority();
        using var certificate = authority.Issue(TlsBench.TargetName);
        var reader = new CertificateReader(TimeProvider.System);
        var now = TimeProvider.System.GetUtcNow();
        var name = Fqdn.Parse(TlsBench.TargetName).Value;
        X509Certificate2Collection roots = [authority.Certificate];
        var original = reader.Read(certificate.RawData, [], askRevocation: false, roots);
        Assert.Empty(CertificateAssessment.Assess(original, name, now, TrustPolicy.Default));
        var record = TrustRecord.New(new TargetId(Guid.NewGuid()), name);
        record.Choose(mode, now);
        record.Authorise(original, [], original.Fingerprint, "ann", now);
        Assert.True(Judge(original).IsAccepted);
        var (read, accepted) = (0, 0);

        for (var round = 0; round < rounds; round++)
        {
            var mutant = Mutate(certificate.RawData, random);
            if (mutant.AsSpan().SequenceEqual(certificate.RawData))
                continue;
            try
            {
                var presented = reader.Read(mutant, [], askRevocation: false, roots);
                read++;
                if (!presented.Der.Span.SequenceEqual(certificate.RawData) && Judge(presented).IsAccepted)
                    accepted++;
            }
            catch (CryptographicException)
            {
                // No certificate: the handshake fails.
            }
        }

        Assert.Equal(0, accepted);
        Assert.True(read > rounds / 10, $"only {read} of {rounds} mutants were certificates at all");

        TrustVerdict Judge(PresentedCertificate presented) => TrustJudgement.Judge(presented, name, record, isInCertificateStore: true, now, TrustPolicy.Default);
    }

    private static void Enter(TlsBench bench, CoreServer target, TrustState state, X509Certificate2 trusted, X509Certificate2 shown)
    {
        var now = bench.Time.GetUtcNow();
        if (state is TrustState.NotReviewed)
            return;
        if (state is TrustState.Trusted or TrustState.Changed or TrustState.Revoked)
            bench.Trust(target, trusted);
        if (state == TrustState.ValidationFailed)
            bench.Trust(target, trusted);
        var presented = bench.Get<CertificateReader>().Read(shown.RawData, [], false);
        switch (state)
        {
            case TrustState.Declined: bench.Change(target, record => record.Decline(now)); break;
            case TrustState.Changed: bench.Change(target, record => record.ObserveChange(presented, [], now)); break;
            case TrustState.ValidationFailed: bench.Change(target, record => record.ObserveValidationFailure(record.Authorised!.Certificate, [CertificateProblem.Expired], now)); break;
            case TrustState.Revoked: bench.Change(target, record => record.Remove(now)); break;
        }
    }

    private static byte[] Mutate(byte[] der, Random random)
    {
        var mutant = (byte[])der.Clone();
        switch (random.Next(4))
        {
            case 0:
                mutant[random.Next(mutant.Length)] ^= (byte)(1 << random.Next(8));
                return mutant;
            case 1:
                for (var i = random.Next(1, 8); i > 0; i--)
                    mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
                return mutant;
            case 2:
                var from = random.Next(mutant.Length - 8);
                mutant.AsSpan(from, 4).CopyTo(mutant.AsSpan(random.Next(mutant.Length - 4)));
                return mutant;
            default:
                return [.. mutant, .. new byte[random.Next(1, 5)]];
        }
    }
}
