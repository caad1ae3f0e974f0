using CoreSync.Application.Jobs;
using CoreSync.Jobs;
using CoreSync.Servers;
using Dapper;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Keeps what the engine observes about targets.</summary>
internal sealed class SqlitePaceStore(SqliteDatabase database) : IPaceStore
{
    private const string SaveRetries =
        """
        INSERT INTO paces (target, failed, next_at, quarantined_at, error_code, error_message)
        SELECT @Target, @Failed, @NextAt, @QuarantinedAt, @ErrorCode, @ErrorMessage WHERE EXISTS (SELECT 1 FROM targets WHERE id = @Target)
        ON CONFLICT (target) DO UPDATE SET failed = excluded.failed, next_at = excluded.next_at, quarantined_at = excluded.quarantined_at,
            error_code = excluded.error_code, error_message = excluded.error_message
        """;

    private const string SaveFires =
        """
        INSERT INTO paces (target, fired_at, expected_at, missed_at)
        SELECT @Target, @FiredAt, @ExpectedAt, @MissedAt WHERE EXISTS (SELECT 1 FROM targets WHERE id = @Target)
        ON CONFLICT (target) DO UPDATE SET fired_at = excluded.fired_at, expected_at = excluded.expected_at, missed_at = excluded.missed_at
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<TargetId, TargetPace>> AllAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<TargetId, TargetPace>>(
            session => session.Connection.Query<Row>(
                """
                SELECT target AS Target, failed AS Failed, next_at AS NextAt, quarantined_at AS QuarantinedAt, error_code AS ErrorCode, error_message AS ErrorMessage,
                       fired_at AS FiredAt, expected_at AS ExpectedAt, missed_at AS MissedAt
                FROM paces
                """).ToDictionary(row => new TargetId(StoreValues.Guid(row.Target)), row => row.ToPace()),
            cancellationToken);

    /// <inheritdoc/>
    public Task SaveRetriesAsync(TargetId target, RetryState retries, CancellationToken cancellationToken) =>
        database.WriteAsync(session => { session.Connection.Execute(SaveRetries, Row.Of(target, TargetPace.None with { Retries = retries })); }, cancellationToken);

    /// <inheritdoc/>
    public Task SaveFiresAsync(IReadOnlyCollection<(TargetId Target, TargetPace Pace)> fires, CancellationToken cancellationToken) =>
        fires.Count == 0
            ? Task.CompletedTask
            : database.WriteAsync(
                session =>
                {
                    foreach (var (target, pace) in fires)
                        session.Connection.Execute(SaveFires, Row.Of(target, pace));
                },
                cancellationToken);

    private sealed class Row
    {
        public byte[] Target { get; init; } = [];

        public long Failed { get; init; }

        public long? NextAt { get; init; }

        public long? QuarantinedAt { get; init; }

        public string? ErrorCode { get; init; }

        public string? ErrorMessage { get; init; }

        public long? FiredAt { get; init; }

        public long? ExpectedAt { get; init; }

        public long? MissedAt { get; init; }

        public static Row Of(TargetId target, TargetPace pace) => new()
        {
            Target = StoreValues.Bytes(target.Value),
            Failed = pace.Retries.Failed,
            NextAt = StoreValues.Ticks(pace.Retries.NextAt),
            QuarantinedAt = StoreValues.Ticks(pace.Retries.QuarantinedSince),
            ErrorCode = pace.Retries.ErrorCode,
            ErrorMessage = pace.Retries.ErrorMessage,
            FiredAt = StoreValues.Ticks(pace.FiredAt),
            ExpectedAt = StoreValues.Ticks(pace.ExpectedAt),
            MissedAt = StoreValues.Ticks(pace.MissedAt),
        };

        public TargetPace ToPace() => new(
            new RetryState((int)Failed, StoreValues.Moment(NextAt), StoreValues.Moment(QuarantinedAt), ErrorCode, ErrorMessage), StoreValues.Moment(FiredAt),
            StoreValues.Moment(ExpectedAt), StoreValues.Moment(MissedAt));
    }
}
