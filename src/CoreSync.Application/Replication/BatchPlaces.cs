using CoreSync.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Application.Replication;

/// <summary>Which components an account may write here, and where the changes of a batch belong: companions come of other components than the batch's (J4, R4).</summary>
internal sealed class BatchPlaces(IComponentStore components, ILocalCore local)
{
    /// <returns>Fails with <c>ComponentNotReceivedError</c> or <c>RightsMissingError</c>.</returns>
    public async Task<Result<Component>> WritableAsync(Account writer, ComponentName name, CancellationToken cancellationToken)
    {
        var component = await components.FindAsync(name, cancellationToken).ConfigureAwait(false);
        if (component is null || !component.Receives())
            return Result.Fail(new ComponentNotReceivedError(name.Value, local.Current.Name.Ascii));
        return writer.MayWrite(name) ? component : Result.Fail(new RightsMissingError(writer.Name, nameof(Rights.Edit), name.Value));
    }

    /// <summary>The components of a batch's changes, and why some of them take nothing.</summary>
    public async Task<(IReadOnlyDictionary<ComponentName, Component> Places, IReadOnlyDictionary<ComponentName, CoreSyncError> Refusals)> OfAsync(
        Account writer, Component own, ChangeBatch batch, CancellationToken cancellationToken)
    {
        var places = new Dictionary<ComponentName, Component> { [own.Name] = own };
        var refusals = new Dictionary<ComponentName, CoreSyncError>();
        foreach (var name in batch.Changes.Select(change => change.Item.Component).Distinct().Where(name => !places.ContainsKey(name)).ToList())
        {
            var place = await WritableAsync(writer, name, cancellationToken).ConfigureAwait(false);
            if (place.IsFailed)
                refusals[name] = place.FirstError();
            else if (place.Value.Kind != ComponentKind.Documents)
                refusals[name] = new ComponentKindError(name.Value, "files");
            else
                places[name] = place.Value;
        }

        return (places, refusals);
    }
}
