using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace CoreSync.EndToEnd.Tests.Secrets;

/// <summary>Looks for secrets in bytes, in all forms in which one could get somewhere by accident.</summary>
internal sealed class SecretSearch
{
    private readonly List<(string Secret, string Encoding, byte[] Bytes)> needles = [];
    private readonly List<string> found = [];

    /// <summary>The forms that are looked for. The last one is no form of the secret, but of what holds it.</summary>
    public static IReadOnlyList<string> Encodings { get; } =
        ["plain", "base64", "base64url", "hex upper", "hex lower", "URL", "HTML", "JSON", "UTF-16LE", "UTF-16BE", "reversed", "gzip"];

    public IReadOnlyList<string> Found => found;

    /// <summary>Bytes that were looked through so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Looks for a secret from now on.</summary>
    public void Add(string name, string secret)
    {
        Assert.True(secret.Length >= 12, $"{name} is too short to tell");
        foreach (var encoding in Encodings.Except(["gzip"]))
        {
            foreach (var form in Forms(secret, encoding).DistinctBy(Convert.ToHexString))
                needles.Add((name, encoding, form));
        }
    }

    /// <summary>Looks through bytes, and through what is compressed in them.</summary>
    public void Look(string place, ReadOnlySpan<byte> bytes)
    {
        Bytes += bytes.Length;
        foreach (var (secret, encoding, needle) in needles)
        {
            if (bytes.IndexOf(needle) >= 0)
                found.Add($"{secret} as {encoding} in {place}");
        }

        foreach (var (kind, inner) in Compressed(bytes))
        {
            foreach (var (secret, _, needle) in needles)
            {
                if (inner.AsSpan().IndexOf(needle) >= 0)
                    found.Add($"{secret} as {kind} in {place}");
            }
        }
    }

    public void Look(string place, string text) => Look(place, Encoding.UTF8.GetBytes(text));

    /// <summary>Looks through every file below a directory but those that <paramref name="isLeftOut"/>, and through their names.</summary>
    public void LookBelow(string directory, Func<string, bool> isLeftOut)
    {
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(file => !isLeftOut(file)))
        {
            Look("the name of a file", file);
            LookAt(file);
        }
    }

    /// <summary>Looks through a file; one that is gone meanwhile, or somebody else's, holds nothing of ours.</summary>
    public void LookAt(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            Look(file, bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
        catch (Exception ex) when (ex is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            _ = ex;
        }
    }

    /// <summary>A secret in one of the encodings, as it might lie about somewhere.</summary>
    public static byte[] Planted(string secret, string encoding)
    {
        if (encoding != "gzip")
            return [.. "before "u8, .. Forms(secret, encoding)[^1], .. " after"u8];
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes($"a line of the log with {secret} in it\n"));
        return [.. "before "u8, .. packed.ToArray()];
    }

    private static IReadOnlyList<byte[]> Forms(string secret, string encoding)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        return encoding switch
        {
            "plain" => [bytes],
            "base64" => [.. Shifted(bytes).Select(Encoding.ASCII.GetBytes)],
            "base64url" => [.. Shifted(bytes).Select(text => Encoding.ASCII.GetBytes(text.Replace('+', '-').Replace('/', '_')))],
            "hex upper" => [Encoding.ASCII.GetBytes(Convert.ToHexString(bytes))],
            "hex lower" => [Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes))],
            "URL" => Texts(Uri.EscapeDataString(secret), WebUtility.UrlEncode(secret), Uri.EscapeDataString(secret).ToLowerInvariant()),
            "HTML" => Texts(WebUtility.HtmlEncode(secret), HtmlEncoder.Default.Encode(secret)),
            "JSON" => Texts(
                JavaScriptEncoder.Default.Encode(secret), JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret), Escaped(secret, "x4"), Escaped(secret, "X4")),
            "UTF-16LE" => [Encoding.Unicode.GetBytes(secret)],
            "UTF-16BE" => [Encoding.BigEndianUnicode.GetBytes(secret)],
            "reversed" => [Encoding.UTF8.GetBytes(new string([.. secret.Reverse()])), [.. bytes.Reverse()]],
            _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, null),
        };
    }

    private static string Escaped(string secret, string format) => string.Concat(secret.Select(c => "\\u" + ((int)c).ToString(format, CultureInfo.InvariantCulture)));

    private static IReadOnlyList<byte[]> Texts(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    // Inside longer data a secret begins at any of three places of a group; what shares a group with its neighbours is left out.
    private static IEnumerable<string> Shifted(byte[] bytes)
    {
        for (var shift = 0; shift < 3; shift++)
        {
            var text = Convert.ToBase64String([.. new byte[shift], .. bytes]);
            var begin = (shift * 8 + 5) / 6;
            var end = (shift + bytes.Length) * 8 / 6;
            yield return text[begin..end];
        }
    }

    private static List<(string Kind, byte[] Bytes)> Compressed(ReadOnlySpan<byte> bytes)
    {
        var inner = new List<(string Kind, byte[] Bytes)>();
        for (var at = 0; bytes[at..].IndexOf((ReadOnlySpan<byte>)[0x1f, 0x8b, 0x08]) is >= 0 and var next; at += next + 3)
        {
            using var packed = new MemoryStream(bytes[(at + next)..].ToArray());
            Take("gzip", new GZipStream(packed, CompressionMode.Decompress));
        }

        for (var at = 0; bytes[at..].IndexOf((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]) is >= 0 and var next; at += next + 4)
        {
            using var packed = new MemoryStream(bytes[(at + next)..].ToArray());
            Take("zstd", new ZstdSharp.DecompressionStream(packed));
        }

        return inner;

        void Take(string kind, Stream stream)
        {
            using var unpacked = new MemoryStream();
            using (stream)
            {
                try
                {
                    stream.CopyTo(unpacked);
                }
                catch (Exception ex) when (ex is InvalidDataException or ZstdSharp.ZstdException or EndOfStreamException or IOException)
                {
                    // It ends here, or only looked like it.
                }
            }

            inner.Add((kind, unpacked.ToArray()));
        }
    }
}
