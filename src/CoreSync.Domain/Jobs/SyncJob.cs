using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Jobs;

/// <summary>What started a job.</summary>
public enum JobTrigger
{
    /// <summary>The interval.</summary>
    Interval,

    /// <summary>A change of items, flags, targets or trust.</summary>
    Change,

    /// <summary>A person: <i>synchronise now</i>.</summary>
    Manual,

    /// <summary>The cron expression of the target.</summary>
    Schedule,

    /// <summary>Another try after a failure: on its own, as a probe of a quarantined target, or because a person asked for it (J7).</summary>
    Retry,

    /// <summary>A person: <i>copy to cores</i>; takes chosen items only (J2).</summary>
    Copy,
}

/// <summary>The closed set of states of a sync job (J5).</summary>
public enum SyncJobState
{
    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>At work.</summary>
    Running,

    /// <summary>Every change was applied or was there already.</summary>
    Succeeded,

    /// <summary>Some items failed, others were applied.</summary>
    PartlyFailed,

    /// <summary>Ended by an error, or every item failed.</summary>
    Failed,

    /// <summary>Ended by a person, or by a rule of the target such as the end of its time window.</summary>
    Cancelled,

    /// <summary>Not allowed to run: trust, credential, brake. Needs a person.</summary>
    Blocked,
}

/// <summary>One run of synchronisation from this core to one target core. Its outcome is computed from item outcomes, never from having been started (J5).</summary>
public sealed class SyncJob
{
    private SyncJob(Guid id, TargetId target, Fqdn fqdn, JobTrigger trigger, DateTimeOffset queuedAt)
    {
        Id = id;
        Target = target;
        Fqdn = fqdn;
        Trigger = trigger;
        QueuedAt = queuedAt;
    }

    /// <summary>Identity.</summary>
    public Guid Id { get; }

    /// <summary>The target's list entry.</summary>
    public TargetId Target { get; }

    /// <summary>The target's name; stays readable after the entry is removed.</summary>
    public Fqdn Fqdn { get; }

    /// <summary>What started it.</summary>
    public JobTrigger Trigger { get; }

    /// <summary>The present state.</summary>
    public SyncJobState State { get; private set; }

    /// <summary>When it was queued.</summary>
    public DateTimeOffset QueuedAt { get; }

    /// <summary>When it began; null while queued.</summary>
    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Counters so far.</summary>
    public JobProgress Progress { get; private set; } = JobProgress.Zero;

    /// <summary>Code of the error that ended it; null when none.</summary>
    public string? ErrorCode { get; private set; }

    /// <summary>English text of that error.</summary>
    public string? ErrorMessage { get; private set; }

    /// <summary>Which try it is, and what came after it.</summary>
    public JobAttempt Attempt { get; private set; } = JobAttempt.First;

    /// <summary>Whether the engine started it, so that pauses and time windows hold for it; a person's wish goes before them.</summary>
    public bool IsAutomatic => Trigger is JobTrigger.Interval or JobTrigger.Change or JobTrigger.Schedule || (Trigger == JobTrigger.Retry && Attempt.RetryOf is null);

    /// <summary>The state with later retries taken into account: what failed and was brought across since is a success (J5).</summary>
    public SyncJobState FinalState => Attempt.ResolvedBy is null ? State : SyncJobState.Succeeded;

    /// <summary>The items that a copy takes, known while it is being queued; afterwards the store knows them. Empty for all other jobs, which take what is due.</summary>
    public IReadOnlyList<ItemId> Items { get; private init; } = [];

    /// <summary>A person asked for its end; the runner obeys within two seconds (J6).</summary>
    public bool IsCancelRequested { get; private set; }

    /// <summary>Whether it is over.</summary>
    public bool HasEnded => State is not (SyncJobState.Queued or SyncJobState.Running);

    /// <summary>Queues a job.</summary>
    public static SyncJob Queue(Guid id, TargetId target, Fqdn fqdn, JobTrigger trigger, DateTimeOffset now) => new(id, target, fqdn, trigger, now);

    /// <summary>Queues a job that takes chosen items to a target once (J2).</summary>
    public static SyncJob Copy(Guid id, TargetId target, Fqdn fqdn, IReadOnlyList<ItemId> items, DateTimeOffset now) => new(id, target, fqdn, JobTrigger.Copy, now) { Items = items };

    /// <summary>Rebuilds a job from its stored form.</summary>
    public static SyncJob Restore(
        Guid id, TargetId target, Fqdn fqdn, JobTrigger trigger, SyncJobState state, DateTimeOffset queuedAt, DateTimeOffset? startedAt, DateTimeOffset? endedAt,
        JobProgress progress, string? errorCode, string? errorMessage, bool cancelRequested, JobAttempt? attempt = null) =>
        new(id, target, fqdn, trigger, queuedAt)
        {
            State = state,
            StartedAt = startedAt,
            EndedAt = endedAt,
            Progress = progress,
            ErrorCode = errorCode,
            ErrorMessage = errorMessage,
            IsCancelRequested = cancelRequested,
            Attempt = attempt ?? JobAttempt.First,
        };

    /// <summary>Says which earlier job a person wants to try again.</summary>
    public void Repeats(Guid job) => Attempt = Attempt with { RetryOf = job };

