using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Jobs;
using CoreSync.Servers;
using CoreSync.Trust;
using Dapper;
using FluentResults;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Keeps the list of target cores.</summary>
internal sealed class SqliteTargetStore(SqliteDatabase database) : ITargetStore
{
    private const string Select =
        """
        SELECT id AS Id, fqdn AS Fqdn, port AS Port, dial_host AS DialHost, dial_port AS DialPort, description AS Description, enabled AS Enabled,
               added_at AS AddedAt, known_core AS KnownCore, contact_state AS ContactState, contact_at AS ContactAt, contact_code AS ContactCode,
               contact_message AS ContactMessage, last_success_at AS LastSuccessAt, every_seconds AS EverySeconds, cron AS Cron, on_change AS OnChange, windows AS Windows,
               blackouts AS Blackouts, paused_until AS PausedUntil, only_components AS OnlyComponents, kilobytes_per_second AS KilobytesPerSecond,
               direction AS Direction
        FROM targets
        """;

    private const string ByName = Select + " WHERE fqdn = @fqdn";

    private const string ById = Select + " WHERE id = @id";

    private const string All = Select + " ORDER BY fqdn";

    /// <inheritdoc/>
    public Task<CoreServer?> FindAsync(Fqdn fqdn, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Connection.QuerySingleOrDefault<Row>(ByName, new { fqdn = fqdn.Ascii })?.ToTarget(), cancellationToken);

