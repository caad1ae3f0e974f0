using CoreSync.Application.Cores;
using CoreSync.Servers;
using CoreSync.Trust;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Trust;

/// <summary>Warns in time that the own certificate, the authorised one of a target or the enrolled one of a source ends (T11): once per certificate and threshold, however often the service starts.</summary>
internal sealed class ExpiryWatch(
    StoreGate gate, IOwnCertificate own, ITrustStore trust, IClientStore clients, IExpiryWarnings warned, ILocalCore local, TimeProvider time, ILogger<ExpiryWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    /// <summary>Looks at all certificates once.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var present = own.Describe();
        if (present.IsSuccess)
            await LookAsync(local.Current.Name, present.Value, cancellationToken).ConfigureAwait(false);
        foreach (var record in (await trust.ListAsync(cancellationToken).ConfigureAwait(false)).Where(record => record.State is TrustState.Trusted or TrustState.ValidationFailed))
        {
            if (record.Authorised is { } authorised)
                await LookAsync(record.Fqdn, authorised.Certificate, cancellationToken).ConfigureAwait(false);
        }

        foreach (var client in (await clients.ListAsync(cancellationToken).ConfigureAwait(false)).Where(client => client.IsEnrolled))
            await LookAsync(client.Name, client.Trust.Authorised!.Certificate, cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                if ((await gate.OpenAsync(stoppingToken).ConfigureAwait(false)).IsSuccess)
                    await LookAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (CoreSync.Errors.CoreSyncException failure)
            {
                // The engine meets the same store and reports it; the next look is an hour away.
                TrustLog.ExpiryNotLookedAt(logger, failure.Error.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private async Task LookAsync(Fqdn name, PresentedCertificate certificate, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (CertificateExpiry.Passed(certificate.NotAfter, now) is not { } passed || !await warned.IsFirstAsync(certificate.Fingerprint, passed, now, cancellationToken).ConfigureAwait(false))
            return;
        if (passed == 0)
            TrustLog.CertificateExpired(logger, certificate.Fingerprint.ToString(), name.Ascii, certificate.NotAfter);
        else
            TrustLog.CertificateExpiresSoon(logger, certificate.Fingerprint.ToString(), name.Ascii, CertificateExpiry.DaysLeft(certificate.NotAfter, now), certificate.NotAfter);
    }
}

/// <summary>Remembers which warnings about the end of certificates were given.</summary>
public interface IExpiryWarnings
{
    /// <summary>Records a warning.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="threshold">The number of days that the time left has passed; 0 for the end.</param>
    /// <param name="at">When.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when it was given before, by whichever process.</returns>
    Task<bool> IsFirstAsync(CertificateFingerprint certificate, int threshold, DateTimeOffset at, CancellationToken cancellationToken);
}