    /// <summary>Begins work.</summary>
    /// <param name="now">The clock.</param>
    /// <param name="failedBefore">Attempts to reach the target that failed just before.</param>
    /// <param name="maxAttempts">The first attempt and its quick retries.</param>
    public void Start(DateTimeOffset now, int failedBefore = 0, int maxAttempts = 1)
    {
        if (State != SyncJobState.Queued)
            throw new InvalidOperationException($"Job {Id} is {State}");
        State = SyncJobState.Running;
        StartedAt = now;
        Attempt = Attempt with { Number = failedBefore + 1, Of = maxAttempts };
    }

    /// <summary>Records how far it is.</summary>
    public void Report(JobProgress progress) => Progress = progress;

    /// <summary>Asks for its end; a queued job ends at once.</summary>
    /// <returns>Fails with <see cref="JobEndedError"/>.</returns>
    public Result Cancel(DateTimeOffset now)
    {
        if (HasEnded)
            return Result.Fail(new JobEndedError(Id.ToString(), State.ToString()));
        IsCancelRequested = true;
        if (State == SyncJobState.Queued)
            End(SyncJobState.Cancelled, null, now);
        return Result.Ok();
    }

    /// <summary>Ends the job with what its items and its error say.</summary>
    /// <param name="error">What ended it early; null when it ran to its end.</param>
    /// <param name="cancelled">It stopped because a person asked.</param>
    /// <param name="now">The clock.</param>
    /// <exception cref="InvalidOperationException">The job has ended: an outcome never changes.</exception>
    public void Complete(CoreSyncError? error, bool cancelled, DateTimeOffset now)
    {
        if (HasEnded)
            throw new InvalidOperationException($"Job {Id} is {State}");
        if (cancelled)
        {
            End(SyncJobState.Cancelled, null, now);
            return;
        }

        if (error is not null)
        {
            // A person must act before a retry can help: that is blocked, not failed.
            var blocked = !error.PassesByItself && error.Kind is (ErrorKind.NotTrusted or ErrorKind.Forbidden or ErrorKind.Conflict);
            End(blocked ? SyncJobState.Blocked : SyncJobState.Failed, error, now);
            return;
        }

        var failed = Progress.Rejected + Progress.Conflicts;
        if (failed == 0 && Progress.ItemsTotal > 0 && Progress.Applied + Progress.Skipped == 0)
            End(SyncJobState.Failed, new NothingMovedError(Progress.ItemsTotal), now);
        else if (failed == 0)
            End(SyncJobState.Succeeded, null, now);
        else
            End(Progress.Applied + Progress.Skipped > 0 ? SyncJobState.PartlyFailed : SyncJobState.Failed, new ItemsFailedError(failed, Progress.ItemsDone), now);
    }

    /// <summary>Ends the job by a rule of its target: paused, switched off, outside its time window. No failure; what was applied counts.</summary>
    public void Interrupt(CoreSyncError reason, DateTimeOffset now)
    {
        if (HasEnded)
            throw new InvalidOperationException($"Job {Id} is {State}");
        End(SyncJobState.Cancelled, reason, now);
    }

    /// <summary>Says when the next attempt is made on its own.</summary>
    public void Expect(DateTimeOffset? nextAttempt) => Attempt = Attempt with { NextAt = nextAttempt };

    private void End(SyncJobState state, CoreSyncError? error, DateTimeOffset now)
    {
        State = state;
        EndedAt = now;
        ErrorCode = error?.Code;
        ErrorMessage = error?.Message;
    }
}

/// <summary>Which try a job is (J7).</summary>
/// <param name="Number">1 for the first attempt to reach the target, one more for each that failed just before; above <paramref name="Of"/> it is a probe of a quarantined target.</param>
/// <param name="Of">The first attempt and its quick retries.</param>
/// <param name="NextAt">When the target is tried again on its own; null when nothing is waited for.</param>
/// <param name="RetryOf">The job that a person wanted to try again; null for all others.</param>
/// <param name="ResolvedBy">The later job that brought across what failed here; null while it is open, and for jobs without failures.</param>
public sealed record JobAttempt(int Number, int Of, DateTimeOffset? NextAt, Guid? RetryOf, Guid? ResolvedBy)
{
    /// <summary>The first and only one.</summary>
    public static JobAttempt First { get; } = new(1, 1, null, null, null);
}

/// <summary>Counters of a job.</summary>
/// <param name="ItemsTotal">Changes due when it began, as far as known.</param>
/// <param name="Applied">Changes that the target's receipts say are applied.</param>
/// <param name="Skipped">Changes the target had already.</param>
/// <param name="Rejected">Changes refused with a reason.</param>
/// <param name="Conflicts">Changes that wait for a person on the target.</param>
/// <param name="BytesSent">Content bytes sent, before compression.</param>
/// <param name="BytesTotal">Content bytes due when it began, as far as known.</param>
public sealed record JobProgress(int ItemsTotal, int Applied, int Skipped, int Rejected, int Conflicts, long BytesSent, long BytesTotal)
{
    /// <summary>Nothing done.</summary>
    public static JobProgress Zero { get; } = new(0, 0, 0, 0, 0, 0, 0);

    /// <summary>Changes with an outcome.</summary>
    public int ItemsDone => Applied + Skipped + Rejected + Conflicts;
}
