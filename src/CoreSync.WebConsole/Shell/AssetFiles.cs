using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Shell;

/// <summary>The stylesheet and the modules, embedded; their folder carries a hash over all of them, so that browsers may keep them for ever and modules name one another plainly.</summary>
internal static class AssetFiles
{
    private const string Prefix = "CoreSync.WebConsole.Assets.";

    private static readonly Dictionary<string, byte[]> Files = typeof(AssetFiles).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        .ToDictionary(name => name[Prefix.Length..], Read, StringComparer.Ordinal);

    /// <summary>Sixteen hexadecimal digits over names and contents.</summary>
    public static string Version { get; } = Hash();

    /// <summary>The path of a file below the root of the console.</summary>
    public static string Path(string name) => $"assets/{Version}/{name}";

    /// <summary>Answers a file; one of another version is not there, since it would be kept for ever under the wrong name.</summary>
    public static IResult Serve(HttpContext context, string version, string name)
    {
        if (version != Version || !Files.TryGetValue(name, out var content))
            return Results.NotFound();
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        var type = System.IO.Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            _ => "image/svg+xml",
        };
        return Results.Bytes(content, type);
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(AssetFiles).Assembly.GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, content) in Files)
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(name));
            hash.AppendData(content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
