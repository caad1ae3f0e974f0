using CoreSync.Bundles;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Trust;

namespace CoreSync.Application.Bundles;

/// <summary>What this core remembers about bundles: whose it imports, which it exported, which import with new ids is under way.</summary>
public interface IBundleStore
{
    /// <summary>Signers that a person authorised with a fingerprint, oldest first.</summary>
    Task<IReadOnlyList<RememberedSigner>> SignersAsync(CancellationToken cancellationToken);

    /// <summary>Remembers a signer; one that is known stays as it is.</summary>
    Task RememberAsync(RememberedSigner signer, CancellationToken cancellationToken);

    /// <summary>Forgets a signer; false when it was not remembered.</summary>
    Task<bool> ForgetAsync(CertificateFingerprint fingerprint, CancellationToken cancellationToken);

    /// <summary>Records what a bundle that this core exported holds, so that a receipt for it is recognised.</summary>
    Task RecordExportAsync(BundleManifest manifest, CancellationToken cancellationToken);

    /// <summary>The last sequence of each component in a bundle that this core exported; empty when it did not.</summary>
    Task<IReadOnlyDictionary<ComponentName, Sequence>> ExportAsync(Guid bundle, CancellationToken cancellationToken);

    /// <summary>Begins an import with new ids, or goes on with one that did not end.</summary>
    /// <param name="insert">Which.</param>
    /// <param name="seed">Used when it is new.</param>
    /// <param name="at">When.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The seed of its ids.</returns>
    Task<Guid> BeginInsertAsync(BundleInsert insert, Guid seed, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Ends an import with new ids: the next one of this bundle makes new items.</summary>
    Task EndInsertAsync(BundleInsert insert, CancellationToken cancellationToken);

    /// <summary>What this core knows of a source and its feeds; changes nothing.</summary>
    /// <returns>Null when nothing was ever received from it.</returns>
    Task<KnownSource?> SourceAsync(CoreId core, CancellationToken cancellationToken);
}

/// <summary>A certificate whose bundles are imported.</summary>
/// <param name="Fingerprint">Of the certificate.</param>
/// <param name="Subject">Its subject, for people.</param>
/// <param name="Core">The only core in whose name it signs.</param>
/// <param name="At">When a person gave the fingerprint.</param>
/// <param name="By">Who.</param>
public sealed record RememberedSigner(CertificateFingerprint Fingerprint, string Subject, CoreId Core, DateTimeOffset At, string By);

/// <summary>One import with new ids.</summary>
/// <param name="Bundle">The bundle.</param>
/// <param name="Mode">Insert or insert as in the file.</param>
/// <param name="Group">The chosen group; empty for those of the file.</param>
/// <param name="Owner">The chosen owner; empty for those of the file.</param>
public sealed record BundleInsert(Guid Bundle, ImportMode Mode, string Group, string Owner);

/// <summary>A source as this core knows it.</summary>
/// <param name="Identity">Its store, and the highest epoch seen.</param>
/// <param name="Positions">Where this core stands in its feeds.</param>
public sealed record KnownSource(SourceIdentity Identity, IReadOnlyDictionary<ComponentName, Sequence> Positions);
