using System.IO.Hashing;
using System.Runtime.InteropServices;
using CoreSync.Items;
using CoreSync.Servers;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>The columns of an item, the same in <c>items</c> and <c>inbox</c>, written and read by hand: Dapper is too dear per row.</summary>
internal static class ItemRow
{
    /// <summary>The columns in their order.</summary>
    public const string Columns =
        "id, component, kind, name, group_path, owner, origin, revision, media_type, hash, size, modified, executable, link_target, refs, auto_sync, deleted";

    /// <summary>The parameters in the same order.</summary>
    public const string Parameters =
        "$id, $component, $kind, $name, $group_path, $owner, $origin, $revision, $media_type, $hash, $size, $modified, $executable, $link_target, $refs, $auto_sync, $deleted";

    /// <summary>How many columns these are.</summary>
    public const int Count = 17;

    /// <summary>The parameter names, for preparing.</summary>
    public static IReadOnlyList<string> Names { get; } = Parameters.Split(", ");

    /// <summary>Sets the first <see cref="Count"/> parameters.</summary>
    public static void Bind(SqliteParameterCollection parameters, Item item)
    {
        parameters[0].Value = StoreValues.Bytes(item.Id.Value);
        parameters[1].Value = item.Component.Value;
        parameters[2].Value = (long)item.Kind;
        parameters[3].Value = item.Name;
        parameters[4].Value = item.Group;
        parameters[5].Value = item.Owner;
        parameters[6].Value = StoreValues.Bytes(item.Origin.Value);
        parameters[7].Value = item.Revision.Value;
        parameters[8].Value = item.MediaType;
        parameters[9].Value = item.Hash.ToArray();
        parameters[10].Value = item.Size;
        parameters[11].Value = item.ModifiedTicks;
        parameters[12].Value = item.IsExecutable ? 1L : 0L;
        parameters[13].Value = item.LinkTarget;
        parameters[14].Value = References(item.References);
        parameters[15].Value = item.AutoSync ? 1L : 0L;
        parameters[16].Value = item.IsDeleted ? 1L : 0L;
    }

    /// <summary>Reads an item from the columns that begin at <paramref name="first"/>.</summary>
    public static Item Read(SqliteDataReader reader, int first)
    {
        var kind = (ItemKind)reader.GetInt64(first + 2);
        if (!Enum.IsDefined(kind))
            throw StoreValues.Corrupt($"an item is of kind {(int)kind}");
        return new Item
        {
            Id = new ItemId(StoreValues.Guid(Blob(reader, first))),
            Component = StoreValues.Component(reader.GetString(first + 1)),
            Kind = kind,
            Name = reader.GetString(first + 3),
            Group = reader.GetString(first + 4),
            Owner = reader.GetString(first + 5),
            Origin = new CoreId(StoreValues.Guid(Blob(reader, first + 6))),
            Revision = new Revision(reader.GetInt64(first + 7)),
            MediaType = reader.GetString(first + 8),
            Hash = Hash(Blob(reader, first + 9)),
            Size = reader.GetInt64(first + 10),
            ModifiedTicks = reader.GetInt64(first + 11),
            IsExecutable = reader.GetInt64(first + 12) != 0,
            LinkTarget = reader.GetString(first + 13),
            References = reader.IsDBNull(first + 14) ? [] : References(Blob(reader, first + 14)),
            AutoSync = reader.GetInt64(first + 15) != 0,
            IsDeleted = reader.GetInt64(first + 16) != 0,
        };
    }

    /// <summary>A blob; never null.</summary>
    public static byte[] Blob(SqliteDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);

    /// <summary>Content, or null.</summary>
    public static ReadOnlyMemory<byte>? Content(SqliteDataReader reader, int column)
    {
        // Not as a conditional expression: there null becomes an empty array and then empty content.
        if (reader.IsDBNull(column))
            return null;
        return Blob(reader, column);
    }

    /// <summary>The value of a blob parameter; avoids copying where the memory is a whole array.</summary>
    public static object Body(ReadOnlyMemory<byte>? content)
    {
        if (content is not { } bytes)
            return DBNull.Value;
        return MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : bytes.ToArray();
    }

    /// <summary>What <c>name_key</c> holds: a short form of the canonical path, verified at each hit.</summary>
    public static long NameKey(string canonical) =>
        unchecked((long)XxHash64.HashToUInt64(MemoryMarshal.AsBytes(canonical.AsSpan())));

    private static ContentHash Hash(byte[] bytes) =>
        bytes.Length == ContentHash.ByteLength ? ContentHash.FromBytes(bytes) : throw StoreValues.Corrupt("a content hash does not have 32 bytes");

    private static object References(IReadOnlyList<ItemId> references)
    {
        if (references.Count == 0)
            return DBNull.Value;
        var bytes = new byte[references.Count * 16];
        for (var i = 0; i < references.Count; i++)
            references[i].Value.TryWriteBytes(bytes.AsSpan(i * 16, 16), bigEndian: true, out _);
        return bytes;
    }

    private static ItemId[] References(byte[] bytes)
    {
        if (bytes.Length % 16 != 0)
            throw StoreValues.Corrupt("the references of an item are cut");
        var references = new ItemId[bytes.Length / 16];
        for (var i = 0; i < references.Length; i++)
            references[i] = new ItemId(new Guid(bytes.AsSpan(i * 16, 16), bigEndian: true));
        return references;
    }
}
