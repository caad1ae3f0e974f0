using CoreSync.Application.Cores;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Trust;

namespace CoreSync.Application.Health;

/// <summary>The certificate that this core presents, and those of cores that sign in here (T11, T12, T13).</summary>
internal sealed class CertificateHealth(ILocalCore local, IOwnCertificate certificate, IClientStore clients, TimeProvider time) : IHealthProbe
{
    public HealthArea Area => HealthArea.Certificate;

    public async Task LookAsync(HealthNotes notes, CancellationToken cancellationToken)
    {
        // A service may still present the certificate before; what is wrong with the one chosen now needs somebody all the same.
        foreach (var fault in certificate.Faults(local.Current.Name))
            notes.Find(Area, HealthSeverity.Failure, fault);
        var own = certificate.Describe();
        if (own.IsSuccess)
        {
            notes.Fact(Area, "certificate-fingerprint", own.Value.Fingerprint.ToString());
            notes.Fact(Area, "certificate-not-after", own.Value.NotAfter.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
            if (CertificateExpiry.Passed(own.Value.NotAfter, time.GetUtcNow()) > 0)
            {
                notes.Find(Area, HealthSeverity.Warning, new IdentityExpiringError(
                    CertificateExpiry.DaysLeft(own.Value.NotAfter, time.GetUtcNow()), OwnCertificateCheck.Text(own.Value.NotAfter)));
            }
        }

        foreach (var client in (await clients.ListAsync(cancellationToken).ConfigureAwait(false)).Where(Waits))
        {
            notes.Find(HealthArea.Work, HealthSeverity.Warning, new ClientWaitsError(client.Name.Ascii, client.Trust.Pending!.Certificate.Fingerprint.ToString()),
                client.Trust.Pending.SeenAt, client.Name.Ascii);
        }
    }

    private static bool Waits(ClientEnrolment client) =>
        client.Trust is { Pending: not null, State: TrustState.NotReviewed or TrustState.Changed or TrustState.ValidationFailed };
}
