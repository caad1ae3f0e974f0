using CoreSync.Application.Jobs;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using Dapper;
using FluentResults;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Keeps sync jobs and the outcomes of their items.</summary>
internal sealed class SqliteSyncJobStore(SqliteDatabase database, TimeProvider time) : ISyncJobStore
{
    private const string ById = JobRow.Select + " WHERE id = @id";

    private const string Active = JobRow.Select + " WHERE state IN ('Queued', 'Running') ORDER BY row";

    private const string Newest = JobRow.Select +
        " WHERE (@fqdn IS NULL OR fqdn = @fqdn) AND (@state IS NULL OR state = @state) AND (@trigger IS NULL OR started_by = @trigger) ORDER BY row DESC LIMIT @limit";

    private const string ResolveEarlier =
        """
        UPDATE jobs SET resolved_by = @id
        WHERE target = @target AND row < (SELECT row FROM jobs WHERE id = @id) AND state IN ('Failed', 'PartlyFailed', 'Blocked') AND resolved_by IS NULL
              AND NOT EXISTS (SELECT 1 FROM outcomes o JOIN failures f ON f.target = jobs.target AND f.item = o.item WHERE o.job = jobs.id)
              AND (@all OR NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.job = jobs.id AND o.item = zeroblob(16)))
        """;

    private const string QueuedOfTarget = JobRow.Select + " WHERE target = @target AND state = 'Queued' AND started_by <> 'Copy'";

    private const string RunningOfTarget = JobRow.Select + " WHERE target = @target AND state = 'Running'";

    /// <inheritdoc/>
    public Task<SyncJob> EnqueueAsync(SyncJob job, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var queued = job.Trigger == JobTrigger.Copy
                ? null
                : session.Connection.QuerySingleOrDefault<JobRow>(QueuedOfTarget, new { target = StoreValues.Bytes(job.Target.Value) });
            if (queued is null)
            {
                session.Connection.Execute(JobRow.Insert, JobRow.Of(job));
                session.Connection.Execute(
                    "INSERT INTO job_items (job, number, item) VALUES (@job, @number, @item)",
                    job.Items.Select((item, number) => new { job = StoreValues.Bytes(job.Id), number, item = StoreValues.Bytes(item.Value) }));
                return job;
            }

            var found = queued.ToJob();
            if (job.IsAutomatic || !found.IsAutomatic)
                return found;
            session.Connection.Execute(
                "UPDATE jobs SET started_by = @StartedBy, queued_at = @QueuedAt, retry_of = @RetryOf WHERE id = @id",
                new { JobRow.Of(job).StartedBy, JobRow.Of(job).QueuedAt, JobRow.Of(job).RetryOf, id = queued.Id });
            return Find(session, found.Id)!;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<SyncJob?> FindAsync(Guid id, CancellationToken cancellationToken) => database.ReadAsync(session => Find(session, id), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ItemId>> ItemsAsync(Guid id, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<ItemId>>(
        session =>
        [
            .. session.Connection.Query<byte[]>("SELECT item FROM job_items WHERE job = @id ORDER BY number", new { id = StoreValues.Bytes(id) })
                .Select(item => new ItemId(StoreValues.Guid(item))),
        ],
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SyncJob>> ListAsync(JobFilter filter, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<SyncJob>>(
        session =>
        [
            .. session.Connection.Query<JobRow>(
                Newest, new { fqdn = filter.Target?.Ascii, state = filter.State?.ToString(), trigger = filter.Trigger?.ToString(), limit = filter.Limit }).Select(row => row.ToJob()),
        ],
        cancellationToken);

    /// <inheritdoc/>
    public Task ResolveEarlierAsync(SyncJob job, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Connection.Execute(
                ResolveEarlier, new { id = StoreValues.Bytes(job.Id), target = StoreValues.Bytes(job.Target.Value), all = job.State == SyncJobState.Succeeded ? 1 : 0 });
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SyncJob>> ActiveAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<SyncJob>>(
        session => [.. session.Connection.Query<JobRow>(Active).Select(row => row.ToJob())], cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(SyncJob job, CancellationToken cancellationToken) => database.WriteAsync(session => Save(session, job), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<SyncJob>> RequestCancelAsync(Guid id, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            if (Find(session, id) is not { } job)
                return Result.Fail<SyncJob>(new JobNotFoundError(id.ToString()));
            var cancelled = job.Cancel(time.GetUtcNow());
            if (cancelled.IsFailed)
                return cancelled.ToResult<SyncJob>();
            Save(session, job);
            return job;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> IsCancelRequestedAsync(Guid id, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var command = session.Prepare("SELECT cancel_requested FROM jobs WHERE id = $id", "$id");
            command.Parameters[0].Value = StoreValues.Bytes(id);
            return command.ExecuteScalar() is 1L;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task AddOutcomesAsync(
        Guid job, IReadOnlyList<(ItemOutcome Outcome, string Name, ComponentName Component)> outcomes, CancellationToken cancellationToken)
    {
        if (outcomes.Count == 0)
            return Task.CompletedTask;
        return database.WriteAsync(
            session =>
            {
                if (Find(session, job) is null)
                    throw new CoreSyncException(new JobNotFoundError(job.ToString()));
                foreach (var (outcome, name, component) in outcomes)
                    session.Connection.Execute(OutcomeRow.Insert, OutcomeRow.Of(job, outcome, name, component));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<(ItemOutcome Outcome, string Name, ComponentName Component)>> OutcomesAsync(Guid job, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<(ItemOutcome, string, ComponentName)>>(
            session => [.. session.Connection.Query<OutcomeRow>(OutcomeRow.OfJob, new { job = StoreValues.Bytes(job) }).Select(row => row.ToOutcome())],
            cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(Guid id, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Connection.Execute("DELETE FROM jobs WHERE state NOT IN ('Queued', 'Running') AND id = @id", new { id = StoreValues.Bytes(id) });
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Connection.Execute(
                "DELETE FROM jobs WHERE state NOT IN ('Queued', 'Running') AND ended_at < @before", new { before = StoreValues.Ticks(before) });
        },
        cancellationToken);

    private static SyncJob? Find(SqliteSession session, Guid id) =>
        session.Connection.QuerySingleOrDefault<JobRow>(ById, new { id = StoreValues.Bytes(id) })?.ToJob();

    private static void Save(SqliteSession session, SyncJob job)
    {
        try
        {
            // A job that ended stays as it ended: who saves it as running read it before somebody cancelled it, and learns so from the cancel request.
            if (session.Connection.Execute(JobRow.Update, JobRow.Of(job)) == 0 && Find(session, job.Id) is null)
                throw new CoreSyncException(new JobNotFoundError(job.Id.ToString()));
        }
        catch (SqliteException exception) when (SqliteErrors.IsUnique(exception))
        {
            var other = session.Connection.QueryFirstOrDefault<JobRow>(RunningOfTarget, new { target = StoreValues.Bytes(job.Target.Value) })?.ToJob();
            throw new CoreSyncException(new TargetBusyError(job.Fqdn.Ascii, other?.Id.ToString() ?? ""), exception);
        }
    }
}
