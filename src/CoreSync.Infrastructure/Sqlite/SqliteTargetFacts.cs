using CoreSync.Application.Targets;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using Dapper;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Reads trust, refusals and backlog of target cores in one transaction: one query for each table, however many are asked about.</summary>
internal sealed class SqliteTargetFacts(SqliteDatabase database) : ITargetFacts
{
    private const string Refused =
        """
        SELECT target AS Target, kind AS Kind, count(*) AS Items, count(quarantined_at) AS Quarantined
        FROM failures WHERE target IN (SELECT unhex(value) FROM json_each(@asked)) GROUP BY target, kind
        """;

    private const string Positions = "SELECT target AS Target, component AS Component, sequence AS Sequence FROM checkpoints WHERE target IN (SELECT unhex(value) FROM json_each(@asked))";

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredFacts>> ReadAsync(IReadOnlyList<TargetQuestion> targets, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<StoredFacts>>(
        session =>
        {
            var asked = StoreValues.List(targets.Select(target => target.Target.Value));
            var trust = SqliteTrustStore.Find(session, asked).ToDictionary(record => record.Target);
            var refused = session.Connection.Query<RefusedRow>(Refused, new { asked }).ToLookup(row => Id(row.Target));
            var positions = session.Connection.Query<PositionRow>(Positions, new { asked }).ToLookup(row => Id(row.Target));
            var backlogs = new Backlogs(session);
            return
            [
                .. targets.Select(target =>
                {
                    var (failed, conflicts, quarantined) = Count(refused[target.Target]);
                    return new StoredFacts(trust.GetValueOrDefault(target.Target), backlogs.Of(target, positions[target.Target]), failed, conflicts, quarantined);
                }),
            ];
        },
        cancellationToken);

    private static TargetId Id(byte[] stored) => new(StoreValues.Guid(stored));

    private static (int Failed, int Conflicts, int Quarantined) Count(IEnumerable<RefusedRow> rows)
    {
        var (failed, conflicts, quarantined) = (0, 0, 0);
        foreach (var row in rows)
        {
            if (StoreValues.Enumeration<ItemOutcomeKind>(row.Kind) == ItemOutcomeKind.Conflict)
            {
                conflicts += (int)row.Items;
            }
            else
            {
                failed += (int)row.Items;
                quarantined += (int)row.Quarantined;
            }
        }

        return (failed, conflicts, quarantined);
    }

    private sealed class RefusedRow
    {
        public byte[] Target { get; init; } = [];

        public string Kind { get; init; } = "";

        public long Items { get; init; }

        public long Quarantined { get; init; }
    }

    private sealed class PositionRow
    {
        public byte[] Target { get; init; } = [];

        public string Component { get; init; } = "";

        public long Sequence { get; init; }
    }

    /// <summary>Counts what waits. Most targets stand at the end of a feed, and those that never were reached stand where others do: neither is counted again.</summary>
    private sealed class Backlogs(SqliteSession session)
    {
        private readonly Dictionary<ComponentName, long> ends = [];
        private readonly Dictionary<(ComponentName, long, CoreId?), long> counted = [];

        public long Of(TargetQuestion target, IEnumerable<PositionRow> positions)
        {
            var known = positions.ToDictionary(row => row.Component, row => row.Sequence, StringComparer.Ordinal);
            return target.Components.Sum(component => Of(component, known.GetValueOrDefault(component.Value), target.KnownCore));
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
    }
}
