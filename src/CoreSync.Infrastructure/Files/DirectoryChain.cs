using CoreSync.Infrastructure.Files.Native;

namespace CoreSync.Infrastructure.Files;

/// <summary>Opens directories below a root one name at a time and keeps the last way open: neighbours, which come together, cost one step.</summary>
/// <param name="root">The root; stays the caller's.</param>
/// <param name="open">Opens one step: the directory above, the name, and the path of the step for messages. Null simply opens.</param>
internal sealed class DirectoryChain(SafeDirectory root, Func<SafeDirectory, string, string, SafeDirectory>? open = null) : IDisposable
{
    private readonly List<(string Name, SafeDirectory Directory)> steps = [];

    /// <summary>Opens the directory that holds <paramref name="path"/>.</summary>
    /// <returns>The directory, valid until the next call, and the last name of the path.</returns>
    public (SafeDirectory Directory, string Name) OpenParent(string path)
    {
        var last = path.LastIndexOf('/');
        return last < 0 ? (root, path) : (Open(path.AsSpan(0, last)), path[(last + 1)..]);
    }

    /// <summary>Opens the directory of that path.</summary>
    public SafeDirectory Open(ReadOnlySpan<char> path)
    {
        var depth = 0;
        foreach (var range in path.Split('/'))
        {
            var name = path[range];
            if (depth >= steps.Count || !name.SequenceEqual(steps[depth].Name))
            {
                Cut(depth);
                var above = depth == 0 ? root : steps[depth - 1].Directory;
                var text = name.ToString();
                steps.Add((text, open is null ? above.OpenDirectory(text) : open(above, text, path[..range.End].ToString())));
            }

            depth++;
        }

        Cut(depth);
        return steps[^1].Directory;
    }

    /// <summary>Forgets what is open: a directory on the way was moved or removed.</summary>
    public void Reset() => Cut(0);

    /// <inheritdoc/>
    public void Dispose() => Reset();

    private void Cut(int depth)
    {
        for (var i = steps.Count - 1; i >= depth; i--)
        {
            steps[i].Directory.Dispose();
            steps.RemoveAt(i);
        }
    }
}
