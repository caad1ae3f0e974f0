using System.Globalization;
using System.Text;
using FluentResults;

namespace CoreSync.Accounts;

/// <summary>The distinguished name of an entry of an LDAP directory (RFC 4514). Two spellings of one name are equal: case, spaces and ways of escaping do not count.</summary>
public sealed class DistinguishedName : IEquatable<DistinguishedName>
{
    /// <summary>Longest text that is read.</summary>
    public const int MaxLength = 2048;

    private const string Special = ",+\"\\<>;=#";

    private DistinguishedName(string text, string key)
    {
        Text = text;
        Key = key;
    }

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <summary>The canonical form: equal exactly for names that are equal.</summary>
    public string Key { get; }

    /// <summary>Reads a name such as <c>cn=Admins,ou=Groups,dc=example,dc=com</c>. An empty one is refused: it names the root of every directory.</summary>
    /// <returns>Fails with <see cref="Errors.DirectoryGroupInvalidError"/>.</returns>
    public static Result<DistinguishedName> Parse(string text)
    {
        var given = text.Trim();
        if (given.Length is 0 or > MaxLength)
            return Result.Fail(new Errors.DirectoryGroupInvalidError(given.Length == 0 ? text : given[..64] + "…", $"it has {given.Length} characters"));
        return new Reader(given).Read() is { } key
            ? new DistinguishedName(given, key)
            : Result.Fail(new Errors.DirectoryGroupInvalidError(given, "it is not of the form cn=Name,ou=Unit,dc=example,dc=com"));
    }

    /// <summary>Escapes a value so that it stays one value inside a name, whatever it holds (RFC 4514, 2.4).</summary>
    public static string EscapeValue(string value)
    {
        var escaped = new StringBuilder(value.Length + 8);
        var at = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            // Spaces at either end, and a number sign at the beginning, would be read as something else.
            var isEnd = (at == 0 && (rune.Value is ' ' or '#')) || (at + rune.Utf16SequenceLength == value.Length && rune.Value == ' ');
            if (rune.IsAscii && (Special.Contains((char)rune.Value, StringComparison.Ordinal) || isEnd))
                escaped.Append('\\').Append((char)rune.Value);
            else if (Rune.IsControl(rune))
                AppendBytes(escaped, rune);
            else
                escaped.Append(rune.ToString());
            at += rune.Utf16SequenceLength;
        }

        return escaped.ToString();
    }

    /// <inheritdoc/>
    public bool Equals(DistinguishedName? other) => other is not null && Key == other.Key;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DistinguishedName);

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static void AppendBytes(StringBuilder into, Rune rune)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var one in bytes[..rune.EncodeToUtf8(bytes)])
            into.Append(CultureInfo.InvariantCulture, $"\\{one:x2}");
    }

    /// <summary>Reads the text once, from left to right, and writes the canonical form.</summary>
    private sealed class Reader(string text)
    {
        private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

        private int at;

        public string? Read()
        {
            var names = new List<string>();
            do
            {
                var parts = new List<string>();
                do
                {
                    if (ReadPart() is not { } part)
                        return null;
                    parts.Add(part);
                }
                while (Take('+'));
                parts.Sort(StringComparer.Ordinal);
                names.Add(string.Join('+', parts));
            }
            while (Take(',') || Take(';'));
            return at == text.Length ? string.Join(',', names) : null;
        }

        private string? ReadPart()
        {
            SkipSpaces();
            var begin = at;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '-' or '.'))
                at++;
            var type = text[begin..at].ToLowerInvariant();
            SkipSpaces();
            if (type.Length == 0 || type[0] is '-' or '.' || !Take('='))
                return null;
            SkipSpaces();
            var value = at < text.Length && text[at] == '#' ? ReadHex() : ReadText();
            return string.IsNullOrEmpty(value) ? null : $"{type}={value}";
        }

        private string? ReadHex()
        {
            var begin = at++;
            while (at < text.Length && char.IsAsciiHexDigit(text[at]))
                at++;
            var value = text[begin..at].ToUpperInvariant();
            SkipSpaces();
            return value.Length > 1 && value.Length % 2 == 1 ? value : null;
        }

        private string? ReadText()
        {
            var bytes = new List<byte>();
            var kept = 0;
            while (at < text.Length && text[at] is not (',' or '+' or ';'))
            {
                if (!ReadCharacter(bytes, out var isEscaped))
                    return null;
                // Spaces at the end count only when they are escaped.
                if (isEscaped || bytes[^1] != ' ')
                    kept = bytes.Count;
            }

            try
            {
                return Canonical(Strict.GetString([.. bytes.Take(kept)]));
            }
            catch (ArgumentException)
            {
                return null;
            }
        }

        private bool ReadCharacter(List<byte> into, out bool isEscaped)
        {
            isEscaped = text[at] == '\\';
            if (!isEscaped)
            {
                if (text[at] is '"' or '<' or '>' || char.IsControl(text[at]) || !Rune.TryGetRuneAt(text, at, out var plain))
                    return false;
                into.AddRange(Encoding.UTF8.GetBytes(plain.ToString()));
                at += plain.Utf16SequenceLength;
                return true;
            }

            if (at + 2 < text.Length && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2]))
            {
                into.Add(byte.Parse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                at += 3;
                return true;
            }

            if (at + 1 >= text.Length || !(Special + " ").Contains(text[at + 1], StringComparison.Ordinal))
                return false;
            into.Add((byte)text[at + 1]);
            at += 2;
            return true;
        }

        // caseIgnoreMatch (RFC 4518): case and runs of spaces do not count.
        private static string? Canonical(string value)
        {
            var text = string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Normalize(NormalizationForm.FormKC).ToUpperInvariant();
            return text.Length == 0 ? null : EscapeValue(text);
        }

        private void SkipSpaces()
        {
            while (at < text.Length && text[at] == ' ')
                at++;
        }

        private bool Take(char wanted)
        {
            if (at >= text.Length || text[at] != wanted)
                return false;
            at++;
            return true;
        }
    }
}
