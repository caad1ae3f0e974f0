using System.Text;

namespace CoreSync.Hosting.Logging;

/// <summary>Reads the end of a log file and what is added to it, also across rolling.</summary>
public sealed class LogTail(string file)
{
    private const int MaxTailBytes = 4 * 1024 * 1024;
    private readonly StringBuilder partial = new();
    private long position;

    /// <summary>The last lines that <paramref name="takes"/> chooses, oldest first; empty when there is no log yet.</summary>
    public IReadOnlyList<string> Last(int count, Func<string, bool> takes)
    {
        if (Open() is not { } stream)
            return [];
        using (stream)
        {
            // A long log is not read whole for its last lines.
            if (stream.Length > MaxTailBytes)
                stream.Seek(-MaxTailBytes, SeekOrigin.End);
            var lines = Read(stream);
            return [.. lines.Where(takes).TakeLast(count)];
        }
    }

    /// <summary>Lines added since the last call.</summary>
    public IReadOnlyList<string> Next()
    {
        if (Open() is not { } stream)
            return [];
        using (stream)
        {
            // Rolled: the present file is a new, shorter one.
            if (stream.Length < position)
                position = 0;
            stream.Seek(position, SeekOrigin.Begin);
            return Read(stream);
        }
    }

    private FileStream? Open()
    {
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private List<string> Read(FileStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        partial.Append(reader.ReadToEnd());
        position = stream.Position;
        var text = partial.ToString();
        var end = text.LastIndexOf('\n') + 1;
        partial.Clear().Append(text, end, text.Length - end);
        return [.. text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Printable.Line(line.TrimEnd('\r')))];
    }
}
