namespace CoreSync.WebConsole.Shell;

/// <summary>The places of the tree at the left, in its order.</summary>
public enum Section
{
    /// <summary>How this core does.</summary>
    Overview,

    /// <summary>The target cores.</summary>
    Targets,

    /// <summary>Kinds of items, and the items.</summary>
    Components,

    /// <summary>Jobs.</summary>
    Activity,

    /// <summary>Where targets differ.</summary>
    Drift,

    /// <summary>What waits for a person here.</summary>
    Conflicts,

    /// <summary>The log.</summary>
    Log,

    /// <summary>Settings, credentials and accounts.</summary>
    Settings,

    /// <summary>The identity of this core, and who synchronises to it.</summary>
    ThisServer,

    /// <summary>None of them: sign-in, help, errors.</summary>
    None,
}

/// <summary>A step of the path above the title.</summary>
/// <param name="Text">What it is called.</param>
/// <param name="Path">Below the root of the console.</param>
public sealed record Crumb(string Text, string Path);
