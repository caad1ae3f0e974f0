using CoreSync.Servers;
using CoreSync.Trust;

namespace CoreSync.Domain.Tests.Trust;

/// <summary>Certificate and account of a client (T13, T30).</summary>
public sealed class ClientJudgementTests
{
    private static readonly DateTimeOffset Now = Some.Now;
    private static readonly Fqdn Name = Some.Fqdn;
    private static readonly PresentedCertificate Enrolled = Some.Certificate();

    public static TheoryData<string, ClientReason[]> Refusals => new()
    {
        { "no certificate", [ClientReason.NoCertificate] },
        { "unknown core", [ClientReason.Unknown] },
        { "waiting", [ClientReason.Waiting] },
        { "removed", [ClientReason.Removed] },
        { "other certificate", [ClientReason.Changed] },
        { "changed before", [ClientReason.Changed] },
        { "expired since", [ClientReason.Invalid] },
        { "other account", [ClientReason.OtherAccount] },
        { "other certificate and other account", [ClientReason.Changed, ClientReason.OtherAccount] },
    };

    [Fact]
    public void The_enrolled_certificate_with_its_account_is_accepted_whatever_the_case_of_the_name()
    {
        Assert.True(Judge(Enrolled, "sync", Client()).IsAccepted);
        Assert.True(Judge(Enrolled, "SYNC", Client()).IsAccepted);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_client_is_refused_for_every_reason(string cell, ClientReason[] reasons)
    {
        var client = cell switch
        {
            "unknown core" => null,
            "waiting" => ClientEnrolment.New(new CoreId(Guid.NewGuid()), Name, "sync"),
            _ => Client(),
        };
        if (cell == "removed")
            client!.Trust.Remove(Now);
        if (cell == "changed before")
            client!.Trust.ObserveChange(Some.Certificate(2), [], Now);
        var presented = cell switch
        {
            "no certificate" => null,
            "other certificate" or "other certificate and other account" => Some.Certificate(2),
            _ => Enrolled,
        };
        var now = cell == "expired since" ? Enrolled.NotAfter.AddSeconds(1) : Now;

        var verdict = ClientJudgement.Judge(presented, cell.EndsWith("other account", StringComparison.Ordinal) ? "another" : "sync", client, now, TrustPolicy.Default);

        Assert.False(verdict.IsAccepted);
        Assert.Equal(reasons, verdict.Reasons);
    }

    [Fact]
    public void A_certificate_for_servers_only_has_a_problem_as_a_client()
    {
        var serverOnly = Enrolled with { Purposes = ["1.3.6.1.5.5.7.3.1"] };

        Assert.DoesNotContain(CertificateProblem.WrongPurpose, CertificateAssessment.Assess(serverOnly, Name, Now, TrustPolicy.Default));
        Assert.Contains(CertificateProblem.WrongPurpose, CertificateAssessment.Assess(serverOnly, Name, Now, TrustPolicy.Default, CertificateUse.Client));
    }

    [Fact]
    public void Every_event_of_a_record_has_a_name_for_clients()
    {
        var client = ClientEnrolment.New(new CoreId(Guid.NewGuid()), Name, "sync");

        Assert.Equal(TrustEventKind.ClientReviewRequested, ClientEnrolment.Told(client.Trust.Review(Enrolled, [], Now)!).Kind);
        Assert.Equal(TrustEventKind.ClientEnrolled, ClientEnrolment.Told(client.Trust.Authorise(Enrolled, [], Enrolled.Fingerprint, "ann", Now).Value).Kind);
        Assert.Equal(TrustEventKind.ClientChanged, ClientEnrolment.Told(client.Trust.ObserveChange(Some.Certificate(2), [], Now)).Kind);
        Assert.Equal(TrustEventKind.ClientRemoved, ClientEnrolment.Told(client.Trust.Remove(Now)).Kind);
    }

    private static ClientVerdict Judge(PresentedCertificate presented, string account, ClientEnrolment client) => ClientJudgement.Judge(presented, account, client, Now, TrustPolicy.Default);

    private static ClientEnrolment Client()
    {
        var client = ClientEnrolment.New(new CoreId(Guid.NewGuid()), Name, "sync");
        var problems = CertificateAssessment.Assess(Enrolled, Name, Now, TrustPolicy.Default, CertificateUse.Client);
        Assert.True(client.Trust.Authorise(Enrolled, problems, Enrolled.Fingerprint, "ann", Now).IsSuccess);
        return client;
    }
}
