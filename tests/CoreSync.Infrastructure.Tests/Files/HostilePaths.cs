using System.Text;

namespace CoreSync.Infrastructure.Tests.Files;

/// <summary>Names that another core may send to get out of its directory or to confuse a platform (N01, N04), and names that are right.</summary>
internal static class HostilePaths
{
    /// <summary>Segments that no path may have, on any platform.</summary>
    public static IEnumerable<string> Segments()
    {
        foreach (var text in new[]
        {
            "..", ".", "...", ". .", "..\\..", "..\\", "\\..", "a\\b", "\\", "C:", "c:evil", "C:\\evil", "\\\\server\\share", "\\\\?\\C:\\evil", "\\\\.\\PhysicalDrive0",
            "file:", "http:", "a:b", "a::$DATA", "a:$I30:$INDEX_ALLOCATION", "..:", "<", ">", "a|b", "a?b", "a*b", "\"a\"", " a", "a ", "a.", "a..", "a .", " ", ".coresync-staging",
            ".CoreSync-x", ".coresync-", "..\u0000", "a\u0000b", "a\nb", "a\rb", "a\u001b[2Jb", "\ufeffa", "a\ufeff", "a\u2028b", "a\u2029b", "a\ud800", "\udc00a", "a\ud800b", "\udc00\ud800",
            "..\u200e", "\u061ca", new string('a', 256), new string('ä', 128), new string('\u20ac', 86),
        })
            yield return text;
        for (var c = '\u0000'; c <= '\u001f'; c++)
            yield return $"a{c}b";
        for (var c = '\u007f'; c <= '\u009f'; c++)
            yield return $"a{c}b";
        for (var c = '\u202a'; c <= '\u202e'; c++)
            yield return $"a{c}txt.exe";
        for (var c = '\u2066'; c <= '\u2069'; c++)
            yield return $"{c}a";
        var devices = new List<string> { "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$" };
        foreach (var port in new[] { "COM", "LPT" })
            devices.AddRange("0123456789\u00b9\u00b2\u00b3".Select(digit => port + digit));
        foreach (var device in devices)
        {
            foreach (var ending in new[] { "", ".txt", ".", " ", " .txt", ".tar.gz", ":", "." + new string('x', 40) })
            {
                yield return device + ending;
                yield return device.ToLowerInvariant() + ending;
                yield return device[..1] + device[1..].ToLowerInvariant() + ending;
            }
        }
    }

    /// <summary>Whole paths that no item may have.</summary>
    public static IEnumerable<string> All()
    {
        foreach (var segment in Segments())
        {
            yield return segment;
            yield return $"{segment}/evil";
            yield return $"good/{segment}";
            yield return $"good/{segment}/evil";
        }

        foreach (var text in new[] { "", "/", "//", "/etc/passwd", "//server/share/x", "a//b", "a/", "/a", "a/./b", "./a", "a/..", "a/../..", "../../../../etc/cron.d/x", "file:///etc/passwd" })
            yield return text;
        for (var depth = 1; depth <= 40; depth++)
        {
            yield return string.Concat(Enumerable.Repeat("../", depth)) + "evil";
            yield return "a/" + string.Concat(Enumerable.Repeat("../", depth)) + "evil";
            yield return string.Concat(Enumerable.Repeat("..\\", depth)) + "evil";
        }

        yield return string.Join('/', Enumerable.Repeat("d", 101));
        yield return string.Join('/', Enumerable.Repeat(new string('x', 250), 13));
    }

    /// <summary>Paths that look odd and are right everywhere: each lands exactly where it says.</summary>
    public static IEnumerable<string> Harmless()
    {
        foreach (var text in new[]
        {
            "a", "a.b", ".a", "..a", "a..b", "-rf", "--help", "~", "~root", "$HOME", "$(id)", "`id`", "a;b", "a&b", "a'b", "a b", "a%b", "%2e%2e", "%2e%2e%2fevil", "%252e%252e", "%00",
            "CONSOLE", "COM10", "LPT", "NULL", "AUXILIARY", "coresync-staging", ".coresync", "ä", "a\u0308", "ẞ", "İ", "\U0001F600", "\uffee", "日本語", "עברית", "{x}", "[x]", "(x)", "x=y", "a,b", "#",
            "@x", "^", "!", "+", new string('a', 255), "sub/b", "a dir/..b/c", "x/CONS/y", string.Join('/', Enumerable.Repeat("e", 100)),
        })
            yield return text.Count(c => c == '/') < 99 ? "ok/" + text : text;
        for (var c = '!'; c <= '~'; c++)
        {
            if (!"<>\"|?*:\\/.".Contains(c, StringComparison.Ordinal))
                yield return new StringBuilder().Append("ascii/").Append((int)c).Append('x').Append(c).ToString();
        }
    }
}
