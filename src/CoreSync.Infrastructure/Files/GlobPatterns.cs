namespace CoreSync.Infrastructure.Files;

/// <summary>A list of patterns on relative paths: <c>*</c> and <c>?</c> within a name, <c>**</c> over directories. Case matters on every platform.</summary>
/// <remarks>A pattern without <c>/</c> matches a name at any depth. A pattern that matches a directory matches all that lies below it.</remarks>
internal sealed class GlobPatterns
{
    private readonly string[] patterns;

    public GlobPatterns(IReadOnlyList<string> patterns) => this.patterns = [.. patterns.Select(Normalise).Where(pattern => pattern.Length > 0)];

    /// <summary>There is nothing to match.</summary>
    public bool IsEmpty => patterns.Length == 0;

    /// <summary>Whether a pattern matches the path itself. Directories above it are the caller's: it passes them first.</summary>
    public bool Matches(ReadOnlySpan<char> path)
    {
        foreach (var pattern in patterns)
        {
            if (Match(pattern, path))
                return true;
        }

        return false;
    }

    /// <summary>Whether a pattern matches the path or a directory above it.</summary>
    public bool MatchesWithin(ReadOnlySpan<char> path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '/' && Matches(path[..i]))
                return true;
        }

        return Matches(path);
    }

    private static string Normalise(string pattern)
    {
        var text = pattern.Trim().Replace('\\', '/');
        var anchored = text.StartsWith('/') || text.StartsWith("./", StringComparison.Ordinal);
        text = text.StartsWith("./", StringComparison.Ordinal) ? text[2..] : text;
        text = text.Trim('/');
        // "cache/**" is what people write for the directory as a whole.
        return text.Length == 0 || anchored || text.Contains('/', StringComparison.Ordinal) ? text : "**/" + text;
    }

    private static bool Match(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        while (!pattern.IsEmpty)
        {
            if (pattern.SequenceEqual("**"))
                return true;
            if (pattern.StartsWith("**/"))
                return MatchBelow(pattern[3..], text);
            if (pattern[0] == '*')
                return MatchStar(pattern.TrimStart('*'), text);
            if (text.IsEmpty || (pattern[0] == '?' ? text[0] == '/' : pattern[0] != text[0]))
                return false;
            pattern = pattern[1..];
            text = text[1..];
        }

        return text.IsEmpty;
    }

    private static bool MatchBelow(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        while (true)
        {
            if (Match(pattern, text))
                return true;
            var separator = text.IndexOf('/');
            if (separator < 0)
                return false;
            text = text[(separator + 1)..];
        }
    }

    private static bool MatchStar(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        while (true)
        {
            if (Match(pattern, text))
                return true;
            if (text.IsEmpty || text[0] == '/')
                return false;
            text = text[1..];
        }
    }
}
