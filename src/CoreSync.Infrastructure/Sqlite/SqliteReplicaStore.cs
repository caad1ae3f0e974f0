using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>The target's memory: sources with their epochs and checkpoints, and the inbox.</summary>
/// <remarks>The epoch is read in the same transaction that writes: a stale writer cannot slip in between (P5).</remarks>
internal sealed class SqliteReplicaStore(SqliteDatabase database, TimeProvider time) : IReplicaStore
{
    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<ComponentName, Checkpoint>>> OpenAsync(SourceIdentity source, CancellationToken cancellationToken) => database.WriteAsync(
        session => SourceRows.Introduce(session, source) is { } refused
            ? Result.Fail<IReadOnlyDictionary<ComponentName, Checkpoint>>(refused)
            : Result.Ok(SourceRows.Checkpoints(session, source)),
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<ComponentName, Checkpoint>> ReceivedAsync(CoreId source, CancellationToken cancellationToken) =>
        database.ReadAsync(session => SourceRows.Received(session, source), cancellationToken);

    /// <inheritdoc/>
    public Task DisturbAsync(ComponentName component, CancellationToken cancellationToken) =>
        database.WriteAsync(session => SourceRows.Disturb(session, component), cancellationToken);

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
            AppliedRows.Write(session, commit.Applied, _ => commit.Source.Core, time);
            ConflictRows.Hold(session, commit.Held);
            ConflictRows.Forget(session, commit.NoLongerHeld);
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
                AppliedRows.Write(session, applied, _ => source, time);
                SourceRows.Recover(session, source, component, applied);
                InboxRows.RemoveAll(session, source, component);
            },
            cancellationToken);
}
