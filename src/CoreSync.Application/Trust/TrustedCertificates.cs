using CoreSync.Trust;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Trust;

/// <summary>Keeps the local certificate store in step with the trust records: state first, store second, so that every crash in between ends as "not trusted" (T2).</summary>
internal sealed class TrustedCertificates(ITrustStore trust, ICertificateStore certificates, ILogger<TrustedCertificates> logger)
{
    public string StoreName => certificates.Name;

    public bool Holds(TrustRecord record) => record.Authorised is { } authorised && certificates.Contains(authorised.Fingerprint);

    /// <summary>What the store holds now, for a look at many records.</summary>
    public HeldCertificates Held() => new(certificates.List());

    public void Add(PresentedCertificate certificate) => certificates.Add(certificate.Der);

    /// <summary>Removes a certificate from the store unless another target core is authorised with the same one.</summary>
    public async Task RemoveUnlessUsedAsync(CertificateFingerprint? fingerprint, CancellationToken cancellationToken)
    {
        if (fingerprint is null)
            return;
        var records = await trust.ListAsync(cancellationToken).ConfigureAwait(false);
        if (!records.Any(record => record.Authorised?.Fingerprint == fingerprint))
            certificates.Remove(fingerprint);
    }

    /// <summary>Removes what a crash left behind: certificates that no record authorises.</summary>
    public async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        var authorised = (await trust.ListAsync(cancellationToken).ConfigureAwait(false)).Select(record => record.Authorised?.Fingerprint).ToHashSet();
        foreach (var leftover in certificates.List().Where(fingerprint => !authorised.Contains(fingerprint)))
        {
            certificates.Remove(leftover);
            TrustLog.LeftoverCertificateRemoved(logger, leftover.ToString(), certificates.Name);
        }
    }
}

/// <summary>The certificates that the local certificate store held at one moment.</summary>
internal readonly struct HeldCertificates(IReadOnlySet<CertificateFingerprint> fingerprints)
{
    public bool Holds(TrustRecord record) => record.Authorised is { } authorised && fingerprints.Contains(authorised.Fingerprint);
}
