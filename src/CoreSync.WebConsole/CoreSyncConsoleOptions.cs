namespace CoreSync.WebConsole;

/// <summary>What a product that mounts the console may choose.</summary>
public sealed class CoreSyncConsoleOptions
{
    /// <summary>The name shown beside the logo and in the titles of pages.</summary>
    /// <value><c>CoreSync</c>.</value>
    public string Title { get; set; } = "CoreSync";

    /// <summary>The language of people whose browser asks for neither English nor French, and who chose none.</summary>
    /// <value><c>fr</c>; or <c>en</c>.</value>
    public string DefaultLanguage { get; set; } = "fr";
}
