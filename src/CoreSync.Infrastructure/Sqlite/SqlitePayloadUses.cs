using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Servers;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Reads which contents the rows name.</summary>
/// <remarks>A column <c>payloads</c> keeps what it names, in whichever table it is: a table that keeps versions of items needs nothing but that column.</remarks>
internal sealed class SqlitePayloadUses(SqliteDatabase database) : IPayloadUses
{
    private const string TablesSql =
        """
        SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
        WHERE t.type = 'table' AND c.name = 'payloads' AND t.name <> 'items' AND t.name NOT GLOB '*"*' ORDER BY t.name
        """;

    private const string ItemsSql = "SELECT payloads, id, component, name, origin FROM items WHERE payloads IS NOT NULL";

    /// <inheritdoc/>
    public Task ForEachAsync(Action<PayloadUse> visit, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            VisitItems(session, visit);
            foreach (var table in Tables(session))
                VisitKept(session, table, visit);
            return true;
        },
        cancellationToken);

    private static void VisitItems(SqliteSession session, Action<PayloadUse> visit)
    {
        using var reader = session.Prepare(ItemsSql).ExecuteReader();
        while (reader.Read())
        {
            var owner = new PayloadOwner(
                new ItemId(StoreValues.Guid(ItemRow.Blob(reader, 1))), StoreValues.Component(reader.GetString(2)), reader.GetString(3),
                new CoreId(StoreValues.Guid(ItemRow.Blob(reader, 4))));
            foreach (var payload in PayloadJson.Value(reader.GetString(0)))
                visit(new PayloadUse(payload, owner));
        }
    }

    private static List<string> Tables(SqliteSession session)
    {
        var tables = new List<string>();
        using var reader = session.Prepare(TablesSql).ExecuteReader();
        while (reader.Read())
            tables.Add(reader.GetString(0));
        return tables;
    }

    private static void VisitKept(SqliteSession session, string table, Action<PayloadUse> visit)
    {
        using var reader = session.Prepare($"SELECT payloads FROM \"{table}\" WHERE payloads IS NOT NULL").ExecuteReader();
        while (reader.Read())
        {
            foreach (var payload in PayloadJson.Value(reader.GetString(0)))
                visit(new PayloadUse(payload, null));
        }
    }
}
