using CoreSync.Items;

namespace CoreSync.Errors;

/// <summary>No such item.</summary>
public sealed class ItemNotFoundError(string id) : CoreSyncError("item.not-found", ErrorKind.NotFound, ("id", id))
{
    /// <summary>The value of <c>{id}</c> in the text.</summary>
    public string Id { get; } = id;
}

/// <summary>Auto-synced items are read-only on the target (A4).</summary>
public sealed class ItemReadOnlyError(string name, string origin) : CoreSyncError("item.read-only", ErrorKind.Conflict, ("name", name), ("origin", origin))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{origin}</c> in the text.</summary>
    public string Origin { get; } = origin;
}

/// <summary>A name, group or field breaks a limit.</summary>
public sealed class ItemInvalidError(string name, string reason) : CoreSyncError("item.invalid", ErrorKind.Invalid, ("name", name), ("reason", reason))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A document over the limit.</summary>
public sealed class ItemTooLargeError(string name, long size, long limit) : CoreSyncError("item.too-large", ErrorKind.Invalid, ("name", name), ("size", size), ("limit", limit))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{size}</c> in the text.</summary>
    public long Size { get; } = size;

    /// <summary>The value of <c>{limit}</c> in the text.</summary>
    public long Limit { get; } = limit;
}

/// <summary>Something that an item needs, directly or through others, is missing or was refused: the item does not go without it (J4).</summary>
public sealed class ItemReferenceMissingError(string item, string reference) : CoreSyncError(StableCode, ErrorKind.Rejected, ("item", item), ("reference", reference))
{
    /// <summary>Its code.</summary>
    public const string StableCode = "item.reference-missing";

    /// <summary>The value of <c>{item}</c> in the text.</summary>
    public string Item { get; } = item;

    /// <summary>The value of <c>{reference}</c> in the text.</summary>
    public string Reference { get; } = reference;

    /// <summary>Names both items.</summary>
    /// <param name="item">The name of the item that stays behind.</param>
    /// <param name="reference">What it needs.</param>
    /// <param name="name">The name of that, where one is known.</param>
    public static ItemReferenceMissingError Of(string item, ItemId reference, string? name) => new(item, name is null ? reference.ToString() : $"{reference} ({name})");
}

/// <summary>Items that need each other travel in one batch; these are more than one holds (J4).</summary>
public sealed class ItemCycleTooLargeError(string item, string others, long size, long limit)
    : CoreSyncError("item.cycle-too-large", ErrorKind.Rejected, ("item", item), ("others", others), ("size", size), ("limit", limit))
{
    /// <summary>How many of the others are named.</summary>
    public const int MaxNamed = 3;

    /// <summary>The value of <c>{item}</c> in the text: one of them.</summary>
    public string Item { get; } = item;

    /// <summary>The value of <c>{others}</c> in the text: the names of a few of the others.</summary>
    public string Others { get; } = others;

    /// <summary>The value of <c>{size}</c> in the text.</summary>
    public long Size { get; } = size;

    /// <summary>The value of <c>{limit}</c> in the text.</summary>
    public long Limit { get; } = limit;
}

/// <summary>An item needs, directly or through others, more items than are put in order at a time (S5).</summary>
public sealed class ItemNeedsTooManyError(string item, long limit) : CoreSyncError("item.needs-too-many", ErrorKind.Rejected, ("item", item), ("limit", limit))
{
    /// <summary>The value of <c>{item}</c> in the text.</summary>
    public string Item { get; } = item;

    /// <summary>The value of <c>{limit}</c> in the text.</summary>
    public long Limit { get; } = limit;
}

