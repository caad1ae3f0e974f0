using System.Security.Cryptography;
using System.Text;
using CoreSync.Application.Items;
using CoreSync.Items;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Two cores with a wire between them that counts and can be cut, and payloads of any size.</summary>
internal sealed class PayloadPair : IAsyncDisposable
{
    private PayloadPair(RealCore source, RealCore target, CuttableWire wire)
    {
        Source = source;
        Target = target;
        Wire = wire;
    }

    public RealCore Source { get; }

    public RealCore Target { get; }

    public CuttableWire Wire { get; }

    public static async Task<PayloadPair> CreateAsync(bool onDisk = false, Action<IServiceCollection>? configureTarget = null)
    {
        var source = await RealCore.CreateAsync("source.example.net", onDisk: onDisk);
        var target = await RealCore.CreateAsync("target.example.net", configureTarget, onDisk: onDisk);
        await target.AddAccountAsync();
        await target.ServeAsync();
        var wire = new CuttableWire(target.Address);
        await source.AddTargetAsync(target, wire.Address);
        return new PayloadPair(source, target, wire);
    }

    /// <summary>Bytes that no compression makes smaller, the same for the same seed.</summary>
    public static byte[] Bytes(int size, int seed)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Puts a package with payloads, flagged for auto sync.</summary>
    public Task<Item> PutAsync(string name, params (string Path, byte[] Content)[] payloads) => PutAsync(Source, name, null, payloads);

    public static Task<Item> PutAsync(RealCore core, string name, string? id, params (string Path, byte[] Content)[] payloads) => PutAsync(core, name, id, autoSync: true, payloads);

    public static Task<Item> PutAsync(RealCore core, string name, string? id, bool autoSync, params (string Path, byte[] Content)[] payloads) => core.AskAsync(new PutItem(
        "distribution-packages", name, Encoding.UTF8.GetBytes($$"""{"package":"{{name}}"}"""), Id: id, AutoSync: autoSync,
        Payloads: [.. payloads.Select(payload => PayloadSource.OfStream(payload.Path, new MemoryStream(payload.Content)))]));

    /// <summary>The payloads of an item as a core holds them: path and SHA-256 of what is really there.</summary>
    public static async Task<string[]> ContentsAsync(RealCore core, Item item)
    {
        var found = await core.FindAsync(item);
        var contents = new List<string>();
        foreach (var payload in found?.Payloads ?? [])
        {
            var opened = await core.AskAsync(new OpenPayload(item.Id.ToString(), payload.Path.Value));
            await using var stream = opened.Content;
            contents.Add($"{payload.Path} {Convert.ToHexStringLower(await SHA256.HashDataAsync(stream))}");
        }

        return [.. contents];
    }

    public static string Expected(string path, byte[] content) => $"{path} {Convert.ToHexStringLower(SHA256.HashData(content))}";

    /// <summary>The file that holds a content.</summary>
    public static string FileOf(RealCore core, byte[] content)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        return Path.Combine(core.DataDirectory, "content", hash[..2], hash[2..4], hash);
    }

    /// <summary>All contents that a core keeps.</summary>
    public static string[] Stored(RealCore core) =>
        [.. Directory.GetFiles(Path.Combine(core.DataDirectory, "content"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).Where(name => name!.Length == 64)!];

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
        await Wire.DisposeAsync();
    }
}
