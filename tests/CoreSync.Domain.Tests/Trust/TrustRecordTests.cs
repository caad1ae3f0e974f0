using CoreSync.Errors;
using CoreSync.Trust;

namespace CoreSync.Domain.Tests.Trust;

public sealed class TrustRecordTests
{
    public static TheoryData<TrustState> AllStates => [.. Enum.GetValues<TrustState>()];

    public static TheoryData<TrustState> StatesButTrusted => [.. Enum.GetValues<TrustState>().Where(state => state != TrustState.Trusted)];

    [Fact]
    public void A_new_record_trusts_nothing()
    {
        var record = TrustRecord.New(Some.Target, Some.Fqdn);

        Assert.Equal(TrustState.NotReviewed, record.State);
        Assert.Null(record.Authorised);
        Assert.Null(record.Previous);
        Assert.Null(record.Pending);
        Assert.Null(record.Since);
    }

    [Theory]
    [MemberData(nameof(AllStates))]
    public void Authorising_from_any_state_trusts_exactly_the_certificate_that_was_shown(TrustState before)
    {
        var record = Some.TrustRecord(before, previous: 9, pending: Pending(1));

        var what = record.Authorise(Some.Certificate(1), [CertificateProblem.SelfSigned], Some.Fingerprint(1), "bob", Some.Now).Value;

        Assert.Equal(TrustState.Trusted, record.State);
        Assert.Equal(Some.Now, record.Since);
        Assert.Equal(Some.Fingerprint(1), record.Authorised!.Fingerprint);
        Assert.Equal([CertificateProblem.SelfSigned], record.Authorised.Problems);
        Assert.Equal("bob", record.Authorised.By);
        Assert.Equal(Some.Now, record.Authorised.At);
        Assert.Null(record.Pending);
        Assert.Equal((TrustEventKind.Trusted, Some.Fingerprint(1)), (what.Kind, what.Fingerprint!));
        Assert.Equal([CertificateProblem.SelfSigned], what.Problems);
    }

    [Theory]
    [MemberData(nameof(AllStates))]
    public void Authorising_another_certificate_than_the_one_shown_changes_nothing(TrustState state)
    {
        var record = Some.TrustRecord(state, previous: 9, pending: Pending(2));
        var before = Snapshot(record);

        var refused = record.Authorise(Some.Certificate(2), [], shown: Some.Fingerprint(1), "bob", Some.Now);

        var error = Assert.Single(refused.Errors.OfType<FingerprintMismatchError>());
        Assert.Equal(Some.Fingerprint(2).ToString(), error.Presented);
        Assert.Equal(Some.Fingerprint(1).ToString(), error.Given);
        Assert.Equal(before, Snapshot(record));
    }

    public static TheoryData<TrustState, CertificateProblem> WhatNobodyCanAuthorise
    {
        get
        {
            var cases = new TheoryData<TrustState, CertificateProblem>();
            foreach (var state in Enum.GetValues<TrustState>())
            {
                foreach (var problem in CertificateAssessment.NotApprovable)
                    cases.Add(state, problem);
            }

            return cases;
        }
    }

    // T09.
    [Theory]
    [MemberData(nameof(WhatNobodyCanAuthorise))]
    public void Authorising_a_weak_certificate_changes_nothing(TrustState state, CertificateProblem problem)
    {
        var record = Some.TrustRecord(state, pending: Pending(2));
        var before = Snapshot(record);

        var refused = record.Authorise(Some.Certificate(2), [CertificateProblem.SelfSigned, problem], Some.Fingerprint(2), "bob", Some.Now);

        Assert.True(refused.HasError<CertificateNotApprovableError>());
        Assert.Equal(before, Snapshot(record));
    }

    [Theory]
    [MemberData(nameof(AllStates))]
    public void Declining_from_any_state_ends_the_trust_and_keeps_what_was_trusted_for_the_record(TrustState before)
    {
        var record = Some.TrustRecord(before, authorised: 1, previous: 9, pending: Pending(2, CertificateProblem.UnknownIssuer));

        var what = record.Decline(Some.Now);

        Assert.Equal(TrustState.Declined, record.State);
        Assert.Null(record.Authorised);
        Assert.Equal(Some.Fingerprint(HoldsAuthorisation(before) ? 1 : 9), record.Previous!.Fingerprint);
        Assert.Equal((TrustEventKind.Declined, Some.Fingerprint(2)), (what.Kind, what.Fingerprint!));
        Assert.Equal([CertificateProblem.UnknownIssuer], what.Problems);
    }

