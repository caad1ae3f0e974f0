using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CoreSync.Trust;

/// <summary>The trust history as text that leaves this core: for an auditor, an archive, another program. Holds no secret.</summary>
public static class TrustHistoryText
{
    // What a spreadsheet would take for the beginning of a formula.
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r");

    private static readonly JsonWriterOptions Lines = new() { Encoder = JavaScriptEncoder.Default };

    /// <summary>One JSON object a line; with all that the hashes cover, so that whoever has it can verify the chain.</summary>
    public static string JsonLines(IEnumerable<TrustHistoryEntry> entries)
    {
        var text = new StringBuilder();
        foreach (var entry in entries)
            text.Append(JsonLine(entry)).Append('\n');
        return text.ToString();
    }

    /// <summary>Comma-separated values (RFC 4180) under one line of names. A value that a spreadsheet would run as a formula gets an apostrophe before it.</summary>
    public static string Csv(IEnumerable<TrustHistoryEntry> entries)
    {
        var text = new StringBuilder("number,at,fqdn,event,fingerprint,previousFingerprint,problems,by,origin,reason,previousHash,hash\r\n");
        foreach (var entry in entries)
            text.AppendJoin(',', Fields(entry).Select(field => Cell(field.Value))).Append("\r\n");
        return text.ToString();
    }

    private static string JsonLine(TrustHistoryEntry entry)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Lines))
        {
            writer.WriteStartObject();
            writer.WriteNumber("number", entry.Number);
            foreach (var (name, value) in Fields(entry).Skip(1))
            {
                if (value is null)
                    writer.WriteNull(name);
                else
                    writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static IEnumerable<(string Name, string? Value)> Fields(TrustHistoryEntry entry) =>
    [
        ("number", entry.Number.ToString(CultureInfo.InvariantCulture)),
        ("at", entry.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
        ("fqdn", entry.Target.Ascii),
        ("event", JsonNamingPolicy.CamelCase.ConvertName(entry.Event.Kind.ToString())),
        ("fingerprint", entry.Event.Fingerprint?.ToString()),
        ("previousFingerprint", entry.Event.PreviousFingerprint?.ToString()),
        ("problems", ProblemList.Text(entry.Event.Problems)),
        ("by", entry.By),
        ("origin", entry.Origin),
        ("reason", entry.Reason),
        ("previousHash", Convert.ToHexStringLower(entry.PreviousHash.Span)),
        ("hash", Convert.ToHexStringLower(entry.Hash.Span)),
    ];

    private static string Cell(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return "";
        // Spreadsheets trim before they look.
        var start = value.AsSpan().TrimStart(' ');
        var safe = start.Length > 0 && Formula.Contains(start[0]) ? "'" + value : value;
        return safe.AsSpan().IndexOfAny(",\"\r\n") >= 0 || safe[0] == ' ' || safe[^1] == ' ' ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
