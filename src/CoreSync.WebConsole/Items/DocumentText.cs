using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CoreSync.Items;

namespace CoreSync.WebConsole.Items;

/// <summary>A document as text for people, where it is text and not too long.</summary>
internal static class DocumentText
{
    /// <summary>The most that a page shows; the rest is in the download.</summary>
    public const int MaxBytes = 64 * 1024;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    // Razor encodes for HTML; here only what JSON itself needs is escaped, so that people read what is there.
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text; null when it is none, or longer than <see cref="MaxBytes"/>.</summary>
    public static string? Of(ReadOnlyMemory<byte>? document)
    {
        if (document is not { } bytes || bytes.Length > MaxBytes)
            return null;
        try
        {
            var text = Strict.GetString(bytes.Span);
            return text.Contains('\0', StringComparison.Ordinal) ? null : Indented(bytes) ?? text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>A harmless file name for a document.</summary>
    public static string FileName(Item item)
    {
        var name = new string([.. item.Name.Select(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_' or '.' ? c : '_').Take(80)]);
        return name + (item.MediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase) ? ".json" : item.MediaType.EndsWith("xml", StringComparison.OrdinalIgnoreCase) ? ".xml" : ".txt");
    }

    private static string? Indented(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return JsonSerializer.Serialize(json.RootElement, Readable);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
