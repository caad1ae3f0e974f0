using CoreSync.Application.Settings;
using CoreSync.Servers;
using CoreSync.Settings;
using CoreSync.Trust;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Trust;

/// <summary>Judges the cores that sign in with a certificate, and records what a judgement changes (T13).</summary>
public interface IClientGate
{
    /// <summary>Whether cores that sign in must present an enrolled certificate.</summary>
    Task<bool> IsRequiredAsync(CancellationToken cancellationToken);

    /// <summary>Judges without recording anything, so that it takes as long for a right account as for a wrong one.</summary>
    Task<ClientVerdict> JudgeAsync(PresentedCertificate? presented, CoreId source, string account, CancellationToken cancellationToken);

    /// <summary>Records a refusal of an account whose password was right: a pending enrolment, or the change of an enrolled one (as T5).</summary>
    Task RecordAsync(ClientVerdict refusal, PresentedCertificate? presented, CoreId source, string account, string remote, CancellationToken cancellationToken);

    /// <summary>Whether a token that was given to this certificate, core and account is still good; asked at every request.</summary>
    Task<bool> IsStillEnrolledAsync(CertificateFingerprint certificate, CoreId source, string account, CancellationToken cancellationToken);
}

/// <inheritdoc cref="IClientGate"/>
internal sealed class ClientGate(IClientStore clients, ISettingStore settings, TrustPolicies policies, TimeProvider time, ILogger<ClientGate> logger) : IClientGate
{
    /// <summary>Most cores that wait for a person: whoever has an account could otherwise fill the list.</summary>
    public const int MaxWaiting = 100;

    public async Task<bool> IsRequiredAsync(CancellationToken cancellationToken) =>
        await settings.ReadAsync(Setting.ClientCertificates, cancellationToken).ConfigureAwait(false) == "required";

    public async Task<ClientVerdict> JudgeAsync(PresentedCertificate? presented, CoreId source, string account, CancellationToken cancellationToken)
    {
        var policy = await policies.ReadAsync(cancellationToken).ConfigureAwait(false);
        return ClientJudgement.Judge(presented, account, await clients.FindAsync(source, cancellationToken).ConfigureAwait(false), time.GetUtcNow(), policy);
    }

    public async Task RecordAsync(
        ClientVerdict refusal, PresentedCertificate? presented, CoreId source, string account, string remote, CancellationToken cancellationToken)
    {
        TrustLog.ClientRefused(logger, account, source.ShortText, remote, presented?.Fingerprint.ToString() ?? "none", string.Join(", ", refusal.Reasons));
        if (presented is null)
            return;
        var known = await clients.FindAsync(source, cancellationToken).ConfigureAwait(false);
        // Another account's claim says nothing about this core.
        if (refusal.Reasons.Contains(ClientReason.OtherAccount))
            return;
        if (known is null && (await clients.ListAsync(cancellationToken).ConfigureAwait(false)).Count(client => !client.IsEnrolled) >= MaxWaiting)
            return;
        var client = known ?? ClientEnrolment.New(source, NameIn(presented), account);
        var now = time.GetUtcNow();
        var problems = CertificateAssessment.Assess(presented, client.Name, now, await policies.ReadAsync(cancellationToken).ConfigureAwait(false), CertificateUse.Client);
        if (Change(client.Trust, presented, problems, now) is not { } what)
            return;
        var saved = await clients.SaveAsync(client, new TrustHistoryDraft(now, client.Name, ClientEnrolment.Told(what), Actor.Engine, ""), cancellationToken).ConfigureAwait(false);
        if (saved.IsSuccess)
            Log(client, what);
    }

    public async Task<bool> IsStillEnrolledAsync(CertificateFingerprint certificate, CoreId source, string account, CancellationToken cancellationToken)
    {
        var client = await clients.FindAsync(source, cancellationToken).ConfigureAwait(false);
        return client is { IsEnrolled: true } && client.Trust.Authorised?.Fingerprint == certificate && string.Equals(client.Account, account, StringComparison.OrdinalIgnoreCase);
    }

    private static TrustEvent? Change(TrustRecord record, PresentedCertificate presented, IReadOnlyList<CertificateProblem> problems, DateTimeOffset now)
    {
        if (record.State != TrustState.Trusted)
            return record.Review(presented, problems, now);
        return record.Authorised?.Fingerprint == presented.Fingerprint ? record.ObserveValidationFailure(presented, problems, now) : record.ObserveChange(presented, problems, now);
    }

    private void Log(ClientEnrolment client, TrustEvent what)
    {
        var (name, fingerprint) = (client.Name.Ascii, what.Fingerprint?.ToString() ?? "none");
        switch (what.Kind)
        {
            case TrustEventKind.CertificateChanged:
                TrustLog.ClientChanged(logger, name, fingerprint, what.PreviousFingerprint?.ToString() ?? "none");
                break;
            case TrustEventKind.ValidationFailed:
                TrustLog.ClientInvalid(logger, fingerprint, name, ProblemList.Text(what.Problems));
                break;
            default:
                TrustLog.ClientWaits(logger, fingerprint, name, client.Account);
                break;
        }
    }

    // What a certificate says about itself is shown to the person who decides; nothing rests on it.
    private static Fqdn NameIn(PresentedCertificate certificate) =>
        certificate.DnsNames.Select(Fqdn.Parse).FirstOrDefault(name => name.IsSuccess)?.Value ?? Fqdn.Parse("unnamed.invalid").Value;
}
