using System.Buffers;
using System.Text;
using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Items;

/// <summary>A path below a root that means the same on Linux, Windows and macOS: the only form in which a path from another core reaches the file system (S6).</summary>
/// <remarks>
/// Segments are separated by <c>/</c>. The verdict is the same on all platforms, whichever the core runs on (docs/threat-model.md, paths).
/// The text is kept as it is; <see cref="CollisionKey"/> is the canonical form (NFC, case folded) in which two different paths must differ.
/// </remarks>
public sealed record RelativePath
{
    /// <summary>Longest segment in UTF-8 bytes: the limit of ext4, NTFS (in characters) and APFS.</summary>
    public const int MaxSegmentBytes = 255;

    /// <summary>Longest path in UTF-8 bytes: room for a root below Linux' limit of 4096.</summary>
    public const int MaxBytes = 3072;

    /// <summary>Deepest nesting.</summary>
    public const int MaxDepth = 100;

    /// <summary>Names with this prefix are CoreSync's own (staging) and never travel.</summary>
    public const string ReservedPrefix = ".coresync-";

    private static readonly HashSet<string> Devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$",
        "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM\u00b9", "COM\u00b2", "COM\u00b3",
        "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT\u00b9", "LPT\u00b2", "LPT\u00b3",
    };

    // Letters whose full case folding is longer than themselves and that have no canonical decomposition (Unicode CaseFolding.txt, status F).
    private static readonly SearchValues<char> Expanding = SearchValues.Create("\u00df\u1e9e\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06");

    private RelativePath(string value) => Value = value;

    /// <summary>The text, with <c>/</c> between segments.</summary>
    public string Value { get; }

    /// <summary>The segments, at least one.</summary>
    public string[] Segments => Value.Split('/');

    /// <summary>The canonical form: NFC and case folded. Two paths with one key collide on some platform (N05).</summary>
    public string CollisionKey => KeyOf(Value);

    /// <summary>Parses a path.</summary>
    /// <returns>Fails with <see cref="PathInvalidError"/> that names the reason.</returns>
    public static Result<RelativePath> Parse(string text) =>
        Reason(text) is { } reason ? Result.Fail(new PathInvalidError(text, reason)) : new RelativePath(text);

    /// <summary>The canonical form of a text that is known to be valid.</summary>
    /// <remarks>
    /// Canonical equivalence (NFC and NFD are one name on macOS) and full case folding (Windows, macOS, case-folding directories on Linux), but no compatibility
    /// forms: <c>x²</c> and <c>x2</c> are two files everywhere. Its own fixed point.
    /// </remarks>
    public static string KeyOf(string path)
    {
        // ASCII is its own normal form and by far the most frequent case.
        if (Ascii.IsValid(path))
            return path.ToUpperInvariant();
        var upper = path.Normalize(NormalizationForm.FormD).ToUpperInvariant();
        if (!upper.AsSpan().ContainsAny(Expanding))
            return upper.Normalize(NormalizationForm.FormC);
        var folded = new StringBuilder(upper.Length + 8);
        foreach (var c in upper)
            folded.Append(Expanded(c));
        return folded.ToString().Normalize(NormalizationForm.FormC);
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static string? Reason(string text)
    {
        if (text.Length == 0)
            return "it is empty";
        if (text.Contains('\\', StringComparison.Ordinal))
            return "it holds a backslash, which separates directories on Windows";
        if (text[0] == '/')
            return "it is absolute";
        var bytes = 0;
        var depth = 0;
        foreach (var range in text.AsSpan().Split('/'))
        {
            var segment = text.AsSpan()[range];
            if (SegmentReason(segment, out var segmentBytes) is { } reason)
                return reason;
            bytes += segmentBytes + 1;
            if (++depth > MaxDepth)
                return $"it is nested deeper than {MaxDepth} directories";
        }

        return bytes - 1 > MaxBytes ? $"it is longer than {MaxBytes} bytes" : null;
    }

    private static string? SegmentReason(ReadOnlySpan<char> segment, out int bytes)
    {
        bytes = 0;
        if (segment.IsEmpty)
            return "it holds an empty segment";
        if (segment is "." or "..")
            return "it leaves its directory";
        foreach (var c in segment)
        {
            if (c < ' ' || c is >= '\u007f' and <= '\u009f')
                return "it holds a control character";
            if (c is ':')
                return "it holds a colon (drive or alternate stream)";
            if (c is '<' or '>' or '"' or '|' or '?' or '*')
                return $"it holds '{c}', which Windows forbids";
            if (c is '\u200e' or '\u200f' or '\u061c' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\ufeff' or '\u2028' or '\u2029')
                return "it holds an invisible or bidirectional control character";
        }

        if (segment[^1] is ' ' or '.')
            return "a segment ends with a dot or a space, which Windows drops";
        if (segment[0] == ' ')
            return "a segment begins with a space";
        if (!IsWellFormed(segment))
            return "it is not valid Unicode";
        bytes = Encoding.UTF8.GetByteCount(segment);
        if (bytes > MaxSegmentBytes)
            return $"a segment is longer than {MaxSegmentBytes} bytes";
        if (segment.StartsWith(ReservedPrefix, StringComparison.OrdinalIgnoreCase))
            return $"names with {ReservedPrefix} are reserved";
        var dot = segment.IndexOf('.');
        var stem = (dot < 0 ? segment : segment[..dot]).TrimEnd(' ');
        return stem.Length is >= 3 and <= 7 && Devices.Contains(stem.ToString()) ? "it is the name of a device on Windows" : null;
    }

    private static string Expanded(char c) => c switch
    {
        '\u00df' or '\u1e9e' => "SS",
        '\ufb00' => "FF",
        '\ufb01' => "FI",
        '\ufb02' => "FL",
        '\ufb03' => "FFI",
        '\ufb04' => "FFL",
        '\ufb05' or '\ufb06' => "ST",
        _ => c.ToString(),
    };

    /// <summary>Whether the text has no half of a surrogate pair: such text cannot be stored or sent as UTF-8 without changing it.</summary>
    internal static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 >= text.Length || !char.IsLowSurrogate(text[i + 1]))
                return false;
            i++;
        }

        return true;
    }
}
