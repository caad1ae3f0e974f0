namespace CoreSync.Items;

/// <summary>A file that travels with a document (I5): where it belongs below the item, and what is in it.</summary>
/// <param name="Path">Unique within the item, as its <see cref="RelativePath.CollisionKey"/>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Hash">SHA-256 of the content, which is kept once however many items carry it.</param>
public sealed record Payload(RelativePath Path, long Size, ContentHash Hash);
