using CoreSync.Application.Targets;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Reads trust, refusals and backlog of many target cores in one transaction, with statements that are prepared once.</summary>
internal sealed class SqliteTargetFacts(SqliteDatabase database) : ITargetFacts
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredFacts>> ReadAsync(IReadOnlyList<TargetQuestion> targets, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<StoredFacts>>(
        session =>
        {
            var backlogs = new Backlogs(session);
            return [.. targets.Select(target => Read(session, target, backlogs))];
        },
        cancellationToken);

    private static StoredFacts Read(SqliteSession session, TargetQuestion target, Backlogs backlogs)
    {
        var (failed, conflicts, quarantined) = Failures(session, target.Target);
        return new StoredFacts(SqliteTrustStore.Find(session, target.Target), backlogs.Of(target), failed, conflicts, quarantined);
    }

    private static (int Failed, int Conflicts, int Quarantined) Failures(SqliteSession session, TargetId target)
    {
        var command = session.Prepare("SELECT kind, count(*), count(quarantined_at) FROM failures WHERE target = $target GROUP BY kind", "$target");
        command.Parameters[0].Value = StoreValues.Bytes(target.Value);
        using var reader = command.ExecuteReader();
        var (failed, conflicts, quarantined) = (0, 0, 0);
        while (reader.Read())
        {
            if (StoreValues.Enumeration<ItemOutcomeKind>(reader.GetString(0)) == ItemOutcomeKind.Conflict)
            {
                conflicts += reader.GetInt32(1);
            }
            else
            {
                failed += reader.GetInt32(1);
                quarantined += reader.GetInt32(2);
            }
        }

        return (failed, conflicts, quarantined);
    }

    /// <summary>Counts what waits. Most targets stand at the end of a feed, and those that never were reached stand where others do: neither is counted again.</summary>
    private sealed class Backlogs(SqliteSession session)
    {
        private readonly Dictionary<ComponentName, long> ends = [];
        private readonly Dictionary<(ComponentName, long, CoreId?), long> counted = [];

        public long Of(TargetQuestion target)
        {
            var checkpoints = Checkpoints(target.Target);
            return target.Components.Sum(component => Of(component, checkpoints.GetValueOrDefault(component.Value), target.KnownCore));
        }

        private long Of(ComponentName component, long after, CoreId? notFrom)
        {
            if (after >= End(component))
                return 0;
            if (!counted.TryGetValue((component, after, notFrom), out var changes))
                counted[(component, after, notFrom)] = changes = FeedQueries.Backlog(session, component, new Sequence(after), notFrom).Changes;
            return changes;
        }

        private long End(ComponentName component)
        {
            if (ends.TryGetValue(component, out var known))
                return known;
            var command = session.Prepare("SELECT coalesce(max(sequence), 0) FROM items WHERE travels = 1 AND component = $component", "$component");
            command.Parameters[0].Value = component.Value;
            return ends[component] = (long)command.ExecuteScalar()!;
        }

        private Dictionary<string, long> Checkpoints(TargetId target)
        {
            var command = session.Prepare("SELECT component, sequence FROM checkpoints WHERE target = $target", "$target");
            command.Parameters[0].Value = StoreValues.Bytes(target.Value);
            using var reader = command.ExecuteReader();
            var found = new Dictionary<string, long>(StringComparer.Ordinal);
            while (reader.Read())
                found[reader.GetString(0)] = reader.GetInt64(1);
            return found;
        }
    }
}
