using CoreSync.Application.Cores;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Testing;
using CoreSync.Testing.Tls;
using CoreSync.Trust;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class T11_expiry_is_warned_of_in_time
{
    [Fact]
    public async Task An_own_certificate_and_one_of_a_target_are_warned_of_once_per_threshold_in_log_and_status()
    {
        using var files = new TempDirectory();
        await using var pair = await CorePair.CreateAsync();
        using var ending = TestCertificates.SelfSigned(pair.Target.Name, until: TimeProvider.System.GetUtcNow().AddDays(10));
        using var last = TestCertificates.SelfSigned(pair.Source.Name, until: TimeProvider.System.GetUtcNow().AddHours(5));
        await pair.Target.AskAsync(new UseCertificate(new PfxSource(CertificateFiles.WritePfx(files.At("target.pfx"), ending), null)));
        await pair.Source.AskAsync(new UseCertificate(new PfxSource(CertificateFiles.WritePfx(files.At("source.pfx"), last), null)));
        var fingerprint = CertificateFingerprint.Of(ending.RawData);
        await pair.Source.AskAsync(new Application.Trust.TrustTargetCore(pair.Target.Name, fingerprint.ToString()));

        await pair.Source.ServeAsync();
        await Eventually.IsTrueAsync(() => Task.FromResult(Warnings(pair.Source).Count >= 2), "both certificates are warned of");
        await pair.Source.StopAsync();
        await pair.Source.ServeAsync();
        await Eventually.IsTrueAsync(() => Task.FromResult(pair.Source.Log().Count(line => line.Contains(" 3007 ", StringComparison.Ordinal)) == 2), "the engine runs again");

        var warnings = Warnings(pair.Source);
        Assert.Contains(warnings, line => line.Contains(pair.Source.Name, StringComparison.Ordinal) && line.Contains("ends in 0 days", StringComparison.Ordinal));
        Assert.Contains(warnings, line => line.Contains(pair.Target.Name, StringComparison.Ordinal) && line.Contains("ends in 9 days", StringComparison.Ordinal));
        var problems = (await pair.Source.AskAsync(new GetStatus())).Problems.Select(problem => problem.Error).ToList();
        Assert.Equal(0, Assert.Single(problems.OfType<IdentityExpiringError>()).Days);
        Assert.Equal((pair.Target.Name, 9), (Assert.Single(problems.OfType<CertificateExpiringError>()).Fqdn, problems.OfType<CertificateExpiringError>().Single().Days));
        // A warning stops nothing.
        await pair.Source.PutAsync("queries", "Laptops", "{}");
        await Eventually.IsTrueAsync(async () => (await pair.Target.ListAsync("queries")).Count == 1, "the query arrives all the same");
        Assert.Equal(2, Warnings(pair.Source).Count);
        Assert.True((await pair.Source.AskAsync(new ShowTargetCore(pair.Target.Name))).IsTrusted);
    }

    private static List<string> Warnings(RealCore core) => [.. core.Log().Where(line => line.Contains(" 1020 ", StringComparison.Ordinal))];
}
