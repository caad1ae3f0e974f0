using CoreSync.Application.Cores;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using Microsoft.Extensions.Logging;

namespace CoreSync.Infrastructure.Tls;

/// <summary>Cuts the open connections to a target core at once when the trust in it ends, whoever ended it and in whichever process (T6).</summary>
internal sealed class TrustWatch(
    CoreServer target, string storeName, ITrustGate gate, ITrustStore trust, IStoreMonitor monitor, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    // The certificate store of the platform tells nobody about its changes.
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(5);

    // A busy engine writes many times a second; with what the monitor takes this stays within the second of T6.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource cut = new();
    private readonly Lock gateKeeper = new();
    private readonly List<Task> loops = [];
    private CoreSyncError? error;

    /// <summary>Cancelled when the trust has ended.</summary>
    public CancellationToken Ended => cut.Token;

    /// <summary>Why the trust has ended; null while it holds.</summary>
    public CoreSyncError? Error => Volatile.Read(ref error);

    /// <summary>Watches one connection until it is disposed or cut.</summary>
    public void Guard(TlsConnection connection)
    {
        lock (gateKeeper)
            loops.Add(Task.Run(() => WatchAsync(connection)));
    }

    private async Task WatchAsync(TlsConnection connection)
    {
        var seen = connection.JudgedAt;
        var fingerprint = connection.Sighting.Certificate.Fingerprint;
        while (true)
        {
            try
            {
                using (var pause = new LinkedDeadline(Recheck, time, stop.Token, cut.Token, connection.Closed))
                {
                    try
                    {
                        await monitor.WaitForChangeAsync(seen, pause.Token).ConfigureAwait(false);
                    }
                    catch (OperationCanceledException) when (pause.HasExpired)
                    {
                        // Time to look whether the platform's store still holds the certificate.
                    }
                }

                seen = monitor.Version;
                if (await gate.IsStillTrustedAsync(target.Id, fingerprint, stop.Token).ConfigureAwait(false))
                {
                    using var pause = new LinkedDeadline(Recheck, time, stop.Token, cut.Token, connection.Closed);
                    await Task.Delay(Breath, time, pause.Token).ConfigureAwait(false);
                    continue;
                }

                End(connection, await ReasonAsync(fingerprint).ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                if (cut.IsCancellationRequested)
                    connection.Cut();
            }
            catch (CoreSyncException ex)
            {
                // Trust that cannot be read is no trust (T25).
                End(connection, ex.Error);
            }

            return;
        }
    }

    private void End(TlsConnection connection, CoreSyncError reason)
    {
        // First the reason, then the cut: the interrupted call must find it.
        if (Interlocked.CompareExchange(ref error, reason, null) is null)
            TlsLog.ConnectionCut(logger, target.Address.Fqdn.Ascii, reason.Code);
        cut.Cancel();
        connection.Cut();
    }

    private async Task<CoreSyncError> ReasonAsync(CertificateFingerprint accepted)
    {
        var fqdn = target.Address.Fqdn.Ascii;
        var record = await trust.FindAsync(target.Id, stop.Token).ConfigureAwait(false);
        return record?.State switch
        {
            null or TrustState.Revoked => new TrustRemovedError(fqdn),
            TrustState.Declined => new TrustDeclinedError(fqdn),
            TrustState.NotReviewed => new NotReviewedError(fqdn, accepted.ToString()),
            TrustState.Changed => new CertificateChangedError(fqdn, record.Pending?.Certificate.Fingerprint.ToString() ?? "another", accepted.ToString()),
            TrustState.ValidationFailed => new CertificateInvalidError(fqdn, ProblemList.Text(record.Pending?.Problems ?? [])),
            TrustState.Trusted when record.Authorised?.Fingerprint == accepted => new CertificateNotInStoreError(fqdn, accepted.ToString(), storeName),
            _ => new CertificateChangedError(fqdn, accepted.ToString(), record.Authorised?.Fingerprint.ToString() ?? "none"),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        Task[] running;
        lock (gateKeeper)
            running = [.. loops];
        await Task.WhenAll(running).ConfigureAwait(false);
        stop.Dispose();
        cut.Dispose();
    }
}
