using CoreSync.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Application.Targets;
using CoreSync.Application.Verification;
using CoreSync.Bundles;
using CoreSync.Replication;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Application.Bundles;

/// <summary>Puts an admitted bundle into effect in one of the three modes (B2), or says what that would do.</summary>
internal sealed class BundleApplication(
    ILocalItemSinks sinks, INewItemSinks newSinks, BatchPlanner planner, BatchPlaces places, IBundleStore bundles, ICatalogue catalogue, IComponentStore components, ILocalCore local,
    IRandomSource random, TimeProvider time)
{
    /// <summary>Ids and groups stay.</summary>
    public async Task<Result<BundleImport>> UpdateAsync(AdmittedBundle bundle, Account importer, CancellationToken cancellationToken)
    {
        var source = bundle.Moves ? Source(bundle) : await SelfAsync(cancellationToken).ConfigureAwait(false);
        var sink = sinks.For(importer);
        if (bundle.Moves)
        {
            var introduced = await sink.OpenAsync(source, cancellationToken).ConfigureAwait(false);
            if (introduced.IsFailed)
                return introduced.ToResult<BundleImport>();
        }

        var receiving = (await components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(component => component.Receives()).Select(component => component.Name).ToHashSet();
        var import = new BundleImport(bundle.Reader, sink, catalogue, batch =>
        {
            // A component that is not received here has nothing in it, or the bundle would not fit.
            if (batch.Batch.Changes.Count == 0 && !(bundle.Moves && receiving.Contains(batch.Component)))
                return null;
            return bundle.Moves ? batch.Batch with { Source = source } : batch.Batch with { Source = source, After = Sequence.Zero, Last = Sequence.Zero };
        });
        var run = await import.RunAsync(cancellationToken).ConfigureAwait(false);
        return run.IsFailed ? run.ToResult<BundleImport>() : import;
    }

    /// <summary>New items of this core.</summary>
    public async Task<Result<BundleImport>> InsertAsync(AdmittedBundle bundle, Account importer, ImportBundle request, CancellationToken cancellationToken)
    {
        var insert = new BundleInsert(bundle.Manifest.Id, request.Mode, request.Group ?? "", request.Owner ?? "");
        var seed = await bundles.BeginInsertAsync(insert, random.NewGuid(), time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        var self = await SelfAsync(cancellationToken).ConfigureAwait(false);
        var fresh = new NewItems(new ImportedIds(seed), bundle.Check.Holds, self, request.Group, request.Owner);
        var import = new BundleImport(bundle.Reader, newSinks.ForNewItems(importer), catalogue, batch => fresh.Of(batch.Batch) is { Changes.Count: > 0 } changes ? changes : null);
        var run = await import.RunAsync(cancellationToken).ConfigureAwait(false);
        if (run.IsFailed)
            return run.ToResult<BundleImport>();
        await bundles.EndInsertAsync(insert, cancellationToken).ConfigureAwait(false);
        return import;
    }

    /// <summary>What would happen with each item; writes nothing.</summary>
    /// <returns>Fails as the receiving side would.</returns>
    public async Task<Result<IReadOnlyList<PlanLine>>> PlanAsync(AdmittedBundle bundle, Account importer, ImportBundle request, CancellationToken cancellationToken)
    {
        var isInsert = request.Mode != ImportMode.Update;
        var self = await SelfAsync(cancellationToken).ConfigureAwait(false);
        var fresh = new NewItems(new ImportedIds(random.NewGuid()), bundle.Check.Holds, self, request.Group, request.Owner);
        var plan = new PlanAssembly(async (name, batch) =>
        {
            var component = await places.WritableAsync(importer, name, cancellationToken).ConfigureAwait(false);
            return component.IsFailed ? component.ToResult() : Result.Ok(await planner.PlanAsync(component.Value, importer, batch, isInsert, cancellationToken).ConfigureAwait(false));
        });
        await foreach (var section in bundle.Reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (section is not BundleBatch batch)
                continue;
            var planned = await plan.AddAsync(batch.Component, isInsert ? fresh.Of(batch.Batch) : batch.Batch).ConfigureAwait(false);
            if (planned.IsFailed)
                return planned;
        }

        return Result.Ok(plan.Lines);
    }

    // What a file says is guarded by revisions and positions; that a later writer was met meanwhile does not make it wrong.
    private static SourceIdentity Source(AdmittedBundle bundle)
    {
        var claimed = bundle.Manifest.Source;
        return bundle.Known is { } known && known.StoreId == claimed.StoreId ? claimed with { Epoch = Math.Max(claimed.Epoch, known.Epoch) } : claimed;
    }

    // What moves no checkpoint belongs to nobody's feed: this core itself writes it, so that the streams of its sources stay what both sides know.
    private async Task<SourceIdentity> SelfAsync(CancellationToken cancellationToken) =>
        (await bundles.SourceAsync(local.Current.Id, cancellationToken).ConfigureAwait(false))?.Identity ?? new SourceIdentity(local.Current.Id, local.Current.StoreId, 0);
}
