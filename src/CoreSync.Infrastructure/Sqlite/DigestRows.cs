using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using CoreSync.Items;
using CoreSync.Verification;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Where one item counts, and for how much.</summary>
internal readonly record struct DigestPlace(string Component, Guid Origin, int Bucket, UInt128 Sum);

/// <summary>Keeps the rows of <c>digests</c> inside the transaction that writes the items: what an item counted for goes, what it counts for now comes.</summary>
internal sealed class DigestRows(SqliteSession session)
{
    /// <summary>Hexadecimal digits of an id that choose its bucket.</summary>
    public const int BucketDigits = 3;

    private const string FindSql = "SELECT items, sum FROM digests WHERE component = $component AND origin = $origin AND bucket = $bucket";

    private const string SaveSql =
        """
        INSERT INTO digests (component, origin, bucket, items, sum) VALUES ($component, $origin, $bucket, $items, $sum)
        ON CONFLICT (component, origin, bucket) DO UPDATE SET items = excluded.items, sum = excluded.sum
        """;

    private const string RemoveSql = "DELETE FROM digests WHERE component = $component AND origin = $origin AND bucket = $bucket";

    private const int FixedBytes = 16 + 8 + ContentHash.ByteLength;

    private readonly Dictionary<(string Component, Guid Origin, int Bucket), Digest> changes = [];

    /// <summary>The first 12 bits of an id: ids are random, and the items of a bucket lie together in the index that exists anyway.</summary>
    public static int Bucket(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt16BigEndian(bytes) >> 4;
    }

    /// <summary>The digest of one item (docs/protocol.md, comparing).</summary>
    public static UInt128 Sum(Guid id, long revision, ReadOnlySpan<byte> hash, IReadOnlyList<Payload> payloads)
    {
        Span<byte> fixedPart = stackalloc byte[FixedBytes];
        id.TryWriteBytes(fixedPart, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart[16..], revision);
        hash.CopyTo(fixedPart[24..]);
        return payloads.Count == 0 ? XxHash128.HashToUInt128(fixedPart) : WithPayloads(fixedPart, payloads);
    }

    /// <summary>Where an item counts; null when it does not: deleted, or not flagged for auto sync.</summary>
    public static DigestPlace? Place(Item item)
    {
        if (item.IsDeleted || !item.AutoSync)
            return null;
        Span<byte> hash = stackalloc byte[ContentHash.ByteLength];
        item.Hash.CopyTo(hash);
        return new DigestPlace(item.Component.Value, item.Origin.Value, Bucket(item.Id.Value), Sum(item.Id.Value, item.Revision.Value, hash, item.Payloads));
    }

    /// <summary>An item changed: what it counted for before, what it counts for now.</summary>
    public void Change(DigestPlace? before, DigestPlace? after)
    {
        if (before == after)
            return;
        if (before is { } gone)
            Add(gone, -1, unchecked(UInt128.Zero - gone.Sum));
        if (after is { } come)
            Add(come, 1, come.Sum);
    }

    /// <summary>Writes the rows that changed; call once before the transaction ends.</summary>
    public void Finish()
    {
        foreach (var (key, change) in changes)
        {
            if (change == Digest.None)
                continue;
            var digest = Find(key).Plus(change.Items, change.Sum);
            if (digest == Digest.None)
                Remove(key);
            else
                Save(key, digest);
        }

        changes.Clear();
    }

    private static UInt128 WithPayloads(ReadOnlySpan<byte> fixedPart, IReadOnlyList<Payload> payloads)
    {
        var hash = new XxHash128();
        hash.Append(fixedPart);
        Span<byte> content = stackalloc byte[ContentHash.ByteLength];
        foreach (var payload in payloads.Select(payload => (Path: Encoding.UTF8.GetBytes(payload.Path.Value), payload.Hash)).OrderBy(payload => payload.Path, ByteOrder.Instance))
        {
            hash.Append(payload.Path);
            hash.Append([0]);
            payload.Hash.CopyTo(content);
            hash.Append(content);
        }

        return hash.GetCurrentHashAsUInt128();
    }

    private void Add(DigestPlace place, long items, UInt128 sum)
    {
        var key = (place.Component, place.Origin, place.Bucket);
        changes[key] = changes.GetValueOrDefault(key).Plus(items, sum);
    }

    private Digest Find((string Component, Guid Origin, int Bucket) key)
    {
        var statement = session.Statement(FindSql);
        BindKey(statement, key);
        var found = statement.Step() ? new Digest(statement.Number(0), BinaryPrimitives.ReadUInt128BigEndian(statement.Blob(1))) : Digest.None;
        statement.Reset();
        return found;
    }

    private void Save((string Component, Guid Origin, int Bucket) key, Digest digest)
    {
        Span<byte> sum = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(sum, digest.Sum);
        var statement = session.Statement(SaveSql);
        BindKey(statement, key);
        statement.Bind(4, digest.Items);
        statement.Bind(5, sum);
        statement.Run();
    }

    private void Remove((string Component, Guid Origin, int Bucket) key)
    {
        var statement = session.Statement(RemoveSql);
        BindKey(statement, key);
        statement.Run();
    }

    private static void BindKey(SqliteStatement statement, (string Component, Guid Origin, int Bucket) key)
    {
        statement.Bind(1, key.Component);
        statement.Bind(2, key.Origin);
        statement.Bind(3, (long)key.Bucket);
    }

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static ByteOrder Instance { get; } = new();

        public int Compare(byte[]? left, byte[]? right) => left.AsSpan().SequenceCompareTo(right);
    }
}
