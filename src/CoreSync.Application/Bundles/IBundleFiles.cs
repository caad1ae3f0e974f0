using CoreSync.Bundles;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Application.Bundles;

/// <summary>Writes and reads bundles and receipts, signed with this core's own certificate (docs/bundle.md).</summary>
public interface IBundleFiles
{
    /// <summary>Begins a bundle beside its final name; nothing has that name before <see cref="IBundleWriter.FinishAsync"/>.</summary>
    /// <param name="file">Absolute path.</param>
    /// <param name="overwrite">Replaces a file of that name.</param>
    /// <param name="opening">The manifest as far as it is known: components with the positions they begin at.</param>
    /// <returns>Fails with <c>BundleFileExistsError</c>, <c>IdentityUnusableError</c>, <c>StoreUnwritableError</c>, <c>StoreFullError</c>.</returns>
    Result<IBundleWriter> Create(string file, bool overwrite, BundleManifest opening);

    /// <summary>Opens a bundle and verifies its envelope: version, sizes, manifest and signature. Nothing behind the envelope was looked at yet.</summary>
    /// <returns>Fails with <c>BundleNotFoundError</c>, <c>BundleUnreadableError</c>, <c>BundleMalformedError</c>, <c>BundleVersionError</c>, <c>BundleDamagedError</c>.</returns>
    Result<IBundleReader> Open(string file);

    /// <summary>Tells a receipt from a bundle by its first bytes.</summary>
    /// <returns>Fails as <see cref="Open"/>.</returns>
    Result<bool> IsReceipt(string file);

    /// <summary>Writes a receipt; replaces a file of that name.</summary>
    /// <returns>Fails with <c>IdentityUnusableError</c>, <c>StoreUnwritableError</c>, <c>StoreFullError</c>.</returns>
    Result WriteReceipt(string file, BundleReceipt receipt);

    /// <summary>Reads a receipt and verifies its signature.</summary>
    /// <returns>Fails as <see cref="Open"/>.</returns>
    Result<SignedReceipt> ReadReceipt(string file);
}

/// <summary>A bundle that is being written. Disposed without <see cref="FinishAsync"/> it leaves nothing behind.</summary>
public interface IBundleWriter : IAsyncDisposable
{
    /// <summary>Adds content that the next batch needs.</summary>
    /// <param name="component">The component of that batch.</param>
    /// <param name="hash">SHA-256 that the content must have.</param>
    /// <param name="size">Its size.</param>
    /// <param name="content">The content from its beginning.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Fails with <c>ContentUnstableError</c> when the content has another size or hash; the bundle is of no use then.</returns>
    /// <exception cref="CoreSyncException">The disk failed.</exception>
    Task<Result> AddContentAsync(ComponentName component, ContentHash hash, long size, Stream content, CancellationToken cancellationToken);

    /// <summary>Adds a batch.</summary>
    /// <returns>Fails with <c>BatchMalformedError</c>.</returns>
    /// <exception cref="CoreSyncException">The disk failed.</exception>
    Task<Result> AddBatchAsync(ComponentName component, ChangeBatch batch, CancellationToken cancellationToken);

    /// <summary>Signs, makes durable, and gives the file its name.</summary>
    /// <param name="components">What was written of each component.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CoreSyncException">The disk failed; nothing has the name then.</exception>
    Task<Result<WrittenBundle>> FinishAsync(IReadOnlyList<BundleComponent> components, CancellationToken cancellationToken);
}

/// <summary>A bundle that was written.</summary>
/// <param name="Manifest">What it says about itself.</param>
/// <param name="Signer">The certificate that signed: what an importing core is asked for.</param>
/// <param name="FileBytes">Size of the file.</param>
public sealed record WrittenBundle(BundleManifest Manifest, CertificateFingerprint Signer, long FileBytes);

/// <summary>A receipt with the certificate that signed it.</summary>
public sealed record SignedReceipt(BundleReceipt Receipt, CertificateFingerprint Signer);

/// <summary>A bundle whose envelope is sound.</summary>
public interface IBundleReader : IDisposable
{
    /// <summary>The signed manifest.</summary>
    BundleManifest Manifest { get; }

    /// <summary>The certificate that signed.</summary>
    CertificateFingerprint Signer { get; }

    /// <summary>Subject of that certificate, printable.</summary>
    string SignerSubject { get; }

    /// <summary>Reads every byte and compares hashes and lengths; memory does not grow with the file.</summary>
    /// <returns>The sections in their order; content is verified and not given out.</returns>
    /// <exception cref="CoreSyncException">With <c>BundleMalformedError</c>, <c>BundleDamagedError</c> or <c>BundleUnreadableError</c>, at the latest at the end.</exception>
    IAsyncEnumerable<BundleSection> VerifyAsync(CancellationToken cancellationToken);

    /// <summary>Reads the sections of a bundle that was verified before with the same reader; batches are compared with what was verified.</summary>
    /// <exception cref="CoreSyncException">As <see cref="VerifyAsync"/>: the file changed under us.</exception>
    IAsyncEnumerable<BundleSection> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Opens content that <see cref="ReadAsync"/> gave; several may be open.</summary>
    Stream OpenContent(BundleContent content);
}

/// <summary>A part of a bundle.</summary>
/// <param name="Component">The component that it belongs to.</param>
public abstract record BundleSection(ComponentName Component);

/// <summary>A batch as it travels on the wire.</summary>
public sealed record BundleBatch(ComponentName Component, ChangeBatch Batch) : BundleSection(Component);

/// <summary>Content that the batch after it needs.</summary>
/// <param name="Component">The component of that batch.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Offset">Where it begins in the file.</param>
public sealed record BundleContent(ComponentName Component, ContentHash Hash, long Size, long Offset) : BundleSection(Component);