/// <summary>The component of the target did not accept the item.</summary>
public sealed class ItemRejectedError(string name, string reason) : CoreSyncError("item.rejected", ErrorKind.Rejected, ("name", name), ("reason", reason))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>No such component.</summary>
public sealed class ComponentNotFoundError(string name) : CoreSyncError("component.not-found", ErrorKind.NotFound, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>A component name breaks the rules.</summary>
public sealed class ComponentNameInvalidError(string name, string reason) : CoreSyncError("component.name-invalid", ErrorKind.Invalid, ("name", name), ("reason", reason))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Component names are unique.</summary>
public sealed class ComponentDuplicateError(string name) : CoreSyncError("component.duplicate", ErrorKind.Conflict, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>The component is off (I1).</summary>
public sealed class ComponentDisabledError(string name) : CoreSyncError("component.disabled", ErrorKind.Conflict, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>The target core has no such component, or it is switched off there.</summary>
public sealed class ComponentNotReceivedError(string name, string fqdn) : CoreSyncError("component.not-received", ErrorKind.Rejected, ("name", name), ("fqdn", fqdn))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>The verb does not fit the kind of component.</summary>
public sealed class ComponentKindError(string name, string componentKind) : CoreSyncError("component.kind", ErrorKind.Invalid, ("name", name), ("componentKind", componentKind))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{componentKind}</c> in the text.</summary>
    public string ComponentKind { get; } = componentKind;
}

/// <summary>The items of the component belong to an embedding product on this core (I3).</summary>
public sealed class ComponentProductError(string name) : CoreSyncError("component.product", ErrorKind.Conflict, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>The product behind a component failed, took too long, or does not run in this process (I3).</summary>
public sealed class ComponentUnavailableError(string name, string fqdn) : CoreSyncError("component.unavailable", ErrorKind.Unavailable, ("name", name), ("fqdn", fqdn))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>The table of the outbox cannot be made in the product's database (I3).</summary>
public sealed class OutboxUnusableError(string reason) : CoreSyncError("outbox.unusable", ErrorKind.Unavailable, ("reason", reason))
{
    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A directory is missing, no directory, unwritable, or overlaps the data directory.</summary>
public sealed class ComponentDirectoryError(string name, string directory, string reason) : CoreSyncError("component.directory", ErrorKind.Invalid, ("name", name), ("directory", directory), ("reason", reason))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{directory}</c> in the text.</summary>
    public string Directory { get; } = directory;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>The scanned root vanished; no deletes are inferred (A6).</summary>
public sealed class ComponentDirectoryMissingError(string name, string directory) : CoreSyncError("component.directory-missing", ErrorKind.Unavailable, ("name", name), ("directory", directory))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{directory}</c> in the text.</summary>
    public string Directory { get; } = directory;
}

/// <summary>Something below a component's directory that the last scan could not take.</summary>
public sealed class ScanProblemError(string component, string path, string reason) : CoreSyncError("component.scan-problem", ErrorKind.Rejected, ("component", component), ("path", path), ("reason", reason))
{
    /// <summary>The value of <c>{component}</c> in the text.</summary>
    public string Component { get; } = component;

    /// <summary>The value of <c>{path}</c> in the text.</summary>
    public string Path { get; } = path;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A path that leaves the root or means different things on different platforms (S6).</summary>
public sealed class PathInvalidError(string path, string reason) : CoreSyncError("path.invalid", ErrorKind.Rejected, ("path", path), ("reason", reason))
{
    /// <summary>The value of <c>{path}</c> in the text.</summary>
    public string Path { get; } = path;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Two paths differ only in case or Unicode form (N05).</summary>
public sealed class PathCollisionError(string path, string other) : CoreSyncError("path.collision", ErrorKind.Conflict, ("path", path), ("other", other))
{
    /// <summary>The value of <c>{path}</c> in the text.</summary>
    public string Path { get; } = path;

    /// <summary>The value of <c>{other}</c> in the text.</summary>
    public string Other { get; } = other;
}

/// <summary>A link, a foreign directory or missing rights stand in the way (N02).</summary>
public sealed class PathObstructedError(string path, string reason) : CoreSyncError("path.obstructed", ErrorKind.Rejected, ("path", path), ("reason", reason))
{
    /// <summary>The value of <c>{path}</c> in the text.</summary>
    public string Path { get; } = path;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Content that an item needs has not arrived or has gone.</summary>
public sealed class ContentMissingError(string name, string hash) : CoreSyncError("content.missing", ErrorKind.Unavailable, ("name", name), ("hash", hash))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{hash}</c> in the text.</summary>
    public string Hash { get; } = hash;
}

/// <summary>Bytes and hash disagree (N14).</summary>
public sealed class ContentMismatchError(string name, string expected, string actual) : CoreSyncError("content.hash-mismatch", ErrorKind.Corrupt, ("name", name), ("expected", expected), ("actual", actual))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{expected}</c> in the text.</summary>
    public string Expected { get; } = expected;

    /// <summary>The value of <c>{actual}</c> in the text.</summary>
    public string Actual { get; } = actual;
}

/// <summary>A file changed during reading (I6).</summary>
public sealed class ContentUnstableError(string path) : CoreSyncError("content.unstable", ErrorKind.Unavailable, ("path", path))
{
    /// <summary>The value of <c>{path}</c> in the text.</summary>
    public string Path { get; } = path;
}

/// <summary>A source file cannot be opened.</summary>
public sealed class ContentUnreadableError(string path, string reason) : CoreSyncError("content.unreadable", ErrorKind.Unavailable, ("path", path), ("reason", reason))
{
    /// <summary>The value of <c>{path}</c> in the text.</summary>
    public string Path { get; } = path;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}
