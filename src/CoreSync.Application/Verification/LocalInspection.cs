using CoreSync.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Application.Verification;

/// <inheritdoc cref="ILocalInspections"/>
internal sealed class LocalInspections(
    IReplicaStore replicas, IDigestStore digests, ICatalogue catalogue, IComponentStore components, IFileInspector files, BatchPlanner planner, BatchPlaces places,
    ILocalCore local) : ILocalInspections
{
    public IReplicaInspection For(Account reader, CoreId source) => new LocalInspection(reader, source, replicas, digests, catalogue, components, files, planner, places, local);
}

/// <summary>This core as a source sees it before it sends anything: the same rights as for sending, nothing written.</summary>
internal sealed class LocalInspection(
    Account reader, CoreId source, IReplicaStore replicas, IDigestStore digests, ICatalogue catalogue, IComponentStore components, IFileInspector files, BatchPlanner planner,
    BatchPlaces places, ILocalCore local) : IReplicaInspection
{
    public async Task<Result<ReplicaState>> StateAsync(CancellationToken cancellationToken)
    {
        if (!reader.May(Rights.Edit))
            return Result.Fail(new RightsMissingError(reader.Name, nameof(Rights.Edit), local.Current.Name.Ascii));
        var received = await replicas.ReceivedAsync(source, cancellationToken).ConfigureAwait(false);
        var receiving = (await components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(component => component.Receives()).Select(component => component.Name).ToList();
        var told = receiving.Where(reader.MayWrite).ToDictionary(name => name, name => received.GetValueOrDefault(name, Checkpoint.None));
        var totals = (await digests.TotalsAsync(null, cancellationToken).ConfigureAwait(false))
            .Where(total => total.Origin != local.Current.Id && told.ContainsKey(total.Component));
        return new ReplicaState(local.Current.Id, told, receiving.Where(name => !reader.MayWrite(name)).ToHashSet(), [.. totals]);
    }

    public async Task<Result<IReadOnlyList<RangeDigest>>> RangesAsync(ComponentName component, CoreId origin, IdPrefix within, int digits, CancellationToken cancellationToken)
    {
        var readable = await ReadableAsync(component, cancellationToken).ConfigureAwait(false);
        if (readable.IsFailed)
            return readable.ToResult();
        if (digits <= within.Digits.Length || digits > within.Digits.Length + 3 || digits > IdPrefix.MaxDigits)
            return Result.Fail(new BatchMalformedError("a range is divided by one to three digits"));
        if (origin == local.Current.Id)
            return Result.Ok<IReadOnlyList<RangeDigest>>([]);
        return Result.Ok(await digests.RangesAsync(component, origin, within, digits, cancellationToken).ConfigureAwait(false));
    }

    public async Task<Result<IReadOnlyList<DigestEntry>>> EntriesAsync(
        ComponentName component, CoreId origin, IdPrefix within, ItemId? after, CancellationToken cancellationToken)
    {
        var readable = await ReadableAsync(component, cancellationToken).ConfigureAwait(false);
        if (readable.IsFailed)
            return readable.ToResult();
        if (origin == local.Current.Id)
            return Result.Ok<IReadOnlyList<DigestEntry>>([]);
        return Result.Ok(await digests.EntriesAsync(component, origin, within, after, InspectionLimits.Entries, cancellationToken).ConfigureAwait(false));
    }

    public async Task<Result<IReadOnlyList<HeldItem>>> HeldAsync(ComponentName component, IReadOnlyCollection<ItemId> items, bool documents, CancellationToken cancellationToken)
    {
        var readable = await ReadableAsync(component, cancellationToken).ConfigureAwait(false);
        if (readable.IsFailed)
            return readable.ToResult();
        if (items.Count > InspectionLimits.Items)
            return Result.Fail(new BatchMalformedError($"more than {InspectionLimits.Items} items asked for"));
        var found = await catalogue.FindAsync(items, cancellationToken).ConfigureAwait(false);
        var held = new List<HeldItem>(found.Count);
        var budget = InspectionLimits.AllDocumentBytes;
        // What this core made is its own business, and another component may be closed to this account.
        foreach (var item in found.Values.Where(item => item.Origin != local.Current.Id && item.Component == component).OrderBy(item => item.Id.Value))
        {
            ReadOnlyMemory<byte>? document = null;
            if (documents && item is { Kind: ItemKind.Document, IsDeleted: false, Size: <= InspectionLimits.DocumentBytes } && item.Size <= budget)
            {
                document = await catalogue.ReadDocumentAsync(item.Id, cancellationToken).ConfigureAwait(false);
                budget -= (int)item.Size;
            }

            held.Add(new HeldItem(item, document));
        }

        return held;
    }

    public async Task<Result<IReadOnlyList<PlannedItem>>> PlanAsync(ComponentName component, ChangeBatch batch, CancellationToken cancellationToken)
    {
        var readable = await ReadableAsync(component, cancellationToken).ConfigureAwait(false);
        if (readable.IsFailed)
            return readable.ToResult();
        var wellFormed = BatchRules.Check(component, batch);
        return wellFormed.IsFailed
            ? wellFormed
            : Result.Ok(await planner.PlanAsync(readable.Value, reader, batch, takesOwn: false, cancellationToken).ConfigureAwait(false));
    }

    public async Task<Result<IReadOnlyList<DamagedItem>>> DamagedAsync(ComponentName component, CoreId origin, CancellationToken cancellationToken)
    {
        var readable = await ReadableAsync(component, cancellationToken).ConfigureAwait(false);
        if (readable.IsFailed)
            return readable.ToResult();
        if (readable.Value.Kind != ComponentKind.Files || origin == local.Current.Id)
            return Result.Ok<IReadOnlyList<DamagedItem>>([]);
        return await files.InspectAsync(readable.Value, origin, InspectionLimits.Items, cancellationToken).ConfigureAwait(false);
    }

    private Task<Result<Component>> ReadableAsync(ComponentName name, CancellationToken cancellationToken) => places.WritableAsync(reader, name, cancellationToken);
}
