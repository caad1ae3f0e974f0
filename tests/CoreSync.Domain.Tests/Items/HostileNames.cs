using System.Text;
using System.Text.RegularExpressions;

namespace CoreSync.Domain.Tests.Items;

/// <summary>Names that must not, or must, reach a file system. Each verdict follows from how the name is built, not from the code under test.</summary>
internal static partial class HostileNames
{
    private static readonly string[] Devices =
    [
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$",
        .. Enumerable.Range(0, 10).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" }), "COM¹", "COM²", "COM³", "LPT¹", "LPT²", "LPT³",
    ];

    /// <summary>Hostile paths with the rule that each breaks.</summary>
    public static IEnumerable<(string Rule, string Path)> Hostile()
    {
        foreach (var path in Whole)
            yield return ("whole", path);
        foreach (var (rule, segment) in HostileSegments())
        {
            yield return (rule, segment);
            yield return (rule, $"dir/{segment}");
            yield return (rule, $"{segment}/file.txt");
            yield return (rule, $"dir/{segment}/file.txt");
        }
    }

    /// <summary>Harmless paths, many of which look like hostile ones.</summary>
    public static IEnumerable<string> Harmless()
    {
        string[] names =
        [
            "a", "A.txt", "no-extension", ".hidden", "..hidden", "a..b", "...a", "a.b.c", "with space", "two  spaces", "tab-free", "-rf", "--help", "~", "~root", "$HOME", "%TEMP%", "%2e%2e", "%00", "&", "'", "`",
            "a;b", "a,b", "a=b", "a+b", "a@b", "#1", "(1)", "[1]", "{1}", "!", "^", "_", "CONSOLE", "CONFIG.SYS", "con_", "XCON", "COM", "COM10", "COM1X.txt", "LPT", "LPT10", "NULL", "NULs.txt", "auxiliary", "AUX_", "PRNT", "CLOCK",
            "txt.con", "a.nul", "ＣＯＮ", "été", "e\u0301te\u0301", "Straße", "K", "日本語.txt", "文件夹", "한국어", "ไทย", "עברית", "العربية", "Ελληνικά", "Кириллица", "😀.png", "👩‍👩‍👧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "①²", "…", "a\u00a0b", "coresync-x", ".coresync", ".coresyncx", "x.coresync-y",
            "Thumbs.db", "desktop.ini", ".git", ".DS_Store", "web.config", "a.lnk", new string('x', 255), new string('é', 127), new string('日', 85),
        ];
        foreach (var name in names)
        {
            yield return name;
            yield return $"dir/{name}";
            yield return $"{name}/file.txt";
            yield return $"dir/{name}/file.txt";
        }

        yield return string.Join('/', Enumerable.Repeat("d", 100));
    }

    /// <summary>The rules of docs/threat-model.md (paths) once more, as regular expressions over the whole text.</summary>
    public static bool IsAllowed(string path) =>
        WellFormed(path) && path.Split('/').All(segment => SegmentShape().IsMatch(segment)) && !ForbiddenCharacter().IsMatch(path) && !Device().IsMatch(path)
        && path.Split('/') is { Length: <= 100 } segments && segments.All(segment => Encoding.UTF8.GetByteCount(segment) <= 255)
        && !segments.Any(segment => segment.StartsWith(".coresync-", StringComparison.OrdinalIgnoreCase)) && Encoding.UTF8.GetByteCount(path) <= 3072;

    private static readonly string[] Whole =
    [
        "", "/", "//", "/etc/passwd", "//server/share", "dir/", "dir//file", "dir///file", "./file", "dir/./file", "../file", "dir/../file", "dir/..", "../../../../etc/passwd", "..\\file", "dir\\..\\file", "dir\\file",
        "\\", "\\file", "\\\\server\\share\\file", "\\\\?\\C:\\file", "\\\\.\\PhysicalDrive0", "\\\\.\\pipe\\name", "\\??\\C:\\file", "C:", "C:\\file", "C:/file", "C:file", "c:..\\file", "z:/", "file:///etc/passwd", "file://server/share", "http://host/file",
        "dir/file:stream", "dir/file::$DATA", "dir:$I30:$INDEX_ALLOCATION/file", "file.", "file ", "file...", "file. .", " file", "dir /file", "dir./file", " ", ".", "..", "...", ". ", ".. ", "\u202eexe.txt", "a\u202egnp.exe",
        string.Join('/', Enumerable.Repeat("d", 101)), string.Join('/', Enumerable.Repeat(new string('x', 255), 13)), new string('x', 100_000), string.Concat(Enumerable.Repeat("../", 2000)) + "etc",
    ];

    private static IEnumerable<(string Rule, string Segment)> HostileSegments()
    {
        foreach (var device in Devices)
        {
            foreach (var suffix in new[] { "", ".txt", ".tar.gz", " .txt", "  .a.b" })
            {
                yield return ("device", device + suffix);
                yield return ("device", device.ToLowerInvariant() + suffix);
                yield return ("device", char.ToUpperInvariant(device[0]) + device[1..].ToLowerInvariant() + suffix);
            }
        }

        var control = Enumerable.Range(0, 32).Concat(Enumerable.Range(0x7f, 33)).Select(c => (Rule: "control", Character: (char)c));
        var forbidden = "<>:\"|?*\\".Select(c => (Rule: "forbidden", Character: c));
        var invisible = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u2028\u2029".Select(c => (Rule: "invisible", Character: c));
        var halves = "\ud800\udbff\udc00\udfff".Select(c => (Rule: "surrogate", Character: c));
        foreach (var (rule, c) in control.Concat(forbidden).Concat(invisible).Concat(halves))
        {
            yield return (rule, $"{c}");
            yield return (rule, $"{c}name");
            yield return (rule, $"na{c}me");
            yield return (rule, $"name{c}");
        }

        foreach (var name in new[] { "name", "name.txt", "日本", "é", "x" })
        {
            foreach (var end in new[] { ".", " ", "..", "  ", ". ", " .", "....", " . ." })
                yield return ("trailing", name + end);
            yield return ("leading", " " + name);
            yield return ("reserved", ".coresync-" + name);
            yield return ("reserved", ".CoreSync-" + name);
        }

        foreach (var dots in new[] { ".", "..", "...", "....", ". .", ".. ", " .", "  " })
            yield return ("dots", dots);
        foreach (var unit in new[] { "x", "é", "日", "😀", "e\u0301" })
        {
            var bytes = Encoding.UTF8.GetByteCount(unit);
            yield return ("long", string.Concat(Enumerable.Repeat(unit, (255 / bytes) + 1)));
            yield return ("long", string.Concat(Enumerable.Repeat(unit, 1000)));
        }
    }

    private static bool WellFormed(string text)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    // A segment is not empty, does not begin with a space and does not end with a space or a dot, which excludes "." and "..".
    [GeneratedRegex(@"\A(?! )[\s\S]*[^ .]\z")]
    private static partial Regex SegmentShape();

    [GeneratedRegex(@"[\x00-\x1f\x7f-\x9f<>:""|?*\\\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\u2028\u2029]")]
    private static partial Regex ForbiddenCharacter();

    [GeneratedRegex(@"(?:\A|/)(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|CLOCK\$|(?:COM|LPT)[0-9¹²³]) *(?:\.[^/]*)?(?:/|\z)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Device();
}
