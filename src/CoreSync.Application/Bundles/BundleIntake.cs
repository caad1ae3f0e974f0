using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Bundles;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Settings;
using FluentResults;

namespace CoreSync.Application.Bundles;

/// <summary>
/// Everything between a file and its first item; changes nothing:
/// <code>
///   1  envelope    version, signature, and whether the signer may speak here
///   2  verify      every byte, against its own manifest and the limits
///   3  fit         components received here, no gap to where this core stands
/// </code>
/// </summary>
internal sealed class BundleIntake(IBundleFiles files, IBundleStore bundles, BundleSigners signers, IComponentStore components, ISettingStore settings, ILocalCore local)
{
    /// <summary>Admits a bundle.</summary>
    /// <returns>Fails with the reason of the first step that does not pass.</returns>
    /// <exception cref="CoreSyncException">With the reason that the second step found.</exception>
    public async Task<Result<AdmittedBundle>> AdmitAsync(ImportBundle request, CancellationToken cancellationToken)
    {
        // Step 1: envelope.
        var opened = files.Open(request.File);
        if (opened.IsFailed)
            return opened.ToResult<AdmittedBundle>();
        var reader = opened.Value;
        try
        {
            var manifest = reader.Manifest;
            var isNew = await signers.JudgeAsync(request.File, reader.Signer, manifest.Source.Core, manifest.CoreName, request.Fingerprint, cancellationToken).ConfigureAwait(false);
            if (isNew.IsFailed)
                return isNew.ToResult<AdmittedBundle>();
            var moves = request.Mode == ImportMode.Update && manifest.Kind == BundleKind.Feed && manifest.Source.Core != local.Current.Id;
            if (request.Receipt is not null && !moves)
                return Result.Fail(new UsageInvalidError("--receipt needs a bundle of whole components of another core: this one moves no checkpoint"));

            // Step 2: verify.
            var check = await VerifyAsync(request.File, reader, cancellationToken).ConfigureAwait(false);

            // Step 3: fit.
            var known = await bundles.SourceAsync(manifest.Source.Core, cancellationToken).ConfigureAwait(false);
            var fits = await FitAsync(request.Mode, check, cancellationToken).ConfigureAwait(false);
            if (fits.IsSuccess && moves)
                fits = BundleWindow.Check(manifest, component => Stands(known, component));
            if (fits.IsFailed)
                return fits.ToResult<AdmittedBundle>();
            var admitted = new AdmittedBundle(reader, check, known?.Identity, moves, isNew.Value);
            reader = null;
            return admitted;
        }
        finally
        {
            reader?.Dispose();
        }
    }

    private static Checkpoint Stands(KnownSource? known, BundleComponent component) =>
        known is null ? Checkpoint.None : new Checkpoint(known.Identity.StoreId, known.Positions.GetValueOrDefault(component.Name));

    private async Task<BundleCheck> VerifyAsync(string file, IBundleReader reader, CancellationToken cancellationToken)
    {
        var maxBytes = await settings.ReadNumberAsync(Setting.BundleMaxGib, cancellationToken).ConfigureAwait(false) * (1L << 30);
        var maxItems = await settings.ReadNumberAsync(Setting.BundleMaxItems, cancellationToken).ConfigureAwait(false);
        var totals = reader.Manifest.Totals;
        if (totals.BodyBytes > maxBytes)
            throw new CoreSyncException(new BundleTooLargeError(file, "bytes", totals.BodyBytes, maxBytes, Setting.BundleMaxGib.Key));
        if (totals.Changes > maxItems)
            throw new CoreSyncException(new BundleTooLargeError(file, "items", totals.Changes, maxItems, Setting.BundleMaxItems.Key));
        var check = new BundleCheck(file, reader.Manifest, maxItems);
        await foreach (var section in reader.VerifyAsync(cancellationToken).ConfigureAwait(false))
            check.Add(section);
        check.Finish();
        return check;
    }

    private async Task<Result> FitAsync(ImportMode mode, BundleCheck check, CancellationToken cancellationToken)
    {
        foreach (var (name, isFiles) in check.Components)
        {
            var component = await components.FindAsync(name, cancellationToken).ConfigureAwait(false);
            if (component is null || !component.Receives())
                return Result.Fail(new ComponentNotReceivedError(name.Value, local.Current.Name.Ascii));
            if ((component.Kind == ComponentKind.Files) != isFiles)
                return Result.Fail(new ComponentKindError(name.Value, isFiles ? "documents" : "files"));
            if (isFiles && mode != ImportMode.Update)
                return Result.Fail(new UsageInvalidError($"Component {name} holds files, which have no other identity than their path: import them with --mode update"));
        }

        return Result.Ok();
    }
}

/// <summary>A bundle that may be applied.</summary>
/// <param name="Reader">The file, verified.</param>
/// <param name="Check">What verifying found in it.</param>
/// <param name="Known">Its source as this core knows it; null when it never wrote.</param>
/// <param name="Moves">Applying it moves this core's checkpoints in the feed of its source.</param>
/// <param name="IsNewSigner">A person authorised the signer with this import.</param>
internal sealed record AdmittedBundle(IBundleReader Reader, BundleCheck Check, SourceIdentity? Known, bool Moves, bool IsNewSigner) : IDisposable
{
    public BundleManifest Manifest => Reader.Manifest;

    public void Dispose() => Reader.Dispose();
}
