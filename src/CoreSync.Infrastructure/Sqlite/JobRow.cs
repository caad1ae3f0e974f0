using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>A row of <c>jobs</c>.</summary>
internal sealed class JobRow
{
    public const string Select =
        """
        SELECT id AS Id, target AS Target, fqdn AS Fqdn, started_by AS StartedBy, state AS State, queued_at AS QueuedAt, started_at AS StartedAt, ended_at AS EndedAt,
               items_total AS ItemsTotal, applied AS Applied, skipped AS Skipped, rejected AS Rejected, conflicts AS Conflicts, bytes_sent AS BytesSent,
               bytes_total AS BytesTotal, error_code AS ErrorCode, error_message AS ErrorMessage, cancel_requested AS CancelRequested, attempt AS Attempt,
               attempts AS Attempts, next_attempt_at AS NextAttemptAt, retry_of AS RetryOf, resolved_by AS ResolvedBy
        FROM jobs
        """;

    public const string Insert =
        """
        INSERT INTO jobs (id, target, fqdn, started_by, state, queued_at, started_at, ended_at, items_total, applied, skipped, rejected, conflicts, bytes_sent,
                          bytes_total, error_code, error_message, cancel_requested, attempt, attempts, next_attempt_at, retry_of)
        VALUES (@Id, @Target, @Fqdn, @StartedBy, @State, @QueuedAt, @StartedAt, @EndedAt, @ItemsTotal, @Applied, @Skipped, @Rejected, @Conflicts, @BytesSent,
                @BytesTotal, @ErrorCode, @ErrorMessage, @CancelRequested, @Attempt, @Attempts, @NextAttemptAt, @RetryOf)
        """;

    public const string Update =
        """
        UPDATE jobs SET state = @State, started_at = @StartedAt, ended_at = @EndedAt, items_total = @ItemsTotal, applied = @Applied, skipped = @Skipped,
               rejected = @Rejected, conflicts = @Conflicts, bytes_sent = @BytesSent, bytes_total = @BytesTotal, error_code = @ErrorCode,
               error_message = @ErrorMessage, cancel_requested = max(cancel_requested, @CancelRequested), attempt = @Attempt, attempts = @Attempts,
               next_attempt_at = @NextAttemptAt
        WHERE id = @Id AND state IN ('Queued', 'Running')
        """;

    public byte[] Id { get; init; } = [];

    public byte[] Target { get; init; } = [];

    public string Fqdn { get; init; } = "";

    public string StartedBy { get; init; } = "";

    public string State { get; init; } = "";

    public long QueuedAt { get; init; }

    public long? StartedAt { get; init; }

    public long? EndedAt { get; init; }

    public long ItemsTotal { get; init; }

    public long Applied { get; init; }

    public long Skipped { get; init; }

    public long Rejected { get; init; }

    public long Conflicts { get; init; }

    public long BytesSent { get; init; }

    public long BytesTotal { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    public long CancelRequested { get; init; }

    public long Attempt { get; init; }

    public long Attempts { get; init; }

    public long? NextAttemptAt { get; init; }

    public byte[]? RetryOf { get; init; }

    public byte[]? ResolvedBy { get; init; }

    public static JobRow Of(SyncJob job) => new()
    {
        Id = StoreValues.Bytes(job.Id),
        Target = StoreValues.Bytes(job.Target.Value),
        Fqdn = job.Fqdn.Ascii,
        StartedBy = job.Trigger.ToString(),
        State = job.State.ToString(),
        QueuedAt = StoreValues.Ticks(job.QueuedAt),
        StartedAt = StoreValues.Ticks(job.StartedAt),
        EndedAt = StoreValues.Ticks(job.EndedAt),
        ItemsTotal = job.Progress.ItemsTotal,
        Applied = job.Progress.Applied,
        Skipped = job.Progress.Skipped,
        Rejected = job.Progress.Rejected,
        Conflicts = job.Progress.Conflicts,
        BytesSent = job.Progress.BytesSent,
        BytesTotal = job.Progress.BytesTotal,
        ErrorCode = job.ErrorCode,
        ErrorMessage = job.ErrorMessage,
        CancelRequested = job.IsCancelRequested ? 1 : 0,
        Attempt = job.Attempt.Number,
        Attempts = job.Attempt.Of,
        NextAttemptAt = StoreValues.Ticks(job.Attempt.NextAt),
        RetryOf = job.Attempt.RetryOf is { } retried ? StoreValues.Bytes(retried) : null,
    };

    public SyncJob ToJob() => SyncJob.Restore(
        StoreValues.Guid(Id), new TargetId(StoreValues.Guid(Target)), StoreValues.Fqdn(Fqdn), StoreValues.Enumeration<JobTrigger>(StartedBy),
        StoreValues.Enumeration<SyncJobState>(State), StoreValues.Moment(QueuedAt), StoreValues.Moment(StartedAt), StoreValues.Moment(EndedAt),
        new JobProgress((int)ItemsTotal, (int)Applied, (int)Skipped, (int)Rejected, (int)Conflicts, BytesSent, BytesTotal), ErrorCode, ErrorMessage,
        CancelRequested != 0,
        new JobAttempt(
            (int)Attempt, (int)Attempts, StoreValues.Moment(NextAttemptAt), RetryOf is null ? null : StoreValues.Guid(RetryOf),
            ResolvedBy is null ? null : StoreValues.Guid(ResolvedBy)));
}

/// <summary>A row of <c>outcomes</c>.</summary>
internal sealed class OutcomeRow
{
    public const string Insert =
        """
        INSERT INTO outcomes (job, item, sequence, kind, code, message, name, component)
        VALUES (@Job, @Item, @Sequence, @Kind, @Code, @Message, @Name, @Component)
        """;

    public const string OfJob =
        """
        SELECT job AS Job, item AS Item, sequence AS Sequence, kind AS Kind, code AS Code, message AS Message, name AS Name, component AS Component
        FROM outcomes WHERE job = @job ORDER BY row
        """;

    public byte[] Job { get; init; } = [];

    public byte[] Item { get; init; } = [];

    public long Sequence { get; init; }

    public string Kind { get; init; } = "";

    public string Code { get; init; } = "";

    public string Message { get; init; } = "";

    public string Name { get; init; } = "";

    public string Component { get; init; } = "";

    public static OutcomeRow Of(Guid job, ItemOutcome outcome, string name, ComponentName component) => new()
    {
        Job = StoreValues.Bytes(job),
        Item = StoreValues.Bytes(outcome.Item.Value),
        Sequence = outcome.Sequence.Value,
        Kind = outcome.Kind.ToString(),
        Code = outcome.Code,
        Message = outcome.Message,
        Name = name,
        Component = component.Value,
    };

    public (ItemOutcome Outcome, string Name, ComponentName Component) ToOutcome() => (
        new ItemOutcome(new ItemId(StoreValues.Guid(Item)), new Sequence(Sequence), StoreValues.Enumeration<ItemOutcomeKind>(Kind), Code, Message),
        Name, StoreValues.Component(Component));
}
