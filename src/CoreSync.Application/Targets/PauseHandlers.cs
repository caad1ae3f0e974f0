using CoreSync.Application.Jobs;
using CoreSync.Application.Replication;
using CoreSync.Jobs;
using FluentResults;
using MediatR;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Targets;

internal sealed class PauseTargetCoreHandler(
    TargetFinder finder, ITargetStore targets, TargetViews views, TimeProvider time, ICurrentActor acting, ILogger<PauseTargetCoreHandler> logger)
    : IRequestHandler<PauseTargetCore, Result<TargetView>>
{
    public async Task<Result<TargetView>> Handle(PauseTargetCore request, CancellationToken cancellationToken)
    {
        var duration = request.For is null ? Result.Ok<TimeSpan?>(null) : DurationText.Parse(request.For).Map(parsed => (TimeSpan?)parsed);
        if (duration.IsFailed)
            return duration.ToResult<TargetView>();
        var target = await finder.FindAsync(request.Fqdn, request.Direction, cancellationToken).ConfigureAwait(false);
        if (target.IsFailed)
            return target.ToResult<TargetView>();
        target.Value.Pause(duration.Value is { } length ? time.GetUtcNow() + length : null);
        await targets.SaveAsync(target.Value, cancellationToken).ConfigureAwait(false);
        TargetLog.TargetPaused(logger, acting.Actor.Name, target.Value.Address.Fqdn.Ascii, Moments.Text(target.Value.Rules.PausedUntil));
        return await views.OfAsync(target.Value, cancellationToken).ConfigureAwait(false);
    }
}

internal sealed class ResumeTargetCoreHandler(
    TargetFinder finder, ITargetStore targets, ICheckpointStore checkpoints, IPaceStore paces, TargetViews views, TimeProvider time, ICurrentActor acting,
    ILogger<ResumeTargetCoreHandler> logger) : IRequestHandler<ResumeTargetCore, Result<TargetView>>
{
    public async Task<Result<TargetView>> Handle(ResumeTargetCore request, CancellationToken cancellationToken)
    {
        var target = await finder.FindAsync(request.Fqdn, request.Direction, cancellationToken).ConfigureAwait(false);
        if (target.IsFailed)
            return target.ToResult<TargetView>();
        var now = time.GetUtcNow();
        target.Value.Resume();
        await targets.SaveAsync(target.Value, cancellationToken).ConfigureAwait(false);
        await paces.ReleaseAsync(target.Value.Id, now, cancellationToken).ConfigureAwait(false);
        var failures = await checkpoints.FailuresAsync(target.Value.Id, cancellationToken).ConfigureAwait(false);
        await checkpoints.SaveFailuresAsync(target.Value.Id, [.. failures.Select(failure => failure.Release(now))], [], cancellationToken).ConfigureAwait(false);
        TargetLog.TargetResumed(logger, acting.Actor.Name, target.Value.Address.Fqdn.Ascii);
        return await views.OfAsync(target.Value, cancellationToken).ConfigureAwait(false);
    }
}

internal sealed class ListTargetFailuresHandler(TargetFinder finder, ICheckpointStore checkpoints, Items.ICatalogue catalogue)
    : IRequestHandler<ListTargetFailures, Result<IReadOnlyList<FailedItem>>>
{
    public async Task<Result<IReadOnlyList<FailedItem>>> Handle(ListTargetFailures request, CancellationToken cancellationToken)
    {
        var target = await finder.FindAsync(request.Fqdn, request.Direction, cancellationToken).ConfigureAwait(false);
        if (target.IsFailed)
            return target.ToResult<IReadOnlyList<FailedItem>>();
        var shown = new List<FailedItem>();
        foreach (var failure in (await checkpoints.FailuresAsync(target.Value.Id, cancellationToken).ConfigureAwait(false)).Take(request.Limit))
        {
            var item = await catalogue.FindAsync(failure.Item, cancellationToken).ConfigureAwait(false);
            shown.Add(new FailedItem(failure, item?.Name ?? failure.Item.ToString()));
        }

        return shown;
    }
}
