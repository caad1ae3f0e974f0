using CoreSync.Application.Items;
using CoreSync.Items;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Keeps the versions under which a product listed its items.</summary>
internal sealed class SqliteListedVersions(SqliteDatabase database) : IListedVersions
{
    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<ItemId, string>> AllAsync(ComponentName component, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<ItemId, string>>(
            session =>
            {
                var command = session.Prepare("SELECT id, version FROM listed_items WHERE component = $component", "$component");
                command.Parameters[0].Value = component.Value;
                using var reader = command.ExecuteReader();
                var versions = new Dictionary<ItemId, string>();
                while (reader.Read())
                    versions.Add(new ItemId(StoreValues.Guid(ItemRow.Blob(reader, 0))), reader.GetString(1));
                return versions;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(ComponentName component, IReadOnlyCollection<ListedItem> seen, IReadOnlyCollection<ItemId> forgotten, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var save = session.Prepare("INSERT OR REPLACE INTO listed_items (component, id, version) VALUES ($component, $id, $version)", "$component", "$id", "$version");
                foreach (var item in seen)
                {
                    save.Parameters[0].Value = component.Value;
                    save.Parameters[1].Value = StoreValues.Bytes(item.Id.Value);
                    save.Parameters[2].Value = item.Version;
                    save.ExecuteNonQuery();
                }

                var forget = session.Prepare("DELETE FROM listed_items WHERE component = $component AND id = $id", "$component", "$id");
                foreach (var id in forgotten)
                {
                    forget.Parameters[0].Value = component.Value;
                    forget.Parameters[1].Value = StoreValues.Bytes(id.Value);
                    forget.ExecuteNonQuery();
                }
            },
            cancellationToken);
}
