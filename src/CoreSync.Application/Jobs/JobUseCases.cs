using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Jobs;

/// <summary>Queues a sync job for each target named, or for all enabled ones, and hands them to the engine: a running service, or this process.</summary>
/// <param name="Targets">FQDNs; empty means all enabled targets.</param>
/// <param name="Wait">Wait for the jobs to end; without a running service this is always so.</param>
public sealed record SyncNow(IReadOnlyList<string> Targets, bool Wait) : IRequest<Result<IReadOnlyList<SyncJob>>>;

/// <summary>Lists jobs, newest first.</summary>
public sealed record ListJobs(string? Target = null, int Limit = 100) : IRequest<Result<IReadOnlyList<SyncJob>>>;

/// <summary>Shows a job with the items that failed.</summary>
public sealed record ShowJob(string Id) : IRequest<Result<JobView>>;

/// <summary>A job with its failed items.</summary>
public sealed record JobView(SyncJob Job, IReadOnlyList<(ItemOutcome Outcome, string Name, ComponentName Component)> Failures);

/// <summary>Asks a job to end; acknowledged within two seconds (J6).</summary>
public sealed record CancelJob(string Id) : IRequest<Result<SyncJob>>;