    [Theory]
    [MemberData(nameof(AllStates))]
    public void Removing_trust_from_any_state_ends_it_and_keeps_what_was_trusted_for_the_record(TrustState before)
    {
        var record = Some.TrustRecord(before, authorised: 1, previous: 9);

        var what = record.Remove(Some.Now);

        Assert.Equal(TrustState.Revoked, record.State);
        Assert.Null(record.Authorised);
        Assert.Equal(Some.Fingerprint(HoldsAuthorisation(before) ? 1 : 9), record.Previous!.Fingerprint);
        Assert.Equal(TrustEventKind.TrustRemoved, what.Kind);
        Assert.Equal(record.Previous.Fingerprint, what.PreviousFingerprint);
    }

    // T5, T03, T04.
    [Fact]
    public void A_changed_certificate_ends_the_trust_and_waits_for_a_person()
    {
        var record = Some.TrustRecord(TrustState.Trusted, authorised: 1);

        var what = record.ObserveChange(Some.Certificate(2), [CertificateProblem.SelfSigned], Some.Now);

        Assert.Equal(TrustState.Changed, record.State);
        Assert.Null(record.Authorised);
        Assert.Equal(Some.Fingerprint(1), record.Previous!.Fingerprint);
        Assert.Equal("alice", record.Previous.By);
        Assert.Equal(Some.Fingerprint(2), record.Pending!.Certificate.Fingerprint);
        Assert.Equal(Some.Now, record.Since);
        Assert.Equal((TrustEventKind.CertificateChanged, Some.Fingerprint(2), Some.Fingerprint(1)), (what.Kind, what.Fingerprint!, what.PreviousFingerprint!));
    }

    // T4, T05: the certificate is the same, so its authorisation is kept for the review; the state alone blocks.
    [Fact]
    public void A_new_problem_blocks_and_keeps_the_authorisation()
    {
        var record = Some.TrustRecord(TrustState.Trusted, authorised: 1);

        var what = record.ObserveValidationFailure(Some.Certificate(1), [CertificateProblem.Expired], Some.Now);

        Assert.Equal(TrustState.ValidationFailed, record.State);
        Assert.Equal(Some.Fingerprint(1), record.Authorised!.Fingerprint);
        Assert.Empty(record.Authorised.Problems);
        Assert.Equal([CertificateProblem.Expired], record.Pending!.Problems);
        Assert.Equal(TrustEventKind.ValidationFailed, what.Kind);
        Assert.Equal([TrustReason.NewProblem], Judge(record, Some.Certificate(1), Some.Now).Reasons);
    }

    [Fact]
    public void A_problem_that_was_shown_does_not_block_and_one_that_appears_later_does()
    {
        var certificate = Some.Certificate(1) with { Chain = ChainFindings.SelfSigned };
        var record = TrustRecord.New(Some.Target, Some.Fqdn);
        record.Authorise(certificate, [CertificateProblem.SelfSigned], certificate.Fingerprint, "bob", Some.Now);

        Assert.True(Judge(record, certificate, Some.Now).IsAccepted);
        Assert.Equal([TrustReason.NewProblem], Judge(record, certificate, certificate.NotAfter.AddDays(1)).Reasons);
    }

    [Fact]
    public void A_person_who_saw_the_new_problem_can_authorise_the_same_certificate_again()
    {
        var certificate = Some.Certificate(1);
        var late = certificate.NotAfter.AddDays(1);
        var record = Some.TrustRecord(TrustState.Trusted, authorised: 1);
        record.ObserveValidationFailure(certificate, [CertificateProblem.Expired], late);

        record.Authorise(certificate, [CertificateProblem.Expired], certificate.Fingerprint, "bob", late);

        Assert.True(Judge(record, certificate, late).IsAccepted);
        Assert.Null(record.Previous);
    }

    [Theory]
    [MemberData(nameof(StatesButTrusted))]
    public void Only_a_trusted_core_can_change_or_fail_validation(TrustState state)
    {
        var record = Some.TrustRecord(state, authorised: 1, previous: 9, pending: Pending(2));
        var before = Snapshot(record);

        Assert.Throws<InvalidOperationException>(() => record.ObserveChange(Some.Certificate(3), [], Some.Now));
        Assert.Throws<InvalidOperationException>(() => record.ObserveValidationFailure(Some.Certificate(1), [], Some.Now));
        Assert.Equal(before, Snapshot(record));
    }

