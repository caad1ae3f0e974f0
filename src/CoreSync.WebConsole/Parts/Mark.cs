namespace CoreSync.WebConsole.Parts;

/// <summary>How something stands, for the colour; the icon and the words say the same.</summary>
public enum Tone
{
    /// <summary>Neither good nor bad.</summary>
    Plain,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Something goes on.</summary>
    Busy,

    /// <summary>Somebody should look.</summary>
    Warn,

    /// <summary>Somebody must act.</summary>
    Bad,
}

/// <summary>A fact as icon, words and colour together; never by colour alone.</summary>
/// <param name="Tone">The colour.</param>
/// <param name="Icon">The drawing.</param>
/// <param name="Text">The words.</param>
/// <param name="Why">The reason, since when, or what comes next; null when there is nothing to say.</param>
public sealed record Mark(Tone Tone, string Icon, string Text, string? Why = null);
