using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using CoreSync.Items;
using CoreSync.Servers;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>The columns of an item, the same in <c>items</c> and <c>inbox</c>, written and read by hand: Dapper is too dear per row.</summary>
internal static class ItemRow
{
    /// <summary>The columns of which an index depends, <c>id</c> apart.</summary>
    public const string KeyColumns = "component, kind, name, origin, deleted";

    /// <summary>The other columns.</summary>
    public const string PlainColumns = "group_path, owner, revision, media_type, hash, size, modified, executable, link_target, refs, auto_sync, payloads, start_at, edited, origin_name";

    /// <summary>All columns in their order.</summary>
    public const string Columns = $"id, {KeyColumns}, {PlainColumns}";

    /// <summary>The parameters of <see cref="KeyColumns"/>.</summary>
    public const string KeyParameters = "$component, $kind, $name, $origin, $deleted";

    /// <summary>The parameters of <see cref="PlainColumns"/>.</summary>
    public const string PlainParameters = "$group_path, $owner, $revision, $media_type, $hash, $size, $modified, $executable, $link_target, $refs, $auto_sync, $payloads, $start_at, $edited, $origin_name";

    /// <summary>The parameters of <see cref="Columns"/>.</summary>
    public const string Parameters = $"$id, {KeyParameters}, {PlainParameters}";

    /// <summary>How many columns <see cref="Columns"/> are.</summary>
    public const int Count = 1 + KeyCount + PlainCount;

    /// <summary>How many columns <see cref="KeyColumns"/> are.</summary>
    public const int KeyCount = 5;

    /// <summary>How many columns <see cref="PlainColumns"/> are.</summary>
    public const int PlainCount = 15;

    /// <summary>Sets <see cref="Parameters"/>, the first <see cref="Count"/> of the statement.</summary>
    public static void Bind(SqliteStatement statement, Item item)
    {
        statement.Bind(1, item.Id.Value);
        BindKey(statement, 2, item);
        BindPlain(statement, 2 + KeyCount, item);
    }

    /// <summary>Sets <see cref="KeyParameters"/> from a position on.</summary>
    public static void BindKey(SqliteStatement statement, int first, Item item)
    {
        statement.Bind(first, item.Component.Value);
        statement.Bind(first + 1, (long)item.Kind);
        statement.Bind(first + 2, item.Name);
        statement.Bind(first + 3, item.Origin.Value);
        statement.Bind(first + 4, item.IsDeleted);
    }

    /// <summary>Sets <see cref="PlainParameters"/> from a position on.</summary>
    public static void BindPlain(SqliteStatement statement, int first, Item item)
    {
        Span<byte> hash = stackalloc byte[ContentHash.ByteLength];
        item.Hash.CopyTo(hash);
        statement.Bind(first, item.Group);
        statement.Bind(first + 1, item.Owner);
        statement.Bind(first + 2, item.Revision.Value);
        statement.Bind(first + 3, item.MediaType);
        statement.Bind(first + 4, hash);
        statement.Bind(first + 5, item.Size);
        statement.Bind(first + 6, item.ModifiedTicks);
        statement.Bind(first + 7, item.IsExecutable);
        statement.Bind(first + 8, item.LinkTarget);
        statement.Bind(first + 9, References(item.References));
        statement.Bind(first + 10, item.AutoSync);
        if (item.Payloads.Count > 0)
            statement.Bind(first + 11, PayloadJson.Text(item.Payloads));
        else
            statement.BindNull(first + 11);
        statement.Bind(first + 12, item.StartAt?.UtcTicks);
        statement.Bind(first + 13, item.IsEdited);
        if (item.OriginName is { } originName)
            statement.Bind(first + 14, originName);
        else
            statement.BindNull(first + 14);
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
            Origin = new CoreId(StoreValues.Guid(Blob(reader, first + 4))),
            IsDeleted = reader.GetInt64(first + 5) != 0,
            Group = reader.GetString(first + 6),
            Owner = reader.GetString(first + 7),
            Revision = new Revision(reader.GetInt64(first + 8)),
            MediaType = reader.GetString(first + 9),
            Hash = Hash(Blob(reader, first + 10)),
            Size = reader.GetInt64(first + 11),
            ModifiedTicks = reader.GetInt64(first + 12),
            IsExecutable = reader.GetInt64(first + 13) != 0,
            LinkTarget = reader.GetString(first + 14),
            References = reader.IsDBNull(first + 15) ? [] : References(Blob(reader, first + 15)),
            AutoSync = reader.GetInt64(first + 16) != 0,
            Payloads = reader.IsDBNull(first + 17) ? [] : PayloadJson.Value(reader.GetString(first + 17)),
            StartAt = reader.IsDBNull(first + 18) ? null : new DateTimeOffset(reader.GetInt64(first + 18), TimeSpan.Zero),
            IsEdited = reader.GetInt64(first + 19) != 0,
            OriginName = reader.IsDBNull(first + 20) ? null : reader.GetString(first + 20),
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

    /// <summary>What <c>name_key</c> holds; verified at each hit.</summary>
    /// <remarks>The upper half is of the directory: files are scanned and sent in the order of their names, so a batch touches few pages of the index.</remarks>
    public static long NameKey(string canonical)
    {
        var slash = canonical.LastIndexOf('/');
        var directory = XxHash64.HashToUInt64(MemoryMarshal.AsBytes(canonical.AsSpan(0, Math.Max(slash, 0))));
        var name = XxHash64.HashToUInt64(MemoryMarshal.AsBytes(canonical.AsSpan(slash + 1)));
        return unchecked((long)((directory & 0xFFFFFFFF_00000000) | (name >> 32)));
    }

    /// <summary>What <c>content_key</c> holds; verified at each hit.</summary>
    public static long ContentKey(ContentHash hash)
    {
        Span<byte> bytes = stackalloc byte[ContentHash.ByteLength];
        hash.CopyTo(bytes);
        return BinaryPrimitives.ReadInt64BigEndian(bytes);
    }

    private static ContentHash Hash(byte[] bytes) =>
        bytes.Length == ContentHash.ByteLength ? ContentHash.FromBytes(bytes) : throw StoreValues.Corrupt("a content hash does not have 32 bytes");

    /// <summary>The ids of the items needed as they are stored; null for none.</summary>
    public static ReadOnlyMemory<byte>? References(IReadOnlyList<ItemId> references)
    {
        if (references.Count == 0)
            return null;
        var bytes = new byte[references.Count * 16];
        for (var i = 0; i < references.Count; i++)
            references[i].Value.TryWriteBytes(bytes.AsSpan(i * 16, 16), bigEndian: true, out _);
        return bytes;
    }

    /// <summary>Reads what <see cref="References(IReadOnlyList{ItemId})"/> stored.</summary>
    public static ItemId[] References(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % 16 != 0)
            throw StoreValues.Corrupt("the references of an item are cut");
        var references = new ItemId[bytes.Length / 16];
        for (var i = 0; i < references.Length; i++)
            references[i] = new ItemId(new Guid(bytes.Slice(i * 16, 16), bigEndian: true));
        return references;
    }
}
