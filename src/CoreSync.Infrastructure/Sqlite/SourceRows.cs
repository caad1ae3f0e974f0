using CoreSync.Application.Bundles;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Source cores, their highest epoch, and where this core stands in their feeds; inside the caller's transaction.</summary>
internal static class SourceRows
{
    /// <summary>Introduces a writer. A new store of that source begins anew: sequences of two stores cannot be compared.</summary>
    /// <returns>Why it is refused; null when it is not.</returns>
    public static CoreSyncError? Introduce(SqliteSession session, SourceIdentity source)
    {
        switch (Find(session, source.Core))
        {
            case null:
                Insert(session, source);
                return null;
            case var (store, _) when store != source.StoreId:
                // Removes the checkpoints and what the inbox holds of the old store with it: nothing of that was acknowledged.
                Delete(session, source.Core);
                Insert(session, source);
                return null;
            case var (_, highest) when source.Epoch < highest:
                return new StaleEpochError(source.Core.ToString(), source.Epoch, highest);
            case var (_, highest) when source.Epoch > highest:
                Raise(session, source);
                return null;
            default:
                return null;
        }
    }

    /// <summary>Lets a writer write: introduced, not stale, of the store that is known.</summary>
    /// <returns>Why it is refused; null when it is not.</returns>
    public static CoreSyncError? Admit(SqliteSession session, SourceIdentity source, Sequence position)
    {
        // A source that comes back with another store asks for its checkpoints first: until then nothing that it says fits.
        if (Find(session, source.Core) is { } known && known.Store != source.StoreId)
            return new BatchOutOfOrderError(position.Value, 0);
        return Introduce(session, source);
    }

    /// <summary>Where this core stands in all streams of a source.</summary>
    public static IReadOnlyDictionary<ComponentName, Checkpoint> Checkpoints(SqliteSession session, SourceIdentity source)
    {
        var command = session.Prepare("SELECT component, sequence FROM source_checkpoints WHERE source = $source", "$source");
        command.Parameters[0].Value = StoreValues.Bytes(source.Core.Value);
        using var reader = command.ExecuteReader();
        var checkpoints = new Dictionary<ComponentName, Checkpoint>();
        while (reader.Read())
            checkpoints.Add(StoreValues.Component(reader.GetString(0)), new Checkpoint(source.StoreId, new Sequence(reader.GetInt64(1))));
        return checkpoints;
    }

    /// <summary>A source with all that is known of it; null when it never wrote.</summary>
    public static KnownSource? Known(SqliteSession session, CoreId core)
    {
        if (Find(session, core) is not { } known)
            return null;
        var identity = new SourceIdentity(core, known.Store, known.Epoch);
        return new KnownSource(identity, Checkpoints(session, identity).ToDictionary(one => one.Key, one => one.Value.Sequence));
    }

    /// <summary>Where this core stands in one stream; zero before the first batch.</summary>
    public static Sequence Checkpoint(SqliteSession session, SourceIdentity source, ComponentName component)
    {
        var command = session.Prepare("SELECT sequence FROM source_checkpoints WHERE source = $source AND component = $component", "$source", "$component");
        command.Parameters[0].Value = StoreValues.Bytes(source.Core.Value);
        command.Parameters[1].Value = component.Value;
        return new Sequence((long)(command.ExecuteScalar() ?? 0L));
    }

    /// <summary>Moves a checkpoint forward; never back.</summary>
    public static void Advance(SqliteSession session, CoreId source, ComponentName component, Sequence reached)
    {
        var command = session.Prepare(
            """
            INSERT INTO source_checkpoints (source, component, sequence) VALUES ($source, $component, $sequence)
            ON CONFLICT (source, component) DO UPDATE SET sequence = max(sequence, excluded.sequence)
            """,
            "$source", "$component", "$sequence");
        command.Parameters[0].Value = StoreValues.Bytes(source.Value);
        command.Parameters[1].Value = component.Value;
        command.Parameters[2].Value = reached.Value;
        command.ExecuteNonQuery();
    }

    private static (Guid Store, long Epoch)? Find(SqliteSession session, CoreId core)
    {
        var command = session.Prepare("SELECT store_id, epoch FROM sources WHERE core = $core", "$core");
        command.Parameters[0].Value = StoreValues.Bytes(core.Value);
        using var reader = command.ExecuteReader();
        return reader.Read() ? (StoreValues.Guid(ItemRow.Blob(reader, 0)), reader.GetInt64(1)) : null;
    }

    private static void Insert(SqliteSession session, SourceIdentity source)
    {
        var command = session.Prepare("INSERT INTO sources (core, store_id, epoch) VALUES ($core, $store, $epoch)", "$core", "$store", "$epoch");
        command.Parameters[0].Value = StoreValues.Bytes(source.Core.Value);
        command.Parameters[1].Value = StoreValues.Bytes(source.StoreId);
        command.Parameters[2].Value = source.Epoch;
        command.ExecuteNonQuery();
    }

    private static void Delete(SqliteSession session, CoreId core)
    {
        var command = session.Prepare("DELETE FROM sources WHERE core = $core", "$core");
        command.Parameters[0].Value = StoreValues.Bytes(core.Value);
        command.ExecuteNonQuery();
    }

    private static void Raise(SqliteSession session, SourceIdentity source)
    {
        var command = session.Prepare("UPDATE sources SET epoch = $epoch WHERE core = $core", "$epoch", "$core");
        command.Parameters[0].Value = source.Epoch;
        command.Parameters[1].Value = StoreValues.Bytes(source.Core.Value);
        command.ExecuteNonQuery();
    }
}
