namespace CoreSync.Application;

/// <summary>What an embedder sets when adding CoreSync.</summary>
public sealed class CoreSyncOptions
{
    /// <summary>The directory of this core: store, keys, inbox, log.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>Who acts through this host.</summary>
    /// <value>The operating-system user, from <c>library</c>.</value>
    public Actor Actor { get; set; } = new(Environment.UserName, "library");
}
