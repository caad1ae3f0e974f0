using CoreSync.Trust;
using CsCheck;

namespace CoreSync.Domain.Tests.Trust;

public sealed class TrustJudgementTests
{
    private static readonly CertificateProblem[] NoProblem = [];

    /// <summary>Every state × the authorised or another certificate × sound, covered, new and unapprovable problems × in the store or not.</summary>
    public static TheoryData<TrustState, bool, string, bool> AllCases
    {
        get
        {
            var cases = new TheoryData<TrustState, bool, string, bool>();
            foreach (var state in Enum.GetValues<TrustState>())
            {
                foreach (var same in new[] { true, false })
                {
                    foreach (var problems in new[] { "none", "covered", "new", "weak", "weak although covered" })
                    {
                        cases.Add(state, same, problems, true);
                        cases.Add(state, same, problems, false);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(AllCases))]
    public void Only_the_authorised_certificate_in_the_store_without_new_problems_is_accepted(TrustState state, bool same, string problems, bool inStore)
    {
        var presented = (same ? Some.Certificate(1) : Some.Certificate(2)) with
        {
            Chain = problems switch { "none" => ChainFindings.None, "covered" or "new" => ChainFindings.SelfSigned, _ => ChainFindings.Revoked },
        };
        CertificateProblem[] covered = problems switch { "covered" => [CertificateProblem.SelfSigned], "weak although covered" => [CertificateProblem.Revoked], _ => NoProblem };

        var verdict = TrustJudgement.Judge(presented, Some.Fqdn, Some.TrustRecord(state, authorised: 1, covered), inStore, Some.Now, TrustPolicy.Default);

        Assert.Equal(Expected(state, same, problems, inStore), verdict.Reasons.Order());
        Assert.Equal(state == TrustState.Trusted && same && inStore && (problems is "none" or "covered"), verdict.IsAccepted);
    }

    [Fact]
    public void A_refusal_names_every_reason_at_once()
    {
        var presented = Some.Certificate(2) with { KeyAlgorithm = "RSA", KeyBits = 1024, NotAfter = Some.Now.AddDays(-1) };

        var verdict = TrustJudgement.Judge(presented, Some.Fqdn, Some.TrustRecord(TrustState.Trusted), isInCertificateStore: false, Some.Now, TrustPolicy.Default);

        Assert.Equal([TrustReason.CertificateChanged, TrustReason.NotInCertificateStore, TrustReason.NotApprovable], verdict.Reasons);
        Assert.Equal([CertificateProblem.Expired, CertificateProblem.WeakKey], verdict.Problems);
        Assert.False(verdict.IsAccepted);
    }

    // T02: a valid certificate of a public authority is no authorisation.
    [Fact]
    public void A_certificate_without_any_problem_is_refused_while_nobody_authorised_it()
    {
        var verdict = TrustJudgement.Judge(
            Some.Certificate(), Some.Fqdn, TrustRecord.New(Some.Target, Some.Fqdn), isInCertificateStore: true, Some.Now, TrustPolicy.Default);

        Assert.Equal([TrustReason.NotReviewed], verdict.Reasons);
        Assert.Empty(verdict.Problems);
    }

    // T16: strict mode; the pin tells a renewal from a new key, it does not decide.
    [Fact]
    public void A_renewed_certificate_with_the_same_key_and_names_is_another_certificate()
    {
        var authorised = Some.Certificate(1);
        var renewed = Some.Certificate(2) with { Pin = authorised.Pin, Subject = authorised.Subject, Issuer = authorised.Issuer, Serial = authorised.Serial };

        var verdict = TrustJudgement.Judge(renewed, Some.Fqdn, Some.TrustRecord(TrustState.Trusted), isInCertificateStore: true, Some.Now, TrustPolicy.Default);

        Assert.Equal([TrustReason.CertificateChanged], verdict.Reasons);
    }

    // T05: it did not change, time passed.
    [Fact]
    public void An_authorised_certificate_that_expires_is_refused_and_not_called_changed()
    {
        var verdict = TrustJudgement.Judge(
            Some.Certificate(), Some.Fqdn, Some.TrustRecord(TrustState.Trusted), isInCertificateStore: true, Some.Certificate().NotAfter.AddSeconds(1), TrustPolicy.Default);

        Assert.Equal([TrustReason.NewProblem], verdict.Reasons);
        Assert.Equal([CertificateProblem.Expired], verdict.Problems);
    }

    [Fact]
    public void An_authorisation_for_one_name_does_not_count_for_another_name()
    {
        var verdict = TrustJudgement.Judge(
            Some.Certificate(), Some.FqdnOf("core3.example.net"), Some.TrustRecord(TrustState.Trusted), isInCertificateStore: true, Some.Now, TrustPolicy.Default);

        Assert.Equal([TrustReason.NewProblem], verdict.Reasons);
    }

    [Fact]
    public void Acceptance_always_means_trusted_same_certificate_in_the_store_and_nothing_new()
    {
        var problems = Gen.Enum<CertificateProblem>().Array[0, 6].Select(some => some.Distinct().ToArray());
        var findings = Gen.Int[0, 63].Select(bits => (ChainFindings)bits);
        var cases = Gen.Select(
            Gen.Enum<TrustState>(), Gen.Int[1, 2], Gen.Int[1, 2], problems, findings, Gen.Bool, Gen.Int[-400, 400], Gen.Bool);

        var accepted = 0;
        cases.Sample(
            one =>
            {
                var (state, authorised, shown, covered, chain, inStore, days, hardFail) = one;
                var record = Some.TrustRecord(state, authorised, covered);
                var presented = Some.Certificate(shown) with { Chain = chain };

                var verdict = TrustJudgement.Judge(presented, Some.Fqdn, record, inStore, Some.Now.AddDays(days), new TrustPolicy { RevocationUnknownIsProblem = hardFail });

                Assert.Equal(verdict.Reasons.Distinct(), verdict.Reasons);
                var sound = state == TrustState.Trusted && authorised == shown && inStore
                    && verdict.Problems.All(covered.Contains) && !verdict.Problems.Any(CertificateAssessment.NotApprovable.Contains);
                Assert.Equal(sound, verdict.IsAccepted);
                if (verdict.IsAccepted)
                    Interlocked.Increment(ref accepted);
            },
            iter: 50_000);

        Assert.True(accepted > 0, "No sample was accepted: the property was not tried");
    }

    private static IEnumerable<TrustReason> Expected(TrustState state, bool same, string problems, bool inStore)
    {
        var reasons = new List<TrustReason>();
        if (state != TrustState.Trusted)
        {
            reasons.Add(state switch
            {
                TrustState.NotReviewed => TrustReason.NotReviewed,
                TrustState.Declined => TrustReason.Declined,
                TrustState.Revoked => TrustReason.TrustRemoved,
                TrustState.Changed => TrustReason.CertificateChanged,
                _ => TrustReason.NewProblem,
            });
        }
        else
        {
            if (!same)
                reasons.Add(TrustReason.CertificateChanged);
            else if (problems is "new" or "weak")
                reasons.Add(TrustReason.NewProblem);
            if (!inStore)
                reasons.Add(TrustReason.NotInCertificateStore);
        }

        if (problems.StartsWith("weak", StringComparison.Ordinal))
            reasons.Add(TrustReason.NotApprovable);
        return reasons.Order();
    }
}
