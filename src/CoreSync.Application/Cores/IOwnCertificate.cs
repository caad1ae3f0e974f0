using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Application.Cores;

/// <summary>The certificate that this core presents, and its private key, which never leaves the <c>keys</c> folder, its file or its store (T12).</summary>
public interface IOwnCertificate
{
    /// <summary>Makes the default certificate <c>CoreSync Secure Token Server</c> unless there is one: EC P-256, SAN = the FQDN, key readable by the service account only.</summary>
    /// <param name="name">The FQDN of this core.</param>
    /// <returns>Fails with <c>StoreUnwritableError</c> or <c>StoreFullError</c>.</returns>
    Result Create(Fqdn name);

    /// <summary>Makes a new default certificate in the place of the one before.</summary>
    /// <param name="name">The FQDN of this core.</param>
    /// <param name="keepKey">Keeps the private key: other cores show <i>same key renewed</i>, and ask all the same.</param>
    /// <returns>Fails with <c>IdentityNotGeneratedError</c>, <c>IdentityUnusableError</c> (the key to keep), <c>StoreUnwritableError</c> or <c>StoreFullError</c>; nothing changed then.</returns>
    Result Renew(Fqdn name, bool keepKey);

    /// <summary>Presents the certificate of this source from now on, in every process on this data directory.</summary>
    /// <returns>The certificate. Fails with all faults at once, <c>IdentityUnusableError</c> and the other <c>Identity…Error</c>s; nothing changed then.</returns>
    Result<PresentedCertificate> Use(OwnCertificateSource source, Fqdn name);

    /// <summary>Where the certificate comes from.</summary>
    /// <returns>Fails with <c>IdentityUnusableError</c>.</returns>
    Result<OwnCertificateSource> Source();

    /// <summary>Reads what the other side must see.</summary>
    /// <returns>Fails with <c>IdentityUnusableError</c> (missing, unreadable, or key open to others, C08), <c>IdentityKeyMissingError</c>, <c>IdentityKeyMismatchError</c> or <c>IdentityLookupError</c>.</returns>
    Result<PresentedCertificate> Describe();

    /// <summary>Everything that is wrong with the present source and its certificate; empty when other cores can authorise it.</summary>
    IReadOnlyList<CoreSyncError> Faults(Fqdn name);

    /// <summary>The certificate alone as PEM; never the key.</summary>
    /// <returns>Fails as <see cref="Describe"/>.</returns>
    Result<string> ExportPem();

    /// <summary>Reads a certificate file of another core (PEM or DER, one certificate).</summary>
    /// <returns>Fails with <c>CertificateUnreadableError</c>.</returns>
    Result<PresentedCertificate> ReadFile(string file);

    /// <summary>Reads a file with the public keys of another core (T13).</summary>
    /// <returns>Fails with <c>KeysFileError</c>: unreadable, altered, or it holds a private key.</returns>
    Result<PublicKeys> ReadKeys(string file);
}
