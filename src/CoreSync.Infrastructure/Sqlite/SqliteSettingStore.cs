using CoreSync.Application.Settings;
using CoreSync.Settings;
using Dapper;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Keeps values of settings.</summary>
internal sealed class SqliteSettingStore(SqliteDatabase database) : ISettingStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, string>> AllAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyDictionary<string, string>>(
        session => session.Connection.Query<Row>("SELECT key AS Key, value AS Value FROM settings ORDER BY key")
            .ToDictionary(row => row.Key, row => row.Value, StringComparer.Ordinal),
        cancellationToken);

    /// <inheritdoc/>
    public Task SetAsync(Setting setting, string value, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Connection.Execute(
                "INSERT INTO settings (key, value) VALUES (@Key, @Value) ON CONFLICT (key) DO UPDATE SET value = excluded.value", new { setting.Key, Value = value });
        },
        cancellationToken);

    private sealed class Row
    {
        public string Key { get; init; } = "";

        public string Value { get; init; } = "";
    }
}
