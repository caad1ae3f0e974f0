using CoreSync.Application.Cores;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Application.Bundles;

/// <summary>Whose bundles this core imports: its own, those of its trusted target cores, and those of signers whose fingerprint a person gave (B2).</summary>
internal sealed class BundleSigners(ITrustStore trust, ITargetStore targets, TrustedCertificates certificates, IBundleStore bundles, IOwnCertificate own, ILocalCore local)
{
    /// <summary>Judges the signer of a file.</summary>
    /// <param name="file">The file, for errors.</param>
    /// <param name="signer">The certificate that signed.</param>
    /// <param name="core">The core in whose name the file speaks.</param>
    /// <param name="name">Its name as the file says it.</param>
    /// <param name="given">The fingerprint that a person gave; null for none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>
    /// Whether the signer is new and must be remembered once the file is found sound. Fails with <see cref="BundleSignerUnknownError"/>,
    /// <see cref="BundleSignerMismatchError"/> or <see cref="BundleSourceMismatchError"/>.
    /// </returns>
    public async Task<Result<bool>> JudgeAsync(string file, CertificateFingerprint signer, CoreId core, string name, string? given, CancellationToken cancellationToken)
    {
        if (given is not null)
        {
            var parsed = CertificateFingerprint.Parse(given);
            if (parsed.IsFailed)
                return parsed.ToResult<bool>();
            if (parsed.Value != signer)
                return Result.Fail(new BundleSignerMismatchError(file, parsed.Value.ToString(), signer.ToString()));
        }

        if (await CoreOfAsync(signer, cancellationToken).ConfigureAwait(false) is not { } known)
            return given is null ? Result.Fail(new BundleSignerUnknownError(file, name, signer.ToString())) : true;
        // Who may sign for one core does not speak for another. A target that was never contacted has not said yet which core it is.
        return known.Core is { } bound && bound != core ? Result.Fail(new BundleSourceMismatchError(file, core.ToString(), bound.ToString())) : false;
    }

    /// <summary>The trusted target core that has this certificate; null when there is none.</summary>
    public async Task<CoreServer?> TargetOfAsync(CertificateFingerprint signer, CancellationToken cancellationToken)
    {
        foreach (var record in await trust.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (record.State == TrustState.Trusted && record.Authorised?.Fingerprint == signer && certificates.Holds(record))
                return await targets.FindAsync(record.Fqdn, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private async Task<KnownSigner?> CoreOfAsync(CertificateFingerprint signer, CancellationToken cancellationToken)
    {
        if (own.Describe() is { IsSuccess: true, Value: var mine } && mine.Fingerprint == signer)
            return new KnownSigner(local.Current.Id);
        if (await TargetOfAsync(signer, cancellationToken).ConfigureAwait(false) is { } target)
            return new KnownSigner(target.KnownCore);
        var remembered = (await bundles.SignersAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(one => one.Fingerprint == signer);
        return remembered is null ? null : new KnownSigner(remembered.Core);
    }

    private sealed record KnownSigner(CoreId? Core);
}
