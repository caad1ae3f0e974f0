using System.Buffers.Binary;
using System.Text;
using CoreSync.Items;

namespace CoreSync.Infrastructure.Bundles;

/// <summary>The sections of a body (docs/bundle.md, 5): each begins with its kind and the component that it belongs to.</summary>
internal static class BundleFormat
{
    /// <summary>A batch frame as on the wire.</summary>
    public const byte Batch = 1;

    /// <summary>Hash, size, and the bytes as they are.</summary>
    public const byte Content = 2;

    /// <summary>Longest name of a component, in bytes.</summary>
    public const int MaxComponentBytes = 64;

    /// <summary>Hash and size before the bytes of content.</summary>
    public const int ContentHeaderBytes = ContentHash.ByteLength + sizeof(long);

    /// <summary>Kind and length of the component's name.</summary>
    public const int SectionHeaderBytes = 2;

    public static byte[] SectionHeader(byte kind, ComponentName component)
    {
        var header = new byte[SectionHeaderBytes + Encoding.ASCII.GetByteCount(component.Value)];
        header[0] = kind;
        header[1] = checked((byte)(header.Length - SectionHeaderBytes));
        Encoding.ASCII.GetBytes(component.Value, header.AsSpan(SectionHeaderBytes));
        return header;
    }

    public static byte[] ContentHeader(ContentHash hash, long size)
    {
        var header = new byte[ContentHeaderBytes];
        hash.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(ContentHash.ByteLength), size);
        return header;
    }
}