    /// <inheritdoc/>
    public Task<CoreServer?> FindAsync(TargetId id, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Connection.QuerySingleOrDefault<Row>(ById, new { id = StoreValues.Bytes(id.Value) })?.ToTarget(), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CoreServer>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<CoreServer>>(
        session => [.. session.Connection.Query<Row>(All).Select(row => row.ToTarget())], cancellationToken);

    /// <inheritdoc/>
    public Task<Result> AddAsync(CoreServer target, TrustRecord trust, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            if (session.Connection.QuerySingleOrDefault<Row>(ByName, new { fqdn = target.Address.Fqdn.Ascii }) is not null)
                return Result.Fail(new TargetDuplicateError(target.Address.Fqdn.Ascii));
            session.Connection.Execute(
                """
                INSERT INTO targets (id, fqdn, port, dial_host, dial_port, description, enabled, added_at, known_core, contact_state, contact_at, contact_code,
                                     contact_message, last_success_at, every_seconds, cron, on_change, windows, blackouts, paused_until, only_components,
                                     kilobytes_per_second, direction)
                VALUES (@Id, @Fqdn, @Port, @DialHost, @DialPort, @Description, @Enabled, @AddedAt, @KnownCore, @ContactState, @ContactAt, @ContactCode,
                        @ContactMessage, @LastSuccessAt, @EverySeconds, @Cron, @OnChange, @Windows, @Blackouts, @PausedUntil, @OnlyComponents,
                        @KilobytesPerSecond, @Direction)
                """,
                Row.Of(target));
            SqliteTrustStore.Insert(session, trust);
            return Result.Ok();
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(CoreServer target, CancellationToken cancellationToken) => UpdateAsync(
        """
        UPDATE targets SET port = @Port, dial_host = @DialHost, dial_port = @DialPort, description = @Description, enabled = @Enabled, known_core = @KnownCore,
               every_seconds = @EverySeconds, cron = @Cron, on_change = @OnChange, windows = @Windows, blackouts = @Blackouts, paused_until = @PausedUntil,
               only_components = @OnlyComponents, kilobytes_per_second = @KilobytesPerSecond
        WHERE id = @Id
        """,
        target, cancellationToken);

    /// <inheritdoc/>
    public Task RecordContactAsync(CoreServer target, CancellationToken cancellationToken) => UpdateAsync(
        """
        UPDATE targets SET contact_state = @ContactState, contact_at = @ContactAt, contact_code = @ContactCode, contact_message = @ContactMessage,
               last_success_at = @LastSuccessAt, known_core = @KnownCore
        WHERE id = @Id
        """,
        target, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(TargetId id, CancellationToken cancellationToken) => database.WriteAsync(
        session => { session.Connection.Execute("DELETE FROM targets WHERE id = @id", new { id = StoreValues.Bytes(id.Value) }); }, cancellationToken);

    // A target that was removed meanwhile stays removed: nothing to save then.
    private Task UpdateAsync(string sql, CoreServer target, CancellationToken cancellationToken) =>
        database.WriteAsync(session => { session.Connection.Execute(sql, Row.Of(target)); }, cancellationToken);

    private sealed class Row
    {
        public byte[] Id { get; init; } = [];

        public string Fqdn { get; init; } = "";

        public long Port { get; init; }

        public string? DialHost { get; init; }

        public long? DialPort { get; init; }

        public string Description { get; init; } = "";

        public long Enabled { get; init; }

        public long AddedAt { get; init; }

        public byte[]? KnownCore { get; init; }

        public string ContactState { get; init; } = "";

        public long? ContactAt { get; init; }

        public string? ContactCode { get; init; }

        public string? ContactMessage { get; init; }

        public long? LastSuccessAt { get; init; }

        public double? EverySeconds { get; init; }

        public string? Cron { get; init; }

        public long? OnChange { get; init; }

        public string Windows { get; init; } = "";

        public string Blackouts { get; init; } = "";

        public long? PausedUntil { get; init; }

        public string OnlyComponents { get; init; } = "";

        public long KilobytesPerSecond { get; init; }

        public string Direction { get; init; } = "";

        public static Row Of(CoreServer target) => new()
        {
            Id = StoreValues.Bytes(target.Id.Value),
            Fqdn = target.Address.Fqdn.Ascii,
            Port = target.Address.Port,
            DialHost = target.Address.Dial?.Host,
            DialPort = target.Address.Dial?.Port,
            Description = target.Description,
            Enabled = target.IsEnabled ? 1 : 0,
            AddedAt = StoreValues.Ticks(target.AddedAt),
            KnownCore = target.KnownCore is { } core ? StoreValues.Bytes(core.Value) : null,
            ContactState = target.LastContact.State.ToString(),
            ContactAt = StoreValues.Ticks(target.LastContact.At),
            ContactCode = target.LastContact.ErrorCode,
            ContactMessage = target.LastContact.ErrorMessage,
            LastSuccessAt = StoreValues.Ticks(target.LastSuccess),
            EverySeconds = target.Rules.Schedule.Every?.TotalSeconds,
            Cron = target.Rules.Schedule.Cron,
            OnChange = target.Rules.Schedule.OnChange is { } onChange ? (onChange ? 1 : 0) : null,
            Windows = Text(target.Rules.Schedule.Windows),
            Blackouts = Text(target.Rules.Schedule.Blackouts),
            PausedUntil = StoreValues.Ticks(target.Rules.PausedUntil),
            OnlyComponents = string.Join(',', target.Rules.Components.Select(component => component.Value)),
            KilobytesPerSecond = target.Rules.KilobytesPerSecond,
            Direction = target.Direction.ToString(),
        };

        public CoreServer ToTarget() => CoreServer.Restore(
            new TargetId(StoreValues.Guid(Id)),
            new CoreAddress(StoreValues.Fqdn(Fqdn), (int)Port, DialHost is null ? null : new DialAddress(DialHost, (int)(DialPort ?? Port))),
            Description, Enabled != 0, StoreValues.Moment(AddedAt), KnownCore is null ? null : new CoreId(StoreValues.Guid(KnownCore)),
            new Contact(StoreValues.Enumeration<ConnectionState>(ContactState), StoreValues.Moment(ContactAt), ContactCode, ContactMessage),
            StoreValues.Moment(LastSuccessAt), Rules(), StoreValues.Enumeration<SyncDirection>(Direction));

        private TargetRules Rules() => new(
            new SyncSchedule(EverySeconds is { } every ? TimeSpan.FromSeconds(every) : null, Cron, OnChange is { } onChange ? onChange != 0 : null, Parse(Windows), Parse(Blackouts)),
            StoreValues.Moment(PausedUntil), [.. Split(OnlyComponents, ',').Select(StoreValues.Component)], (int)KilobytesPerSecond);

        private static string Text(IReadOnlyList<TimeWindow> windows) => string.Join(';', windows.Select(window => window.Text));

        private static IReadOnlyList<TimeWindow> Parse(string text) => [.. Split(text, ';').Select(StoreValues.Window)];

        private static string[] Split(string text, char separator) => text.Split(separator, StringSplitOptions.RemoveEmptyEntries);
    }
}
