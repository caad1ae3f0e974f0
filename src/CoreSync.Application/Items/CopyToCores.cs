using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Servers;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Items;

/// <summary>Copies items to cores: once, now, with all that they need; ordinary editable items there (J2). All or none of the ids and targets must be known.</summary>
/// <param name="Ids">Live items of this core, own or received.</param>
/// <param name="Targets">FQDNs; at least one.</param>
/// <param name="Wait">Wait for the jobs to end; without a running service this is always so.</param>
public sealed record CopyToCores(IReadOnlyList<string> Ids, IReadOnlyList<string> Targets, bool Wait) : IRequest<Result<IReadOnlyList<SyncJob>>>;

internal sealed class CopyToCoresHandler(ICatalogue catalogue, TargetFinder finder, JobDispatch dispatch, IRandomSource random, TimeProvider time)
    : IRequestHandler<CopyToCores, Result<IReadOnlyList<SyncJob>>>
{
    public async Task<Result<IReadOnlyList<SyncJob>>> Handle(CopyToCores request, CancellationToken cancellationToken)
    {
        var items = await ItemsAsync(request.Ids, cancellationToken).ConfigureAwait(false);
        if (items.IsFailed)
            return items.ToResult<IReadOnlyList<SyncJob>>();
        var targets = new Dictionary<TargetId, CoreServer>();
        foreach (var name in request.Targets)
        {
            var target = await finder.FindAsync(name, CoreSync.Servers.SyncDirection.Push, cancellationToken).ConfigureAwait(false);
            if (target.IsFailed)
                return target.ToResult<IReadOnlyList<SyncJob>>();
            targets[target.Value.Id] = target.Value;
        }

        if (targets.Count == 0)
            return Result.Fail(new NoTargetsError());
        var jobs = targets.Values.Select(target => SyncJob.Copy(random.NewGuid(), target.Id, target.Address.Fqdn, items.Value, time.GetUtcNow()));
        return await dispatch.RunAsync([.. jobs], request.Wait, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Result<List<ItemId>>> ItemsAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var chosen = new List<ItemId>();
        foreach (var id in ids)
        {
            var item = await catalogue.FindItemAsync(id, cancellationToken).ConfigureAwait(false);
            if (item.IsFailed)
                return item.ToResult<List<ItemId>>();
            if (item.Value.IsDeleted)
                return Result.Fail(new ItemNotFoundError(id));
            if (!chosen.Contains(item.Value.Id))
                chosen.Add(item.Value.Id);
        }

        return chosen;
    }
}
