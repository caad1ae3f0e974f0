namespace CoreSync.Application;

/// <summary>What an embedder sets when adding CoreSync.</summary>
public sealed class CoreSyncOptions
{
    /// <summary>The directory of this core: store, keys, inbox, log.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>Who acts through this host.</summary>
    /// <value>The operating-system user, from <c>library</c>.</value>
    public Actor Actor { get; set; } = new(Environment.UserName, "library");

    /// <summary>How long one call of a product's component may take; then it is cancelled, and its items are sent again later.</summary>
    /// <value>5 minutes; from 1 second to 1 hour.</value>
    public TimeSpan ComponentTimeLimit { get; set; } = TimeSpan.FromMinutes(5);
}
