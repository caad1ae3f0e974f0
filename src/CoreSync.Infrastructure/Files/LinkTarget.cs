using CoreSync.Items;

namespace CoreSync.Infrastructure.Files;

/// <summary>Decides whether a symbolic link may travel: its target must lie inside the component, whatever other links say.</summary>
/// <remarks>
/// Steps up are allowed at the beginning only. There they start from the real directory of the link; behind a name they could start from where another link
/// leads, and several harmless links together would lead out.
/// </remarks>
internal static class LinkTarget
{
    /// <summary>Why the target is refused; null when it is allowed.</summary>
    public static string? Refusal(string path, string target)
    {
        if (target.Length == 0)
            return "the link has no target";
        if (target[0] == '/' || target.Contains('\\', StringComparison.Ordinal) || target.Contains(':', StringComparison.Ordinal))
            return "the link leads to an absolute path";
        var rest = target.AsSpan();
        var depth = path.AsSpan().Count('/');
        while (true)
        {
            if (rest is "." or "..")
                return rest.Length == 2 && depth == 0 ? "the link leaves the component" : null;
            if (rest.StartsWith("./"))
            {
                rest = rest[2..];
                continue;
            }

            if (!rest.StartsWith("../"))
                break;
            if (depth-- == 0)
                return "the link leaves the component";
            rest = rest[3..];
        }

        return rest.IsEmpty || RelativePath.Parse(rest.TrimEnd('/').ToString()).IsSuccess ? null : "the target of the link is not a path inside the component";
    }
}
