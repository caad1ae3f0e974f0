using System.Security.Cryptography.X509Certificates;
using CoreSync.Infrastructure.Identity;
using CoreSync.Trust;

namespace CoreSync.Infrastructure.Tls;

/// <summary>The own certificate as that of a client, for one handshake: shown to the certificates that a person authorised, and to nobody else (T13).</summary>
internal sealed class ClientIdentity(OwnCertificate own, IReadOnlyList<CertificateFingerprint> showTo)
{
    /// <summary>The other side asked for a certificate.</summary>
    public bool WasAsked { get; private set; }

    /// <summary>What was shown; null when nothing was.</summary>
    public CertificateFingerprint? Shown { get; private set; }

    /// <summary>Whether this certificate may see ours.</summary>
    public bool WouldShowTo(CertificateFingerprint remote) => showTo.Contains(remote);

    /// <summary>The certificate to present. The platform asks before it knows the other side, and again when the other side has asked.</summary>
    public X509Certificate? Choose(X509Certificate? remote)
    {
        if (remote is null)
            return null;
        WasAsked = true;
        if (!WouldShowTo(CertificateFingerprint.Of(remote.GetRawCertData())) || own.ForListener() is not { IsSuccess: true, Value: var mine })
            return null;
        Shown = CertificateFingerprint.Of(mine.TargetCertificate.RawData);
        return mine.TargetCertificate;
    }
}
