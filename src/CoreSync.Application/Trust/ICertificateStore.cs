using CoreSync.Trust;

namespace CoreSync.Application.Trust;

/// <summary>The local certificate store: the platform's own, named per core (T2). Holds public certificates of authorised targets.</summary>
/// <remarks>Failures throw <c>CoreSyncException</c> with <c>CertificateStoreUnavailableError</c>: no core is trusted while the store cannot be read.</remarks>
public interface ICertificateStore
{
    /// <summary>The store's name, for messages.</summary>
    string Name { get; }

    /// <summary>Whether the store holds the certificate with this fingerprint, byte for byte.</summary>
    bool Contains(CertificateFingerprint fingerprint);

    /// <summary>Adds a certificate (DER); adding it twice changes nothing.</summary>
    void Add(ReadOnlyMemory<byte> der);

    /// <summary>Removes a certificate; removing an absent one changes nothing.</summary>
    void Remove(CertificateFingerprint fingerprint);

    /// <summary>All fingerprints in the store.</summary>
    IReadOnlySet<CertificateFingerprint> List();
}
