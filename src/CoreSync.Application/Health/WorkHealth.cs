using CoreSync.Application.Conflicts;
using CoreSync.Application.Items;
using CoreSync.Errors;

namespace CoreSync.Application.Health;

/// <summary>Items and components of this core: content that is damaged, files that cannot be read, what waits for a person.</summary>
internal sealed class WorkHealth(ICatalogue catalogue, IComponentStore components, IContentUpkeep contents, IConflictStore conflicts, IReadOnlyAttemptStore attempts) : IHealthProbe
{
    private const int MaxProblems = 10;

    public HealthArea Area => HealthArea.Work;

    public async Task LookAsync(HealthNotes notes, CancellationToken cancellationToken)
    {
        if (contents.Damaged() is { Count: > 0 } damaged)
            notes.Find(HealthArea.Store, HealthSeverity.Failure, new ContentsDamagedError(damaged.Count));
        foreach (var component in (await components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(component => component.IsEnabled))
        {
            foreach (var problem in (await catalogue.ScanProblemsAsync(component.Name, cancellationToken).ConfigureAwait(false)).Take(MaxProblems))
                notes.Find(Area, HealthSeverity.Warning, new ScanProblemError(component.Name.Value, problem.Path, problem.Message), null, component.Name.Value + "/" + problem.Path);
        }

        var waiting = (await conflicts.ListAsync(decided: false, cancellationToken).ConfigureAwait(false)).Where(conflict => conflict.IsWaiting).ToList();
        if (waiting.Count > 0)
            notes.Find(Area, HealthSeverity.Warning, new ConflictsWaitingError(waiting.Count), waiting[0].FirstAt);
        if (await attempts.SumAsync(cancellationToken).ConfigureAwait(false) is { } tried)
            notes.Find(Area, HealthSeverity.Notice, new ReadOnlyAttemptedError(tried.Attempts, tried.Items), tried.LastAt);
    }
}
