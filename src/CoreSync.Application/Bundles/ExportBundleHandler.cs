using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Bundles;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;
using MediatR;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Bundles;

internal sealed class ExportBundleHandler(
    BundleExport export, IBundleFiles files, IBundleStore bundles, IComponentStore components, ICatalogue catalogue, FileScans scans, EngineLease lease, IRandomSource random,
    TimeProvider time, ILogger<ExportBundleHandler> logger) : IRequestHandler<ExportBundle, Result<ExportedBundle>>
{
    public async Task<Result<ExportedBundle>> Handle(ExportBundle request, CancellationToken cancellationToken)
    {
        var wanted = await WantedAsync(request, cancellationToken).ConfigureAwait(false);
        if (wanted.IsFailed)
            return wanted.ToResult<ExportedBundle>();
        if (await ScanAsync(wanted.Value.Components, cancellationToken).ConfigureAwait(false) is { } trouble)
            return Result.Fail(trouble);
        var opening = await export.OpeningAsync(wanted.Value, random.NewGuid(), time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        if (opening.IsFailed)
            return opening.ToResult<ExportedBundle>();
        var created = files.Create(request.File, request.Overwrite, opening.Value.Manifest);
        if (created.IsFailed)
            return created.ToResult<ExportedBundle>();
        await using var writer = created.Value.ConfigureAwait(false);
        var written = await export.WriteAsync(wanted.Value, opening.Value, created.Value, cancellationToken).ConfigureAwait(false);
        if (written.IsFailed)
            return written.ToResult<ExportedBundle>();
        // Before the file has its name: a receipt for it is recognised whatever happens next.
        await bundles.RecordExportAsync(opening.Value.Manifest with { Components = written.Value.Components }, cancellationToken).ConfigureAwait(false);
        var finished = await created.Value.FinishAsync(written.Value.Components, cancellationToken).ConfigureAwait(false);
        if (finished.IsFailed)
            return finished.ToResult<ExportedBundle>();
        var manifest = finished.Value.Manifest;
        BundleLog.BundleExported(logger, manifest.Id, manifest.Totals.Changes, finished.Value.FileBytes, request.File);
        return new ExportedBundle(request.File, finished.Value, Next(manifest), written.Value.LeftOut);
    }

    private static Sequence? Next(BundleManifest manifest)
    {
        if (manifest.Kind != BundleKind.Feed)
            return null;
        return manifest.Components.Select(component => component.To).DefaultIfEmpty().Aggregate(Sequence.Min);
    }

    private async Task<Result<ExportSelection>> WantedAsync(ExportBundle request, CancellationToken cancellationToken)
    {
        var chosenItems = await catalogue.FindLiveAsync(request.Items, cancellationToken).ConfigureAwait(false);
        if (chosenItems.IsFailed)
            return chosenItems.ToResult<ExportSelection>();
        var items = chosenItems.Value.Select(item => item.Id).ToList();
        if (items.Count > 0 && request.Since is not null)
            return Result.Fail(new UsageInvalidError("--since is for whole components; chosen items always go whole"));
        if (request.Since is < 0)
            return Result.Fail(new UsageInvalidError("--since is a sequence, 0 or more"));
        var head = await catalogue.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (request.Since > head.Value)
            return Result.Fail(new UsageInvalidError($"--since {request.Since} lies after the newest sequence of this core, {head}"));
        var all = (await components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(component => component.Sends()).ToList();
        var chosen = new List<Component>();
        foreach (var text in request.Components)
        {
            var component = await components.FindAsync(text, cancellationToken).ConfigureAwait(false);
            if (component.IsFailed)
                return component.ToResult<ExportSelection>();
            if (!component.Value.IsEnabled)
                return Result.Fail(new ComponentDisabledError(component.Value.Name.Value));
            if (chosen.All(other => other.Name != component.Value.Name))
                chosen.Add(component.Value);
        }

        return new ExportSelection(items, request.Components.Count == 0 && items.Count == 0 ? all : chosen, new Sequence(request.Since ?? 0), all.Select(component => component.Name).ToHashSet());
    }

    // A service that runs scans by itself; two processes that scan would see each new file twice.
    private async Task<CoreSyncError?> ScanAsync(IReadOnlyList<Component> chosen, CancellationToken cancellationToken)
    {
        if (chosen.All(component => component.Kind != ComponentKind.Files))
            return null;
        var wasHeld = lease.IsHeld;
        var taken = await lease.AcquireAsync(cancellationToken).ConfigureAwait(false);
        if (taken.IsFailed)
            return taken.HasError<StoreLockedError>() ? null : taken.FirstError();
        try
        {
            return await scans.ScanAsync(chosen, null, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!wasHeld)
                lease.Dispose();
        }
    }
}

/// <summary>What is to be exported.</summary>
/// <param name="Items">Chosen items; with any, the bundle is a selection.</param>
/// <param name="Components">Whole components.</param>
/// <param name="Since">Only what changed after it.</param>
/// <param name="Sending">All components of which items may come along.</param>
internal sealed record ExportSelection(IReadOnlyList<ItemId> Items, IReadOnlyList<Component> Components, Sequence Since, IReadOnlySet<ComponentName> Sending)
{
    public BundleKind Kind => Items.Count > 0 ? BundleKind.Selection : BundleKind.Feed;
}
