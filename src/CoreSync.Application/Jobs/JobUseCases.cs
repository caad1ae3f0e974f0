using CoreSync.Application.Replication;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Jobs;

/// <summary>Queues a sync job for each target or source named, or for all enabled ones, and hands them to the engine: a running service, or this process.</summary>
/// <param name="Targets">FQDNs; empty means all enabled targets.</param>
/// <param name="Wait">Wait for the jobs to end; without a running service this is always so.</param>
/// <param name="Direction">Send to targets, or collect from sources.</param>
public sealed record SyncNow(IReadOnlyList<string> Targets, bool Wait, SyncDirection Direction = SyncDirection.Push) : IRequest<Result<IReadOnlyList<SyncJob>>>;

/// <summary>Lists jobs, newest first.</summary>
public sealed record ListJobs(string? Target = null, int Limit = 100, SyncJobState? State = null, JobTrigger? Trigger = null) : IRequest<Result<IReadOnlyList<SyncJob>>>;

/// <summary>Shows a job with the items that failed.</summary>
public sealed record ShowJob(string Id) : IRequest<Result<JobView>>;

/// <summary>A job with its failed items.</summary>
/// <param name="Job">The job.</param>
/// <param name="Failures">The items that were neither applied nor skipped in it.</param>
/// <param name="Open">Items that its target still refuses, of this job and of others.</param>
public sealed record JobView(
    SyncJob Job, IReadOnlyList<(ItemOutcome Outcome, string Name, ComponentName Component)> Failures, IReadOnlyDictionary<ItemId, ItemFailure> Open)
{
    /// <summary>Whether what failed was brought across since, or is nothing any more.</summary>
    public bool IsResolved(ItemOutcome outcome) => Job.Attempt.ResolvedBy is not null || (outcome.Item != default && !Open.ContainsKey(outcome.Item));
}

/// <summary>Tries the failed items of an ended job again, or the job as a whole, whatever back-off and quarantine say (J7).</summary>
/// <param name="Id">The job.</param>
/// <param name="Item">Only this item of it; null for all that are still refused.</param>
/// <param name="Wait">Wait for the new job to end; without a running service this is always so.</param>
public sealed record RetryJob(string Id, string? Item = null, bool Wait = false) : IRequest<Result<SyncJob>>;

/// <summary>Asks a job to end and waits for its acknowledgement, two seconds at most (J6); the answer says whether it came.</summary>
public sealed record CancelJob(string Id) : IRequest<Result<SyncJob>>;
