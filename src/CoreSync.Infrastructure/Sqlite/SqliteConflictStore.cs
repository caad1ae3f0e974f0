using CoreSync.Application;
using CoreSync.Application.Conflicts;
using CoreSync.Conflicts;
using CoreSync.Errors;
using CoreSync.Items;
using FluentResults;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>The conflict inbox in SQLite.</summary>
internal sealed class SqliteConflictStore(SqliteDatabase database, ICurrentActor acting, TimeProvider time) : IConflictStore
{
    private const string NamesakesSql =
        $"SELECT {ItemRow.Columns} FROM items WHERE deleted = 0 AND component = $component AND name = $name AND kind = 1 AND group_path = $group ORDER BY own DESC, row";

    // A range of the index over names: what begins with the prefix sorts before its last character plus one.
    private const string SuffixedSql =
        "SELECT name FROM items WHERE deleted = 0 AND component = $component AND name >= $from AND name < $to AND kind = 1 AND group_path = $group";

    private const string LinkedSql =
        $"SELECT {ItemRow.Columns} FROM items WHERE deleted = 0 AND id IN (SELECT mine FROM links WHERE theirs = $theirs)";

    /// <inheritdoc/>
    public Task<Arrivals> AboutAsync(IReadOnlyCollection<Item> incoming, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var conflicts = new Dictionary<ItemId, Conflict>();
            var linked = new Dictionary<ItemId, Item>();
            // Most cores never have a conflict or a link: then no item is looked up.
            var someConflicts = session.Number("SELECT EXISTS (SELECT 1 FROM conflicts)") != 0;
            var someLinks = session.Number("SELECT EXISTS (SELECT 1 FROM links)") != 0;
            foreach (var item in incoming)
            {
                if (someConflicts && ConflictRows.Find(session, item.Id) is { } conflict)
                    conflicts[item.Id] = conflict;
                if (someLinks && Linked(session, item.Id) is { } mine)
                    linked[item.Id] = mine;
            }

            return new Arrivals(conflicts, linked, Namesakes(session, incoming).ToLookup(item => (item.Component, item.Group, item.Name)));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlySet<string>> SuffixedAsync(ComponentName component, string group, string name, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlySet<string>>(
            session =>
            {
                var command = session.Prepare(SuffixedSql, "$component", "$from", "$to", "$group");
                command.Parameters[0].Value = component.Value;
                command.Parameters[1].Value = name + NameSuffix.Mark;
                command.Parameters[2].Value = name + NameSuffix.Mark[..^1] + (char)(NameSuffix.Mark[^1] + 1);
                command.Parameters[3].Value = group;
                using var reader = command.ExecuteReader();
                var names = new HashSet<string>(StringComparer.Ordinal);
                while (reader.Read())
                    names.Add(reader.GetString(0));
                return names;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlySet<ItemId>> WaitingAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlySet<ItemId>>(session => items.Where(item => ConflictRows.IsWaiting(session, item)).ToHashSet(), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Conflict>> ListAsync(bool decided, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ConflictRows.List(session, decided), cancellationToken);

    /// <inheritdoc/>
    public Task<Conflict?> FindAsync(ItemId item, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ConflictRows.Find(session, item), cancellationToken);

    /// <inheritdoc/>
    public Task<Result> SettleAsync(ConflictSettlement settlement, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            foreach (var decided in settlement.Decided)
            {
                // The service may have received something newer since a person looked.
                if (ConflictRows.Find(session, decided.Id)?.Change.Item.Revision != decided.Change.Item.Revision)
                    return Result.Fail(new ConflictNotFoundError(decided.Id.ToString()));
            }

            foreach (var decided in settlement.Decided)
                ConflictRows.Save(session, decided);
            foreach (var (mine, theirs) in settlement.Links)
                ConflictRows.Link(session, mine, theirs, time.GetUtcNow(), acting.Actor.Name, replace: true);
            if (settlement.Made.Count > 0)
            {
                var writer = new ItemWriter(session, time);
                foreach (var made in settlement.Made)
                    writer.Write(made);
                writer.Finish();
            }

            var sources = settlement.Decided.ToDictionary(decided => decided.Id, decided => decided.Source);
            AppliedRows.Write(session, settlement.Applied, item => sources.TryGetValue(item, out var source) ? source : null, time);
            return Result.Ok();
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<ItemId?> SuccessorAsync(ItemId mine, CancellationToken cancellationToken) => database.ReadAsync<ItemId?>(
        session =>
        {
            var command = session.Prepare("SELECT theirs FROM links WHERE mine = $mine", "$mine");
            command.Parameters[0].Value = StoreValues.Bytes(mine.Value);
            return command.ExecuteScalar() is byte[] id ? new ItemId(StoreValues.Guid(id)) : null;
        },
        cancellationToken);

    private static List<Item> Namesakes(SqliteSession session, IReadOnlyCollection<Item> incoming)
    {
        var command = session.Prepare(NamesakesSql, "$component", "$name", "$group");
        var found = new List<Item>();
        foreach (var item in incoming.Where(item => item.Kind == ItemKind.Document).DistinctBy(item => (item.Component, item.Group, item.Name)))
        {
            command.Parameters[0].Value = item.Component.Value;
            command.Parameters[1].Value = item.Name;
            command.Parameters[2].Value = item.Group;
            found.AddRange(Read(command));
        }

        return found;
    }

    private static Item? Linked(SqliteSession session, ItemId theirs)
    {
        var command = session.Prepare(LinkedSql, "$theirs");
        command.Parameters[0].Value = StoreValues.Bytes(theirs.Value);
        return Read(command).FirstOrDefault();
    }

    private static List<Item> Read(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var items = new List<Item>();
        while (reader.Read())
            items.Add(ItemRow.Read(reader, 0));
        return items;
    }
}
