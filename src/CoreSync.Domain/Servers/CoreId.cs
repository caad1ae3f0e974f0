namespace CoreSync.Servers;

/// <summary>The stable identity of a core, made once at <c>init</c>; never derived from a host name (C1).</summary>
public readonly record struct CoreId(Guid Value)
{
    /// <summary>The last eight hexadecimal digits, for logs and for names of per-core resources.</summary>
    /// <remarks>The first digits of a version 7 identifier are the time: cores made in the same minute would share them.</remarks>
    public string ShortText => Value.ToString("N")[^8..];

    /// <summary>Reads the canonical text form.</summary>
    public static bool TryParse(string? text, out CoreId id)
    {
        var ok = Guid.TryParse(text, out var value);
        id = new CoreId(value);
        return ok;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");
}
