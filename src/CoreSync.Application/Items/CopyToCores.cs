using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Jobs;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Items;

/// <summary>Copies items to cores: once, now, with all that they need; ordinary editable items there (J2). All or none of the ids and targets must be known.</summary>
/// <param name="Ids">Live items of this core, own or received.</param>
/// <param name="Targets">FQDNs; at least one.</param>
/// <param name="Wait">Wait for the jobs to end; without a running service this is always so.</param>
public sealed record CopyToCores(IReadOnlyList<string> Ids, IReadOnlyList<string> Targets, bool Wait) : IRequest<Result<IReadOnlyList<SyncJob>>>;

/// <summary>Asks a target what it would do with copies of items and of all that they need; nothing is written anywhere (J10). All ids must be known.</summary>
/// <param name="Ids">Live items of this core, own or received.</param>
/// <param name="Fqdn">The target.</param>
public sealed record PlanCopy(IReadOnlyList<string> Ids, string Fqdn) : IRequest<Result<TargetPlan>>;

internal sealed class CopyToCoresHandler(ICatalogue catalogue, TargetFinder finder, JobDispatch dispatch, IRandomSource random, TimeProvider time)
    : IRequestHandler<CopyToCores, Result<IReadOnlyList<SyncJob>>>
{
    public async Task<Result<IReadOnlyList<SyncJob>>> Handle(CopyToCores request, CancellationToken cancellationToken)
    {
        var items = await catalogue.FindLiveAsync(request.Ids, cancellationToken).ConfigureAwait(false);
        if (items.IsFailed)
            return items.ToResult<IReadOnlyList<SyncJob>>();
        var targets = await finder.FindAllAsync(request.Targets, CoreSync.Servers.SyncDirection.Push, cancellationToken).ConfigureAwait(false);
        if (targets.IsFailed)
            return targets.ToResult<IReadOnlyList<SyncJob>>();
        if (targets.Value.Count == 0)
            return Result.Fail(new NoTargetsError());
        var ids = items.Value.Select(item => item.Id).ToList();
        var jobs = targets.Value.Select(target => SyncJob.Copy(random.NewGuid(), target.Id, target.Address.Fqdn, ids, time.GetUtcNow()));
        return await dispatch.RunAsync([.. jobs], request.Wait, cancellationToken).ConfigureAwait(false);
    }
}

internal sealed class PlanCopyHandler(ICatalogue catalogue, ComponentChoice choice, TargetPlanner planner) : IRequestHandler<PlanCopy, Result<TargetPlan>>
{
    public async Task<Result<TargetPlan>> Handle(PlanCopy request, CancellationToken cancellationToken)
    {
        var items = await catalogue.FindLiveAsync(request.Ids, cancellationToken).ConfigureAwait(false);
        if (items.IsFailed)
            return items.ToResult<TargetPlan>();
        var chosen = await choice.ChooseAsync(request.Fqdn, null, cancellationToken).ConfigureAwait(false);
        return chosen.IsFailed
            ? chosen.ToResult()
            : await planner.OfCopiesAsync(chosen.Value.Target, chosen.Value.Components, items.Value, cancellationToken).ConfigureAwait(false);
    }
}
