using CoreSync.Errors;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Items;

/// <summary>What an item is made of.</summary>
public enum ItemKind
{
    /// <summary>A document with a media type, edited through CoreSync or the embedding product.</summary>
    Document = 1,

    /// <summary>A file below a component's directory; its name is its <see cref="RelativePath"/>.</summary>
    File = 2,

    /// <summary>An empty directory; directories with files in them need no item.</summary>
    Directory = 3,

    /// <summary>A symbolic link, recorded and never followed (I6).</summary>
    Link = 4,
}

/// <summary>The unit that is replicated (I2). Immutable: a change makes the next revision.</summary>
public sealed record Item
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxNameLength = RelativePath.MaxBytes;

    /// <summary>Most items that one refers to.</summary>
    public const int MaxReferences = 1000;

    /// <summary>Most payloads of one item.</summary>
    public const int MaxPayloads = 1000;

    /// <summary>Largest document, in bytes.</summary>
    /// <value>16 MiB.</value>
    public const long MaxDocumentBytes = 16 * 1024 * 1024;

    /// <summary>Identity on every core.</summary>
    public required ItemId Id { get; init; }

    /// <summary>The component that it belongs to.</summary>
    public required ComponentName Component { get; init; }

    /// <summary>What it is made of.</summary>
    public required ItemKind Kind { get; init; }

    /// <summary>Its name; for files the <see cref="RelativePath"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Group path with <c>/</c>; empty for none.</summary>
    public string Group { get; init; } = "";

    /// <summary>Owner; empty for the public one.</summary>
    public string Owner { get; init; } = "";

    /// <summary>The core where it was made; the only one that makes revisions.</summary>
    public required CoreId Origin { get; init; }

    /// <summary>Grows at the origin with every change.</summary>
    public required Revision Revision { get; init; }

    /// <summary>Media type of the document; <c>application/octet-stream</c> for files.</summary>
    public string MediaType { get; init; } = "application/octet-stream";

    /// <summary>SHA-256 of the document or file; the hash of no bytes for directories and links.</summary>
    public required ContentHash Hash { get; init; }

    /// <summary>Size of the document or file in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Last modification of a file, in 100 ns since 0001-01-01 UTC; 0 for documents.</summary>
    public long ModifiedTicks { get; init; }

    /// <summary>The file may be executed by its owner.</summary>
    public bool IsExecutable { get; init; }

    /// <summary>Where a link points; empty for other kinds.</summary>
    public string LinkTarget { get; init; } = "";

    /// <summary>Items that this one needs (J4).</summary>
    public IReadOnlyList<ItemId> References { get; init; } = [];

    /// <summary>Files that travel with the document (I5); empty for other kinds and tombstones.</summary>
    public IReadOnlyList<Payload> Payloads { get; init; } = [];

    /// <summary>When a task starts; null for none. Whether it is kept at the target is a policy of the source (A7).</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>A copy that was changed on this core after it came; the next revision of its origin overwrites it. Known here only, never travels.</summary>
    public bool IsEdited { get; init; }

    /// <summary>The name that its origin gives it, where this core had to give it another one (A3); null elsewhere. Known here only: further cores get this name.</summary>
    public string? OriginName { get; init; }

    /// <summary>Synchronised automatically to every enabled and trusted target (J1).</summary>
    public bool AutoSync { get; init; }

    /// <summary>A tombstone: the item was deleted at its origin (I4).</summary>
    public bool IsDeleted { get; init; }

    /// <summary>Whether it may be edited on the core <paramref name="here"/>: auto-synced items of another core may not (A4).</summary>
    public bool IsReadOnlyOn(CoreId here) => Origin != here && AutoSync;

    /// <summary>Whether document and payloads are those of <paramref name="other"/>: nothing but metadata differs.</summary>
    public bool HasContentOf(Item other) => Hash == other.Hash && Payloads.SequenceEqual(other.Payloads);

    /// <summary>Checks names and limits, whoever sent it.</summary>
    /// <returns>Fails with <see cref="ItemInvalidError"/>, <see cref="ItemTooLargeError"/> or <see cref="PathInvalidError"/>.</returns>
    public Result Validate()
    {
        if (!Enum.IsDefined(Kind))
            return Result.Fail(new ItemInvalidError(Name, "its kind is unknown"));
        if (new[] { Name, Group, Owner, LinkTarget }.Any(text => !RelativePath.IsWellFormed(text)))
            return Result.Fail(new ItemInvalidError(Name, "it is not valid Unicode"));
        if (Kind == ItemKind.Document)
        {
            if (Size > MaxDocumentBytes)
                return Result.Fail(new ItemTooLargeError(Name, Size, MaxDocumentBytes));
            if (Name.Length is 0 or > 255 || Name.Any(char.IsControl) || string.IsNullOrWhiteSpace(Name))
                return Result.Fail(new ItemInvalidError(Name, "a name has 1 to 255 visible characters"));
        }
        else
        {
            var path = RelativePath.Parse(Name);
            if (path.IsFailed)
                return path.ToResult();
        }

        if (Group.Length > 1024 || Group.Any(char.IsControl))
            return Result.Fail(new ItemInvalidError(Name, "a group path has at most 1024 visible characters"));
        if (Owner.Length > 255 || Owner.Any(char.IsControl))
            return Result.Fail(new ItemInvalidError(Name, "an owner has at most 255 visible characters"));
        if (MediaType.Length is 0 or > 127 || MediaType.Any(c => c is < '!' or > '~'))
            return Result.Fail(new ItemInvalidError(Name, "a media type has 1 to 127 ASCII characters"));
        if (LinkTarget.Length > RelativePath.MaxBytes)
            return Result.Fail(new ItemInvalidError(Name, "the target of the link is too long"));
        if (LinkTarget.Any(char.IsControl))
            return Result.Fail(new ItemInvalidError(Name, "the target of the link holds a control character"));
        if (LinkTarget.Length > 0 != (Kind == ItemKind.Link) && !IsDeleted)
            return Result.Fail(new ItemInvalidError(Name, "a link has a target and nothing else has one"));
        if (ModifiedTicks < 0 || ModifiedTicks > DateTime.MaxValue.Ticks)
            return Result.Fail(new ItemInvalidError(Name, "its time of modification is out of range"));
        if (References.Count > MaxReferences)
            return Result.Fail(new ItemInvalidError(Name, $"an item refers to at most {MaxReferences} others"));
        if (PayloadReason() is { } reason)
            return Result.Fail(new ItemInvalidError(Name, reason));
        if (StartAt is { Offset.Ticks: not 0 })
            return Result.Fail(new ItemInvalidError(Name, "its start time is not UTC"));
        if (Size < 0 || Revision.Value < 1)
            return Result.Fail(new ItemInvalidError(Name, "size and revision are positive"));
        return Result.Ok();
    }

    private string? PayloadReason()
    {
        if (Payloads.Count == 0)
            return null;
        if (Kind != ItemKind.Document)
            return "only documents have payloads";
        if (Payloads.Count > MaxPayloads)
            return $"an item has at most {MaxPayloads} payloads";
        if (Payloads.Any(payload => payload.Size < 0))
            return "the size of a payload is negative";
        if (Payloads.FirstOrDefault(payload => payload.Size == 0 != (payload.Hash == ContentHash.Empty)) is { } contradiction)
            return $"size and hash of the payload {contradiction.Path} contradict one another";
        return Payloads.DistinctBy(payload => payload.Path.CollisionKey, StringComparer.Ordinal).Count() < Payloads.Count ? "two of its payloads have one path" : null;
    }
}