    [Theory]
    [MemberData(nameof(StatesButTrusted))]
    public void A_certificate_of_a_core_that_is_not_trusted_waits_for_a_person_and_changes_no_state(TrustState state)
    {
        var record = Some.TrustRecord(state);

        var what = record.Review(Some.Certificate(2), [CertificateProblem.SelfSigned], Some.Now);

        Assert.Equal(state, record.State);
        Assert.Equal(Some.Fingerprint(2), record.Pending!.Certificate.Fingerprint);
        Assert.Equal(TrustEventKind.ReviewRequested, what!.Kind);
        Assert.False(Judge(record, Some.Certificate(2), Some.Now).IsAccepted);
    }

    [Fact]
    public void A_trusted_core_is_judged_and_never_reviewed()
    {
        var record = Some.TrustRecord(TrustState.Trusted);

        Assert.Throws<InvalidOperationException>(() => record.Review(Some.Certificate(1), [], Some.Now));
        Assert.Null(record.Pending);
    }

    // T27: an hour of attempts, one a second.
    [Theory]
    [MemberData(nameof(StatesButTrusted))]
    public void The_same_certificate_seen_again_and_again_is_one_event(TrustState state)
    {
        var record = Some.TrustRecord(state);
        var events = Enumerable.Range(0, 3600).Select(second => record.Review(Some.Certificate(2), [CertificateProblem.SelfSigned], Some.Now.AddSeconds(second)));

        Assert.Single(events, what => what is not null);
        Assert.Equal(Some.Now, record.Pending!.SeenAt);
    }

    [Fact]
    public void A_changed_certificate_seen_again_is_no_second_event()
    {
        var record = Some.TrustRecord(TrustState.Trusted, authorised: 1);
        record.ObserveChange(Some.Certificate(2), [], Some.Now);

        Assert.Null(record.Review(Some.Certificate(2), [], Some.Now.AddMinutes(2)));
        Assert.NotNull(record.Review(Some.Certificate(3), [], Some.Now.AddMinutes(4)));
        Assert.NotNull(record.Review(Some.Certificate(3), [CertificateProblem.Expired], Some.Now.AddMinutes(6)));
    }

    [Fact]
    public void Trusting_the_changed_certificate_keeps_the_one_before_for_comparison()
    {
        var record = Some.TrustRecord(TrustState.Trusted, authorised: 1);
        record.ObserveChange(Some.Certificate(2), [], Some.Now);

        var what = record.Authorise(Some.Certificate(2), [], Some.Fingerprint(2), "bob", Some.Now).Value;

        Assert.Equal(Some.Fingerprint(2), record.Authorised!.Fingerprint);
        Assert.Equal(Some.Fingerprint(1), record.Previous!.Fingerprint);
        Assert.Equal(Some.Fingerprint(1), what.PreviousFingerprint!);
        Assert.True(Judge(record, Some.Certificate(2), Some.Now).IsAccepted);
        Assert.Equal([TrustReason.CertificateChanged], Judge(record, Some.Certificate(1), Some.Now).Reasons);
    }

    [Theory]
    [MemberData(nameof(AllStates))]
    public void An_authorisation_exists_only_while_trusted_or_failing_validation(TrustState state)
    {
        foreach (var verb in Verbs)
        {
            var record = Some.TrustRecord(state, previous: 9, pending: Pending(2));
            try
            {
                verb(record);
            }
            catch (InvalidOperationException)
            {
                // The verb does not apply to this state; another test says which do.
            }

            Assert.Equal(HoldsAuthorisation(record.State), record.Authorised is not null);
        }
    }

    private static readonly Action<TrustRecord>[] Verbs =
    [
        record => record.Review(Some.Certificate(3), [], Some.Now),
        record => record.Authorise(Some.Certificate(3), [], Some.Fingerprint(3), "bob", Some.Now),
        record => record.Decline(Some.Now),
        record => record.Remove(Some.Now),
        record => record.ObserveChange(Some.Certificate(3), [], Some.Now),
        record => record.ObserveValidationFailure(Some.Certificate(1), [CertificateProblem.Expired], Some.Now),
    ];

    private static bool HoldsAuthorisation(TrustState state) => state is TrustState.Trusted or TrustState.ValidationFailed;

    private static PendingReview Pending(int certificate, params CertificateProblem[] problems) => new(Some.Certificate(certificate), problems, Some.Now.AddHours(-1));

    private static (TrustState State, DateTimeOffset? Since, Authorisation? Authorised, Authorisation? Previous, PendingReview? Pending, long Version) Snapshot(TrustRecord record) =>
        (record.State, record.Since, record.Authorised, record.Previous, record.Pending, record.Version);

    private static TrustVerdict Judge(TrustRecord record, PresentedCertificate presented, DateTimeOffset now) =>
        TrustJudgement.Judge(presented, Some.Fqdn, record, isInCertificateStore: true, now, TrustPolicy.Default);
}
