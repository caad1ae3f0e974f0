using CoreSync.Application.Lists;
using CoreSync.Items;
using CoreSync.Servers;
using CoreSync.Trust;
using Dapper;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Pages of the long lists. Conditions are joined from constants, so that each combination has a plan that uses its index; values are parameters.</summary>
internal sealed class SqliteListPages(SqliteDatabase database) : IListPages
{
    /// <inheritdoc/>
    public async Task<Page<TargetId>> TargetsAsync(TargetFilter filter, PageNumber page, CancellationToken cancellationToken)
    {
        var where = new Conditions();
        where.Add(filter.Search is not null, "(fqdn LIKE @search ESCAPE '\\' OR description LIKE @search ESCAPE '\\')", "search", Pattern(filter.Search));
        where.Add(filter.Enabled is not null, "enabled = @enabled", "enabled", filter.Enabled == true ? 1 : 0);
        where.Add(filter.Trust is not null, "id IN (SELECT target FROM trust WHERE state = @trust)", "trust", filter.Trust?.ToString());
        where.Add(filter.Connection is not null, "contact_state = @connection", "connection", filter.Connection?.ToString());
        where.Add(true, "direction = @towards", "towards", filter.Direction.ToString());
        var direction = filter.Descending ? "DESC" : "ASC";
        var order = filter.Sort switch
        {
            TargetSort.AddedAt => $"added_at {direction}, fqdn",
            TargetSort.LastSuccess => $"last_success_at {direction}, fqdn",
            _ => $"fqdn {direction}",
        };
        return await ReadAsync("targets", "id", order, where, page, bytes => new TargetId(StoreValues.Guid(bytes)), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<Page<Guid>> JobsAsync(JobQuery filter, PageNumber page, CancellationToken cancellationToken)
    {
        var where = new Conditions();
        where.Add(filter.Target is not null, "fqdn = @fqdn", "fqdn", filter.Target?.Ascii);
        where.Add(filter.State is not null, "state = @state", "state", filter.State?.ToString());
        where.Add(filter.Trigger is not null, "started_by = @trigger", "trigger", filter.Trigger?.ToString());
        return ReadAsync("jobs", "id", filter.Oldest ? "row ASC" : "row DESC", where, page, StoreValues.Guid, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Page<ItemId>> ItemsAsync(ItemFilter filter, PageNumber page, CancellationToken cancellationToken)
    {
        var where = new Conditions();
        where.Add(true, "deleted = 0", "", null);
        where.Add(filter.Component is not null, "component = @component", "component", filter.Component?.Value);
        where.Add(filter.Search is not null, "(name LIKE @search ESCAPE '\\' OR group_path LIKE @search ESCAPE '\\' OR lower(hex(id)) LIKE @id)", "search", Pattern(filter.Search));
        where.Values.Add("id", IdPrefix(filter.Search));
        where.Add(filter.AutoSync is not null, "auto_sync = @flag", "flag", filter.AutoSync == true ? 1 : 0);
        where.Add(filter.Own is not null, "own = @own", "own", filter.Own == true ? 1 : 0);
        where.Add(filter.Edited is not null, "edited = @edited", "edited", filter.Edited == true ? 1 : 0);
        return ReadAsync("items", "id", "component, name, id", where, page, bytes => new ItemId(StoreValues.Guid(bytes)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Page<TrustHistoryEntry>> TrustHistoryAsync(TrustHistoryFilter filter, PageNumber page, CancellationToken cancellationToken) =>
        database.ReadAsync(session => TrustHistoryRows.Read(session, filter, page), cancellationToken);

    private Task<Page<T>> ReadAsync<T>(string table, string column, string order, Conditions where, PageNumber page, Func<byte[], T> of, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session =>
            {
                var total = session.Connection.ExecuteScalar<long>($"SELECT count(*) FROM {table}{where.Sql}", where.Values);
                where.Values.Add("size", page.Size);
                where.Values.Add("skip", page.Skip);
                var ids = session.Connection.Query<byte[]>($"SELECT {column} FROM {table}{where.Sql} ORDER BY {order} LIMIT @size OFFSET @skip", where.Values);
                return new Page<T>([.. ids.Select(of)], total, page.Number, page.Size);
            },
            cancellationToken);

    private static string? Pattern(string? search) =>
        search is null ? null : "%" + search.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + "%";

    // An id is kept as 16 bytes: its hexadecimal digits are compared, with or without the hyphens that people copy. What no id begins with matches nothing.
    private static string? IdPrefix(string? search)
    {
        var digits = (search ?? "").Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        return digits.Length is > 0 and <= 32 && digits.All(char.IsAsciiHexDigitLower) ? digits + "%" : null;
    }

    private sealed class Conditions
    {
        private readonly List<string> parts = [];

        public DynamicParameters Values { get; } = new();

        public string Sql => parts.Count == 0 ? "" : " WHERE " + string.Join(" AND ", parts);

        public void Add(bool applies, string sql, string name, object? value)
        {
            if (!applies)
                return;
            parts.Add(sql);
            if (name.Length > 0)
                Values.Add(name, value);
        }
    }
}
