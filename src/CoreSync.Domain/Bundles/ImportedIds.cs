using System.Security.Cryptography;
using CoreSync.Items;

namespace CoreSync.Bundles;

/// <summary>The ids that an import with new ids gives: the same id for the same item while the import has the same seed.</summary>
/// <remarks>An import that was interrupted goes on with its seed and makes nothing twice; the next import of the file has another seed and makes new items.</remarks>
public sealed class ImportedIds(Guid seed)
{
    /// <summary>The new id of an item.</summary>
    /// <returns>A GUID of version 8 (RFC 9562): the first 122 free bits of the SHA-256 of seed and old id.</returns>
    public ItemId Of(ItemId item)
    {
        Span<byte> named = stackalloc byte[32];
        seed.TryWriteBytes(named, bigEndian: true, out _);
        item.Value.TryWriteBytes(named[16..], bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(named, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new ItemId(new Guid(hash[..16], bigEndian: true));
    }
}
