using System.Text.Json;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using Dapper;
using FluentResults;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Keeps the components of this core.</summary>
internal sealed class SqliteComponentStore(SqliteDatabase database) : IComponentStore
{
    private const string Select =
        """
        SELECT name AS Name, kind AS Kind, enabled AS Enabled, on_delete AS OnDelete, on_clash AS OnClash, send_from AS SendFrom, receive_to AS ReceiveTo,
               include AS Include, exclude AS Exclude, auto_sync AS AutoSync, record_links AS RecordLinks, product AS Product, on_edited AS OnEdited,
               needs_approval AS NeedsApproval
        FROM components
        """;

    private const string ByName = Select + " WHERE name = @name";

    private const string All = Select + " ORDER BY name";

    private const string Update =
        """
        UPDATE components SET kind = @Kind, enabled = @Enabled, on_delete = @OnDelete, on_clash = @OnClash, send_from = @SendFrom, receive_to = @ReceiveTo,
               include = @Include, exclude = @Exclude, auto_sync = @AutoSync, record_links = @RecordLinks, product = @Product,
               on_edited = @OnEdited, needs_approval = @NeedsApproval
        WHERE name = @Name
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyList<Component>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<Component>>(
        session => [.. session.Connection.Query<Row>(All).Select(row => row.ToComponent())], cancellationToken);

    /// <inheritdoc/>
    public Task<Component?> FindAsync(ComponentName name, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Connection.QuerySingleOrDefault<Row>(ByName, new { name = name.Value })?.ToComponent(), cancellationToken);

    /// <inheritdoc/>
    public Task<Result> AddAsync(Component component, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            if (session.Connection.QuerySingleOrDefault<Row>(ByName, new { name = component.Name.Value }) is not null)
                return Result.Fail(new ComponentDuplicateError(component.Name.Value));
            Insert(session, component);
            return Result.Ok();
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(Component component, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            if (session.Connection.Execute(Update, Row.Of(component)) == 0)
                throw new CoreSyncException(new ComponentNotFoundError(component.Name.Value));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<long> ConfirmedDeletesAsync(ComponentName name, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Connection.ExecuteScalar<long>("SELECT confirmed_deletes FROM components WHERE name = @name", new { name = name.Value }), cancellationToken);

    /// <inheritdoc/>
    public Task SetConfirmedDeletesAsync(ComponentName name, long count, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            if (session.Connection.Execute("UPDATE components SET confirmed_deletes = @count WHERE name = @name", new { name = name.Value, count }) == 0)
                throw new CoreSyncException(new ComponentNotFoundError(name.Value));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<Sequence> DeletesConfirmedToAsync(ComponentName name, CancellationToken cancellationToken) => database.ReadAsync(
        session => new Sequence(
            session.Connection.ExecuteScalar<long>("SELECT deletes_confirmed_to FROM components WHERE name = @name", new { name = name.Value })), cancellationToken);

    /// <inheritdoc/>
    public Task SetDeletesConfirmedToAsync(ComponentName name, Sequence position, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            if (session.Connection.Execute("UPDATE components SET deletes_confirmed_to = @position WHERE name = @name", new { name = name.Value, position = position.Value }) == 0)
                throw new CoreSyncException(new ComponentNotFoundError(name.Value));
        },
        cancellationToken);

    /// <summary>Adds a component inside the caller's transaction.</summary>
    public static void Insert(SqliteSession session, Component component) => session.Connection.Execute(
        """
        INSERT INTO components (name, kind, enabled, on_delete, on_clash, send_from, receive_to, include, exclude, auto_sync, record_links, product, on_edited, needs_approval)
        VALUES (@Name, @Kind, @Enabled, @OnDelete, @OnClash, @SendFrom, @ReceiveTo, @Include, @Exclude, @AutoSync, @RecordLinks, @Product, @OnEdited,
                @NeedsApproval)
        """,
        Row.Of(component));

    private sealed class Row
    {
        public string Name { get; init; } = "";

        public string Kind { get; init; } = "";

        public long Enabled { get; init; }

        public string OnDelete { get; init; } = "";

        public string OnClash { get; init; } = "";

        public string? SendFrom { get; init; }

        public string? ReceiveTo { get; init; }

        public string? Include { get; init; }

        public string? Exclude { get; init; }

        public long? AutoSync { get; init; }

        public long? RecordLinks { get; init; }

        public long Product { get; init; }

        public string OnEdited { get; init; } = "";

        public long NeedsApproval { get; init; }

        public static Row Of(Component component) => new()
        {
            Name = component.Name.Value,
            Kind = component.Kind.ToString(),
            Enabled = component.IsEnabled ? 1 : 0,
            OnDelete = component.OnDelete.ToString(),
            OnClash = component.OnClash.ToString(),
            SendFrom = component.Files?.SendFrom,
            ReceiveTo = component.Files?.ReceiveTo,
            Include = component.Files is { } some ? Json(some.Include) : null,
            Exclude = component.Files is { } files ? Json(files.Exclude) : null,
            AutoSync = component.Files is null ? null : component.Files.AutoSync ? 1 : 0,
            RecordLinks = component.Files is null ? null : component.Files.RecordLinks ? 1 : 0,
            Product = component.IsProduct ? 1 : 0,
            OnEdited = component.OnEdited.ToString(),
            NeedsApproval = component.NeedsApproval ? 1 : 0,
        };

        public Component ToComponent()
        {
            var kind = StoreValues.Enumeration<ComponentKind>(Kind);
            return new Component(
                StoreValues.Component(Name), kind, Enabled != 0, StoreValues.Enumeration<DeletePolicy>(OnDelete), StoreValues.Enumeration<ClashPolicy>(OnClash),
                kind == ComponentKind.Files ? new FilesSettings(SendFrom, ReceiveTo, Patterns(Include), Patterns(Exclude), AutoSync != 0, RecordLinks != 0) : null, Product != 0,
                StoreValues.Enumeration<EditedPolicy>(OnEdited), NeedsApproval != 0);
        }

        private static string Json(IReadOnlyList<string> patterns) => JsonSerializer.Serialize([.. patterns], StoreJson.Default.StringArray);

        private static string[] Patterns(string? json) => StoreJson.Read(json ?? "[]", StoreJson.Default.StringArray);
    }
}
