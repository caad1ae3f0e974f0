using CoreSync.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>A source and several targets, all real, that synchronise the tree of a directory over TLS.</summary>
internal sealed class CoreStar : IAsyncDisposable
{
    private readonly TempDirectory trees = new();
    private int written;

    private CoreStar(RealCore source) => Source = source;

    public RealCore Source { get; }

    public List<RealCore> Targets { get; } = [];

    /// <summary>What the source sends.</summary>
    public string Sent => trees.At("sent");

    /// <summary>What a target received.</summary>
    public string Received(int target) => trees.At($"received{target}");

    public static async Task<CoreStar> CreateAsync(int targets, Action<IServiceCollection>? configure = null)
    {
        var star = new CoreStar(await RealCore.CreateAsync("source.example.net"));
        Directory.CreateDirectory(star.Sent);
        await star.Source.AskAsync(new Application.Items.AddFilesComponent("packages", star.Sent, null, [], []));
        for (var i = 0; i < targets; i++)
        {
            var target = await RealCore.CreateAsync($"target{i}.example.net", configure);
            star.Targets.Add(target);
            await target.AddAccountAsync();
            Directory.CreateDirectory(star.Received(i));
            await target.AskAsync(new Application.Items.AddFilesComponent("packages", null, star.Received(i), [], []));
            await target.ServeAsync();
            await star.Source.AddTargetAsync(target);
        }

        return star;
    }

    /// <summary>Writes a file of random bytes of its own, which neither compression nor deduplication makes smaller.</summary>
    public void Write(string name, int bytes)
    {
        var content = new byte[bytes];
        new Random(++written).NextBytes(content);
        File.WriteAllBytes(Path.Combine(Sent, name), content);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        foreach (var target in Targets)
            await target.DisposeAsync();
        trees.Dispose();
    }
}
