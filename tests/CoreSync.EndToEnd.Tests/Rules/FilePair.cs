using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Testing;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>A pair that keeps a directory in step: the files component <c>docs</c>.</summary>
internal sealed class FilePair : IAsyncDisposable
{
    private readonly TempDirectory directory = new();

    private FilePair(CorePair pair) => Pair = pair;

    public CorePair Pair { get; }

    /// <summary>What the source sends.</summary>
    public string Sent => directory.At("sent");

    /// <summary>Where the target writes it.</summary>
    public string Received => directory.At("received");

    public static async Task<FilePair> CreateAsync()
    {
        var files = new FilePair(await CorePair.CreateAsync());
        Directory.CreateDirectory(files.Sent);
        await files.Pair.Source.AskAsync(new AddFilesComponent("docs", files.Sent, null, [], []));
        await files.Pair.Target.AskAsync(new AddFilesComponent("docs", null, files.Received, [], [], OnDelete: DeletePolicy.Delete));
        return files;
    }

    public void Write(string path, string content)
    {
        var place = Path.Combine(Sent, path);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.WriteAllText(place, content);
    }

    public string Read(string path) => File.ReadAllText(Path.Combine(Received, path));

    public async ValueTask DisposeAsync()
    {
        await Pair.DisposeAsync();
        directory.Dispose();
    }
}
