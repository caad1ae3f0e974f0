using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Application.Jobs;

/// <summary>Keeps sync jobs and the outcomes of their items.</summary>
public interface ISyncJobStore
{
    /// <summary>
    /// Queues a job unless one to that target is queued already; never more than one queued and one running per target (J6). A job that a person wants turns one that the
    /// engine queued into its own, so that no pause or window holds it back. A copy is always queued, since it takes items of its own.
    /// </summary>
    /// <returns>The job queued, or the one that was queued already.</returns>
    Task<SyncJob> EnqueueAsync(SyncJob job, CancellationToken cancellationToken);

    /// <summary>A job; null when unknown.</summary>
    Task<SyncJob?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>The items that a copy takes, in the order given; empty for all other jobs.</summary>
    Task<IReadOnlyList<ItemId>> ItemsAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Jobs, newest first.</summary>
    Task<IReadOnlyList<SyncJob>> ListAsync(JobFilter filter, CancellationToken cancellationToken);

    /// <summary>Queued and running jobs, oldest first.</summary>
    Task<IReadOnlyList<SyncJob>> ActiveAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Marks earlier jobs to the same target as resolved by this one (J5): those that failed, and none of whose items is still refused. What the source could not read is
    /// resolved only by a job that succeeded.
    /// </summary>
    Task ResolveEarlierAsync(SyncJob job, CancellationToken cancellationToken);

    /// <summary>Saves state and counters; never clears a cancel request that another process made meanwhile.</summary>
    Task SaveAsync(SyncJob job, CancellationToken cancellationToken);

    /// <summary>Records the request to cancel; a queued job ends at once.</summary>
    /// <returns>The job. Fails with <c>JobNotFoundError</c> or <c>JobEndedError</c>.</returns>
    Task<Result<SyncJob>> RequestCancelAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Whether somebody asked this job to end.</summary>
    Task<bool> IsCancelRequestedAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Adds outcomes that are neither applied nor skipped, with the names of their items.</summary>
    Task AddOutcomesAsync(Guid job, IReadOnlyList<(ItemOutcome Outcome, string Name, ComponentName Component)> outcomes, CancellationToken cancellationToken);

    /// <summary>Outcomes of a job's items that were neither applied nor skipped.</summary>
    Task<IReadOnlyList<(ItemOutcome Outcome, string Name, ComponentName Component)>> OutcomesAsync(Guid job, CancellationToken cancellationToken);

    /// <summary>Removes an ended job, of which there is nothing to tell.</summary>
    Task RemoveAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Removes ended jobs older than a moment.</summary>
    Task PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken);
}

/// <summary>Which jobs to list.</summary>
/// <param name="Target">Only to this target; null for all.</param>
/// <param name="State">Only in this state; null for all.</param>
/// <param name="Trigger">Only started by this; null for all.</param>
/// <param name="Limit">Most jobs.</param>
public sealed record JobFilter(Fqdn? Target = null, SyncJobState? State = null, JobTrigger? Trigger = null, int Limit = 100);
