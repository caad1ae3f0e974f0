using CoreSync.Trust;

namespace CoreSync.Domain.Tests.Trust;

public sealed class CertificateAssessmentTests
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    [Fact]
    public void A_sound_certificate_has_no_problem()
    {
        Assert.Empty(Assess(Some.Certificate()));
    }

    public static TheoryData<CertificateProblem, Func<PresentedCertificate, PresentedCertificate>> Faults => new()
    {
        { CertificateProblem.SelfSigned, sound => sound with { Chain = ChainFindings.SelfSigned } },
        { CertificateProblem.UnknownIssuer, sound => sound with { Chain = ChainFindings.UnknownIssuer } },
        { CertificateProblem.NameMismatch, sound => sound with { DnsNames = ["core3.example.net"] } },
        { CertificateProblem.Expired, sound => sound with { NotAfter = Some.Now.AddSeconds(-1) } },
        { CertificateProblem.NotYetValid, sound => sound with { NotBefore = Some.Now.AddSeconds(1) } },
        { CertificateProblem.WrongPurpose, sound => sound with { Purposes = [ClientAuthentication] } },
        { CertificateProblem.WrongPurpose, sound => sound with { Purposes = [] } },
        { CertificateProblem.IsAuthority, sound => sound with { IsAuthority = true } },
        { CertificateProblem.ConstraintViolated, sound => sound with { Chain = ChainFindings.ConstraintViolated } },
        { CertificateProblem.Revoked, sound => sound with { Chain = ChainFindings.Revoked } },
        { CertificateProblem.WeakKey, sound => sound with { KeyAlgorithm = "RSA", KeyBits = 2047 } },
        { CertificateProblem.WeakKey, sound => sound with { KeyAlgorithm = "RSA", KeyBits = 1024 } },
        { CertificateProblem.WeakKey, sound => sound with { KeyAlgorithm = "EC", KeyBits = 192 } },
        { CertificateProblem.WeakKey, sound => sound with { KeyAlgorithm = "DSA", KeyBits = 4096 } },
        { CertificateProblem.WeakKey, sound => sound with { KeyAlgorithm = "1.2.3.4", KeyBits = 0 } },
        { CertificateProblem.WeakSignature, sound => sound with { SignatureAlgorithm = "sha1RSA" } },
        { CertificateProblem.WeakSignature, sound => sound with { SignatureAlgorithm = "sha1WithRSAEncryption" } },
        { CertificateProblem.WeakSignature, sound => sound with { SignatureAlgorithm = "md5RSA" } },
        { CertificateProblem.SignatureInvalid, sound => sound with { Chain = ChainFindings.SignatureInvalid } },
        { CertificateProblem.OldVersion, sound => sound with { Version = 1 } },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void One_fault_is_one_problem(CertificateProblem problem, Func<PresentedCertificate, PresentedCertificate> fault)
    {
        Assert.Equal([problem], Assess(fault(Some.Certificate())));
    }

    [Fact]
    public void All_problems_are_found_at_once_in_their_order()
    {
        var worst = Some.Certificate() with
        {
            Chain = ChainFindings.SelfSigned | ChainFindings.UnknownIssuer | ChainFindings.Revoked | ChainFindings.RevocationUnknown | ChainFindings.ConstraintViolated
                | ChainFindings.SignatureInvalid,
            DnsNames = [],
            NotBefore = Some.Now.AddDays(1),
            NotAfter = Some.Now.AddDays(-1),
            Purposes = [ClientAuthentication],
            IsAuthority = true,
            KeyAlgorithm = "DSA",
            SignatureAlgorithm = "md5RSA",
            Version = 1,
        };

        var problems = CertificateAssessment.Assess(worst, Some.Fqdn, Some.Now, new TrustPolicy { RevocationUnknownIsProblem = true });

        Assert.Equal(Enum.GetValues<CertificateProblem>(), problems);
    }

    [Fact]
    public void An_unanswered_question_about_revocation_is_a_problem_only_where_policy_says_so()
    {
        var unanswered = Some.Certificate() with { Chain = ChainFindings.RevocationUnknown };

        Assert.Empty(Assess(unanswered));
        Assert.Equal([CertificateProblem.RevocationUnknown], CertificateAssessment.Assess(unanswered, Some.Fqdn, Some.Now, new TrustPolicy { RevocationUnknownIsProblem = true }));
    }

    [Fact]
    public void The_first_and_the_last_moment_of_validity_are_valid()
    {
        var certificate = Some.Certificate();

        Assert.Empty(CertificateAssessment.Assess(certificate, Some.Fqdn, certificate.NotBefore, TrustPolicy.Default));
        Assert.Empty(CertificateAssessment.Assess(certificate, Some.Fqdn, certificate.NotAfter, TrustPolicy.Default));
    }

    [Theory]
    [InlineData("RSA", 2048)]
    [InlineData("RSA", 4096)]
    [InlineData("EC", 256)]
    [InlineData("EC", 521)]
    public void A_strong_key_is_no_problem(string algorithm, int bits)
    {
        Assert.Empty(Assess(Some.Certificate() with { KeyAlgorithm = algorithm, KeyBits = bits }));
    }

    [Theory]
    [InlineData(ServerAuthentication)]
    [InlineData("2.5.29.37.0")]
    public void A_certificate_for_servers_or_for_any_purpose_is_no_problem(string purpose)
    {
        Assert.Empty(Assess(Some.Certificate() with { Purposes = [ClientAuthentication, purpose] }));
        Assert.Empty(Assess(Some.Certificate() with { Purposes = null }));
    }

    // RFC 6125, 6.4.3 and 7.2: names are compared whole, a wildcard stands for exactly one left-most label.
    [Theory]
    [InlineData("core2.example.net", "core2.example.net", true)]
    [InlineData("CORE2.EXAMPLE.NET", "core2.example.net", true)]
    [InlineData("core2.example.net.", "core2.example.net", true)]
    [InlineData("*.example.net", "core2.example.net", true)]
    [InlineData("*.EXAMPLE.net", "core2.example.net", true)]
    [InlineData("xn--bcher-kva.example", "bücher.example", true)]
    [InlineData("*.xn--bcher-kva.example", "core.bücher.example", true)]
    [InlineData("example.net", "core2.example.net", false)]
    [InlineData("core2.example.net", "example.net", false)]
    [InlineData("*.example.net", "example.net", false)]
    [InlineData("*.example.net", "a.core2.example.net", false)]
    [InlineData("*.net", "example.net", false)]
    [InlineData("*", "core2.example.net", false)]
    [InlineData("*.", "core2.example.net", false)]
    [InlineData("*.*.example.net", "a.core2.example.net", false)]
    [InlineData("core2.*.net", "core2.example.net", false)]
    [InlineData("c*.example.net", "core2.example.net", false)]
    [InlineData("*2.example.net", "core2.example.net", false)]
    [InlineData("core*2.example.net", "core2.example.net", false)]
    [InlineData("*core2.example.net", "core2.example.net", false)]
    [InlineData("core2.example.net.evil.example", "core2.example.net", false)]
    [InlineData("evilcore2.example.net", "core2.example.net", false)]
    [InlineData("core2.example.net\0.evil.example", "core2.example.net", false)]
    [InlineData("", "core2.example.net", false)]
    public void A_name_of_the_certificate_covers_the_name_asked_for(string name, string asked, bool covered)
    {
        var certificate = Some.Certificate() with { DnsNames = ["other.example.org", name] };

        var problems = CertificateAssessment.Assess(certificate, Some.FqdnOf(asked), Some.Now, TrustPolicy.Default);

        Assert.Equal(covered, !problems.Contains(CertificateProblem.NameMismatch));
    }

    [Fact]
    public void Neither_the_subject_nor_an_address_stands_in_for_a_name()
    {
        var certificate = Some.Certificate() with { DnsNames = [], IpAddresses = ["127.0.0.1"], Subject = "CN=core2.example.net" };

        Assert.Equal([CertificateProblem.NameMismatch], Assess(certificate));
    }

    [Fact]
    public void What_nobody_can_authorise_is_fixed()
    {
        Assert.Equal(
            [CertificateProblem.Revoked, CertificateProblem.WeakKey, CertificateProblem.WeakSignature, CertificateProblem.SignatureInvalid, CertificateProblem.OldVersion],
            CertificateAssessment.NotApprovable.Order());
    }

    [Fact]
    public void Problems_are_told_by_their_invariant_names()
    {
        Assert.Equal("selfSigned, nameMismatch", ProblemList.Text([CertificateProblem.SelfSigned, CertificateProblem.NameMismatch]));
        Assert.Equal("none", ProblemList.Text([]));
    }

    private static IReadOnlyList<CertificateProblem> Assess(PresentedCertificate certificate) =>
        CertificateAssessment.Assess(certificate, Some.Fqdn, Some.Now, TrustPolicy.Default);
}
