using CoreSync.Application.Outbox;
using CoreSync.Errors;
using CoreSync.Items;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Takes over what a product wrote, and remembers in the same transaction that it did.</summary>
internal sealed class SqliteRelayStore(SqliteDatabase database, TimeProvider time) : IRelayStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<(OutboxEntry Entry, CoreSyncError Error)>> TakeAsync(
        IReadOnlyList<OutboxEntry> entries, Func<OutboxEntry, Item?, RelayDecision> decide, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<(OutboxEntry, CoreSyncError)>>(
            session =>
            {
                var refused = new List<(OutboxEntry, CoreSyncError)>();
                var remember = session.Prepare("INSERT OR IGNORE INTO outbox_taken (entry) VALUES ($entry)", "$entry");
                var writer = new ItemWriter(session, time);
                foreach (var entry in entries)
                {
                    remember.Parameters[0].Value = StoreValues.Bytes(entry.Id);
                    if (remember.ExecuteNonQuery() == 0)
                        continue;
                    var decision = decide(entry, SqliteCatalogue.Find(session, entry.Item));
                    if (decision.Refusal is { } error)
                    {
                        refused.Add((entry, error));
                        Forget(session, entry.Id);
                    }
                    else if (decision.Write is { } write)
                    {
                        writer.Write(write);
                    }
                }

                writer.Finish();
                return refused;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task ForgetAsync(IReadOnlyCollection<Guid> entries, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            foreach (var entry in entries)
                Forget(session, entry);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task ForgetOthersAsync(IReadOnlySet<Guid> present, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var taken = new List<Guid>();
            using (var reader = session.Prepare("SELECT entry FROM outbox_taken").ExecuteReader())
            {
                while (reader.Read())
                    taken.Add(StoreValues.Guid(ItemRow.Blob(reader, 0)));
            }

            foreach (var entry in taken.Where(entry => !present.Contains(entry)))
                Forget(session, entry);
        },
        cancellationToken);

    private static void Forget(SqliteSession session, Guid entry)
    {
        var command = session.Prepare("DELETE FROM outbox_taken WHERE entry = $entry", "$entry");
        command.Parameters[0].Value = StoreValues.Bytes(entry);
        command.ExecuteNonQuery();
    }
}
