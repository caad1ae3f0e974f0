using System.Buffers.Binary;
using System.IO.Hashing;
using CoreSync.Application.Bundles;
using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using Microsoft.Data.Sqlite;

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
            case var (store, _, _) when store != source.StoreId:
                Replace(session, source);
                return null;
            case var (_, highest, _) when source.Epoch < highest:
                return new StaleEpochError(source.Core.ToString(), source.Epoch, highest);
            // Two copies of one store that started equally often: the one that came first writes.
            case var (_, highest, writer) when source.Epoch == highest && source.Writer != Guid.Empty && writer != Guid.Empty && writer != source.Writer:
                return new StaleEpochError(source.Core.ToString(), source.Epoch, highest);
            case var (_, highest, writer) when source.Epoch > highest || (source.Writer != Guid.Empty && writer == Guid.Empty):
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
        var command = session.Prepare("SELECT component, sequence, mark FROM source_checkpoints WHERE source = $source", "$source");
        command.Parameters[0].Value = StoreValues.Bytes(source.Core.Value);
        using var reader = command.ExecuteReader();
        var checkpoints = new Dictionary<ComponentName, Checkpoint>();
        while (reader.Read())
        {
            checkpoints.Add(
                StoreValues.Component(reader.GetString(0)), new Checkpoint(source.StoreId, new Sequence(reader.GetInt64(1))) { Mark = Mark(reader, 2) });
        }

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

    /// <summary>Where this core stands in all streams of a source, whichever store that has; empty when it never sent.</summary>
    public static IReadOnlyDictionary<ComponentName, Checkpoint> Received(SqliteSession session, CoreId source) => Find(session, source) is { } known
        ? Checkpoints(session, new SourceIdentity(source, known.Store, known.Epoch))
        : new Dictionary<ComponentName, Checkpoint>();

    /// <summary>Gives all streams of a component another mark.</summary>
    public static void Disturb(SqliteSession session, ComponentName component)
    {
        var command = session.Prepare("UPDATE source_checkpoints SET mark = randomblob(16) WHERE component = $component", "$component");
        command.Parameters[0].Value = component.Value;
        command.ExecuteNonQuery();
    }

    /// <summary>Where this core stands in one stream; zero before the first batch.</summary>
    public static Sequence Checkpoint(SqliteSession session, SourceIdentity source, ComponentName component)
    {
        var command = session.Prepare("SELECT sequence FROM source_checkpoints WHERE source = $source AND component = $component", "$source", "$component");
        command.Parameters[0].Value = StoreValues.Bytes(source.Core.Value);
        command.Parameters[1].Value = component.Value;
        return new Sequence((long)(command.ExecuteScalar() ?? 0L));
    }

    /// <summary>Records a batch: the checkpoint moves forward, never back, and the mark of the stream grows by what the batch did (P6).</summary>
    /// <returns>The new mark: the same history gives the same mark, another one never does.</returns>
    public static Guid Advance(SqliteSession session, ReplicaCommit commit)
    {
        var mark = Next(MarkOf(session, commit.Source.Core, commit.Component), commit);
        Save(session, commit.Source.Core, commit.Component, commit.Checkpoint ?? Sequence.Zero, mark);
        return mark;
    }

    /// <summary>What the inbox held was applied without a batch: the mark grows by it all the same, or a source that went back to before it would not find out.</summary>
    public static void Recover(SqliteSession session, CoreId core, ComponentName component, IReadOnlyList<AppliedItem> applied)
    {
        if (applied.Count == 0 || Find(session, core) is not { } known)
            return;
        var recovered = new ReplicaCommit(new SourceIdentity(core, known.Store, known.Epoch), component, applied, null, []);
        Save(session, core, component, Sequence.Zero, Next(MarkOf(session, core, component), recovered));
    }

    private static void Save(SqliteSession session, CoreId source, ComponentName component, Sequence reached, Guid mark)
    {
        var command = session.Prepare(
            """
            INSERT INTO source_checkpoints (source, component, sequence, mark) VALUES ($source, $component, $sequence, $mark)
            ON CONFLICT (source, component) DO UPDATE SET sequence = max(sequence, excluded.sequence), mark = excluded.mark
            """,
            "$source", "$component", "$sequence", "$mark");
        command.Parameters[0].Value = StoreValues.Bytes(source.Value);
        command.Parameters[1].Value = component.Value;
        command.Parameters[2].Value = reached.Value;
        command.Parameters[3].Value = StoreValues.Bytes(mark);
        command.ExecuteNonQuery();
    }

    private static Guid MarkOf(SqliteSession session, CoreId source, ComponentName component)
    {
        var command = session.Prepare("SELECT mark FROM source_checkpoints WHERE source = $source AND component = $component", "$source", "$component");
        command.Parameters[0].Value = StoreValues.Bytes(source.Value);
        command.Parameters[1].Value = component.Value;
        using var reader = command.ExecuteReader();
        return reader.Read() ? Mark(reader, 0) : Guid.Empty;
    }

    private static Guid Mark(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? Guid.Empty : StoreValues.Guid(ItemRow.Blob(reader, column));

    private static Guid Next(Guid before, ReplicaCommit commit)
    {
        var hash = new XxHash128();
        hash.Append(before.ToByteArray());
        Span<byte> numbers = stackalloc byte[24];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, commit.Source.Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], commit.Checkpoint?.Value ?? -1);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[16..], commit.Applied.Count);
        hash.Append(numbers);
        Span<byte> content = stackalloc byte[ContentHash.ByteLength];
        foreach (var applied in commit.Applied)
        {
            hash.Append(applied.Item.Id.Value.ToByteArray());
            BinaryPrimitives.WriteInt64LittleEndian(numbers, applied.Item.Revision.Value);
            hash.Append(numbers[..8]);
            applied.Item.Hash.CopyTo(content);
            hash.Append(content);
        }

        return new Guid(hash.GetCurrentHash());
    }

    private static (Guid Store, long Epoch, Guid Writer)? Find(SqliteSession session, CoreId core)
    {
        var command = session.Prepare("SELECT store_id, epoch, writer FROM sources WHERE core = $core", "$core");
        command.Parameters[0].Value = StoreValues.Bytes(core.Value);
        using var reader = command.ExecuteReader();
        return reader.Read() ? (StoreValues.Guid(ItemRow.Blob(reader, 0)), reader.GetInt64(1), Mark(reader, 2)) : null;
    }

    private static void Insert(SqliteSession session, SourceIdentity source)
    {
        var command = session.Prepare("INSERT INTO sources (core, store_id, epoch, writer) VALUES ($core, $store, $epoch, $writer)", "$core", "$store", "$epoch", "$writer");
        command.Parameters[0].Value = StoreValues.Bytes(source.Core.Value);
        command.Parameters[1].Value = StoreValues.Bytes(source.StoreId);
        command.Parameters[2].Value = source.Epoch;
        command.Parameters[3].Value = StoreValues.Bytes(source.Writer);
        command.ExecuteNonQuery();
    }

    // Another store of that source: its sequences mean nothing here, but what was received before is still here, and the source must learn of it.
    private static void Replace(SqliteSession session, SourceIdentity source)
    {
        var received = Checkpoints(session, source);
        // Removes what the inbox holds of the old store with it: nothing of that was acknowledged.
        Delete(session, source.Core);
        Insert(session, source);
        foreach (var (component, checkpoint) in received)
            Save(session, source.Core, component, Sequence.Zero, Next(checkpoint.Mark, new ReplicaCommit(source, component, [], null, [])));
    }

    private static void Delete(SqliteSession session, CoreId core)
    {
        var command = session.Prepare("DELETE FROM sources WHERE core = $core", "$core");
        command.Parameters[0].Value = StoreValues.Bytes(core.Value);
        command.ExecuteNonQuery();
    }

    private static void Raise(SqliteSession session, SourceIdentity source)
    {
        // A batch does not tell its writer: the one that introduced itself with the epoch stays.
        var command = session.Prepare(
            "UPDATE sources SET epoch = $epoch, writer = CASE WHEN $writer = zeroblob(16) THEN writer ELSE $writer END WHERE core = $core", "$epoch", "$writer", "$core");
        command.Parameters[0].Value = source.Epoch;
        command.Parameters[1].Value = StoreValues.Bytes(source.Writer);
        command.Parameters[2].Value = StoreValues.Bytes(source.Core.Value);
        command.ExecuteNonQuery();
    }
}
