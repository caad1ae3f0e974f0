using CoreSync.Application.Health;
using CoreSync.Application.Notifications;
using Dapper;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Keeps what people were told and what is on its way to them.</summary>
internal sealed class SqliteNotificationStore(SqliteDatabase database) : INotificationStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<Trouble>> TroublesAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<Trouble>>(
        session =>
        [
            .. session.Connection.Query<TroubleRow>("SELECT code AS Code, subject AS Subject, severity AS Severity, since_at AS SinceAt FROM troubles ORDER BY since_at, key")
                .Select(row => new Trouble(row.Code, row.Subject, StoreValues.Enumeration<HealthSeverity>(row.Severity), StoreValues.Moment(row.SinceAt))),
        ],
        cancellationToken);

    /// <inheritdoc/>
    public Task RecordAsync(
        IReadOnlyList<Trouble> began, IReadOnlyList<Trouble> over, IReadOnlyList<(string Channel, Notification Notification)> queued, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            foreach (var trouble in over)
                session.Connection.Execute("DELETE FROM troubles WHERE key = @Key", new { trouble.Key });
            foreach (var trouble in began)
            {
                session.Connection.Execute(
                    """
                    INSERT INTO troubles (key, code, subject, severity, since_at) VALUES (@Key, @Code, @Subject, @Severity, @SinceAt)
                    ON CONFLICT (key) DO UPDATE SET severity = excluded.severity
                    """,
                    new { trouble.Key, trouble.Code, trouble.Subject, Severity = trouble.Severity.ToString(), SinceAt = StoreValues.Ticks(trouble.Since) });
            }

            foreach (var (channel, news) in queued)
            {
                session.Connection.Execute(
                    """
                    INSERT INTO notifications (id, channel, kind, code, subject, severity, message, hint, since_at, at, next_at)
                    VALUES (@Id, @Channel, @Kind, @Code, @Subject, @Severity, @Message, @Hint, @SinceAt, @At, @At)
                    """,
                    new
                    {
                        Id = StoreValues.Bytes(news.Id),
                        Channel = channel,
                        Kind = news.Kind.ToString(),
                        news.Code,
                        news.Subject,
                        Severity = news.Severity.ToString(),
                        news.Message,
                        news.Hint,
                        SinceAt = StoreValues.Ticks(news.Since),
                        At = StoreValues.Ticks(news.At),
                    });
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueuedNotification>> QueueAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<QueuedNotification>>(
        session =>
        [
            .. session.Connection.Query<Row>(
                """
                SELECT row AS RowId, id AS Id, channel AS Channel, kind AS Kind, code AS Code, subject AS Subject, severity AS Severity, message AS Message, hint AS Hint,
                       since_at AS SinceAt, at AS At, attempts AS Attempts, next_at AS NextAt, last_error AS LastError
                FROM notifications ORDER BY row
                """).Select(row => row.ToQueued()),
        ],
        cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(QueuedNotification queued, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Connection.Execute("DELETE FROM notifications WHERE row = @Row", new { queued.Row });
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task DelayAsync(QueuedNotification queued, DateTimeOffset nextAt, string error, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Connection.Execute(
                "UPDATE notifications SET attempts = attempts + 1, next_at = @NextAt, last_error = @Error WHERE row = @Row", new { queued.Row, NextAt = StoreValues.Ticks(nextAt), Error = error });
        },
        cancellationToken);

    private sealed class TroubleRow
    {
        public string Code { get; init; } = "";

        public string Subject { get; init; } = "";

        public string Severity { get; init; } = "";

        public long SinceAt { get; init; }
    }

    private sealed class Row
    {
        public long RowId { get; init; }

        public byte[] Id { get; init; } = [];

        public string Channel { get; init; } = "";

        public string Kind { get; init; } = "";

        public string Code { get; init; } = "";

        public string Subject { get; init; } = "";

        public string Severity { get; init; } = "";

        public string Message { get; init; } = "";

        public string Hint { get; init; } = "";

        public long SinceAt { get; init; }

        public long At { get; init; }

        public long Attempts { get; init; }

        public long NextAt { get; init; }

        public string? LastError { get; init; }

        public QueuedNotification ToQueued() => new(
            RowId, Channel,
            new Notification(
                StoreValues.Guid(Id), StoreValues.Enumeration<NotificationKind>(Kind), Code, Subject, StoreValues.Enumeration<HealthSeverity>(Severity), Message, Hint,
                StoreValues.Moment(SinceAt), StoreValues.Moment(At)),
            (int)Attempts, StoreValues.Moment(NextAt), LastError);
    }
}
