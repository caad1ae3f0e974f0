using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>The target's memory: sources with their epochs and checkpoints, and the inbox.</summary>
/// <remarks>The epoch is read in the same transaction that writes: a stale writer cannot slip in between (P5).</remarks>
internal sealed class SqliteReplicaStore(SqliteDatabase database) : IReplicaStore
{
    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<ComponentName, Checkpoint>>> OpenAsync(SourceIdentity source, CancellationToken cancellationToken) => database.WriteAsync(
        session => SourceRows.Introduce(session, source) is { } refused
            ? Result.Fail<IReadOnlyDictionary<ComponentName, Checkpoint>>(refused)
            : Result.Ok(SourceRows.Checkpoints(session, source)),
        cancellationToken);

    /// <inheritdoc/>
    public Task<Result> StageAsync(ComponentName component, ChangeBatch batch, IReadOnlyList<ItemChange> changes, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                if (SourceRows.Admit(session, batch.Source, batch.After) is { } refused)
                    return Result.Fail(refused);
                var checkpoint = SourceRows.Checkpoint(session, batch.Source, component);
                if (batch.After > checkpoint)
                    return Result.Fail(new BatchOutOfOrderError(batch.After.Value, checkpoint.Value));
                InboxRows.Insert(session, batch.Source.Core, component, changes);
                return Result.Ok();
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<Result<Guid>> CommitAsync(ReplicaCommit commit, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            if (SourceRows.Admit(session, commit.Source, commit.Checkpoint ?? Sequence.Zero) is { } refused)
                return Result.Fail<Guid>(refused);
            Record(session, commit.Source.Core, commit.Applied);
            InboxRows.Remove(session, commit.Source.Core, commit.Component, commit.Settled);
            return Result.Ok(SourceRows.Advance(session, commit));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<(CoreId Source, ComponentName Component, ItemChange Change)>> InboxAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(InboxRows.Read, cancellationToken);

    /// <inheritdoc/>
    public Task SettleInboxAsync(CoreId source, ComponentName component, IReadOnlyList<AppliedItem> applied, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                Record(session, source, applied);
                InboxRows.RemoveAll(session, source, component);
            },
            cancellationToken);

    private static void Record(SqliteSession session, CoreId source, IReadOnlyList<AppliedItem> applied)
    {
        if (applied.Count == 0)
            return;
        var writer = new ItemWriter(session);
        foreach (var item in applied)
            writer.Write(new CatalogueWrite(item.Item, item.ContentChanged, item.Kind, item.Document), source);
        writer.Finish();
    }
}
