using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Infrastructure.Tls;
using CoreSync.Trust;

namespace CoreSync.Infrastructure.Notifications;

/// <summary>How the certificate of a receiver of notifications is judged: exactly the one whose fingerprint was given, else one for its name that chains to a trusted root of this machine.</summary>
internal static class ReceiverTls
{
    public static SslClientAuthenticationOptions For(string host, string fingerprint)
    {
        var pinned = fingerprint.Length == 0 ? null : CertificateFingerprint.Parse(fingerprint) is { IsSuccess: true, Value: var parsed } ? parsed : null;
        return new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = TlsPolicy.Protocols,
            AllowTlsResume = false,
            AllowRenegotiation = false,
            CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
            RemoteCertificateValidationCallback = (_, presented, _, errors) =>
                presented is not null && (pinned is null ? fingerprint.Length == 0 && errors == SslPolicyErrors.None : CertificateFingerprint.Of(presented.GetRawCertData()) == pinned),
        };
    }
}
