using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Application.Cores;

/// <summary>The certificate that this core presents, with its private key in the data directory's <c>keys</c> folder (T12).</summary>
public interface IOwnCertificate
{
    /// <summary>Makes the default certificate <c>CoreSync Secure Token Server</c>: EC P-256, SAN = the FQDN, key readable by the service account only.</summary>
    /// <param name="name">The FQDN of this core.</param>
    /// <param name="replace">Replaces an existing one (<c>identity renew</c>); otherwise an existing one is kept.</param>
    /// <returns>Fails with <c>StoreUnwritableError</c> or <c>StoreFullError</c>.</returns>
    Result Create(Fqdn name, bool replace);

    /// <summary>Reads what the other side must see.</summary>
    /// <returns>Fails with <c>IdentityUnusableError</c>: missing, unreadable, or key open to others (C08).</returns>
    Result<PresentedCertificate> Describe();

    /// <summary>The certificate alone as PEM; never the key.</summary>
    /// <returns>Fails as <see cref="Describe"/>.</returns>
    Result<string> ExportPem();

    /// <summary>Reads a certificate file of another core (PEM or DER, one certificate).</summary>
    /// <returns>Fails with <c>CertificateUnreadableError</c>.</returns>
    Result<PresentedCertificate> ReadFile(string file);
}
