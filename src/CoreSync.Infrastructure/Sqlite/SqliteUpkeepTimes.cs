using CoreSync.Application.Items;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Keeps when slow work was done last.</summary>
internal sealed class SqliteUpkeepTimes(SqliteDatabase database) : IUpkeepTimes
{
    /// <inheritdoc/>
    public async Task<DateTimeOffset> LastAsync(string task, DateTimeOffset first, CancellationToken cancellationToken)
    {
        var last = await database.ReadAsync(
            session =>
            {
                var command = session.Prepare("SELECT done_at FROM upkeep WHERE task = $task", "$task");
                command.Parameters[0].Value = task;
                return StoreValues.Moment(command.ExecuteScalar() as long?);
            },
            cancellationToken).ConfigureAwait(false);
        if (last is { } done)
            return done;
        await SaveAsync(task, first, cancellationToken).ConfigureAwait(false);
        return first;
    }

    /// <inheritdoc/>
    public Task SaveAsync(string task, DateTimeOffset at, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var command = session.Prepare(
                "INSERT INTO upkeep (task, done_at) VALUES ($task, $at) ON CONFLICT (task) DO UPDATE SET done_at = excluded.done_at", "$task", "$at");
            command.Parameters[0].Value = task;
            command.Parameters[1].Value = StoreValues.Ticks(at);
            command.ExecuteNonQuery();
        },
        cancellationToken);
}
