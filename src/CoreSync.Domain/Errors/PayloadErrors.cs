namespace CoreSync.Errors;

/// <summary>The item carries no payload of that path (I5).</summary>
public sealed class PayloadNotFoundError(string name, string path) : CoreSyncError("item.payload-not-found", ErrorKind.NotFound, ("name", name), ("path", path))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{path}</c> in the text.</summary>
    public string Path { get; } = path;
}

/// <summary>What the content store holds for a payload is not what was put there (S18).</summary>
public sealed class PayloadDamagedError(string path, string hash) : CoreSyncError("content.damaged", ErrorKind.Corrupt, ("path", path), ("hash", hash))
{
    /// <summary>The value of <c>{path}</c> in the text.</summary>
    public string Path { get; } = path;

    /// <summary>The value of <c>{hash}</c> in the text.</summary>
    public string Hash { get; } = hash;
}

/// <summary>Contents that rows name are missing or damaged (S18).</summary>
public sealed class ContentsDamagedError(int count) : CoreSyncError("content.check-failed", ErrorKind.Corrupt, ("count", count))
{
    /// <summary>The value of <c>{count}</c> in the text.</summary>
    public int Count { get; } = count;
}
