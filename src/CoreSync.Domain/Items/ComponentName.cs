using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Items;

/// <summary>The name of a kind of item: 1 to 64 lower-case letters, digits and hyphens, starting with a letter.</summary>
public sealed record ComponentName
{
    /// <summary>The presets: document components that every core has (I1).</summary>
    public static IReadOnlyList<ComponentName> Presets { get; } =
    [
        .. new[]
        {
            "agent-configurations", "agent-settings", "alerting", "dashboards", "distribution-packages", "power-management", "queries", "reports",
            "rollout-projects", "scripts", "software-scan", "tasks", "user-management",
        }.Select(name => new ComponentName(name)),
    ];

    private ComponentName(string value) => Value = value;

    /// <summary>The text.</summary>
    public string Value { get; }

    /// <summary>Parses a name; case does not matter.</summary>
    /// <returns>Fails with <see cref="ComponentNameInvalidError"/>.</returns>
    public static Result<ComponentName> Parse(string text)
    {
        // Not ToLowerInvariant: that makes an ASCII letter of the Kelvin sign.
        var name = string.Concat(text.Trim().Select(c => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c));
        if (name.Length is 0 or > 64)
            return Result.Fail(new ComponentNameInvalidError(text, $"it has {name.Length} characters"));
        if (!char.IsAsciiLetterLower(name[0]))
            return Result.Fail(new ComponentNameInvalidError(text, "it does not start with a letter"));
        return name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? new ComponentName(name)
            : Result.Fail(new ComponentNameInvalidError(text, "it holds other characters"));
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
