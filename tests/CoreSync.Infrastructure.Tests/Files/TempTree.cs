using System.Diagnostics;
using CoreSync.Testing;

namespace CoreSync.Infrastructure.Tests.Files;

/// <summary>A fresh directory that is deleted at the end, with what tests do to directories.</summary>
internal sealed class TempTree : IDisposable
{
    private readonly TempDirectory directory;

    public TempTree(bool onDisk = false) => directory = new TempDirectory(onDisk);

    public string Root => directory.Path;

    public string this[string path] => Path.Combine(Root, path);

    public string Make(string path)
    {
        Directory.CreateDirectory(this[path]);
        return this[path];
    }

    public void Write(string path, string text) => Write(path, System.Text.Encoding.UTF8.GetBytes(text));

    public void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[path])!);
        File.WriteAllBytes(this[path], bytes);
    }

    public void Dispose()
    {
        try
        {
            directory.Dispose();
        }
        catch (IOException)
        {
            // .NET cannot name what is not valid UTF-8.
            Run("rm", "-rf", Root);
        }
    }

    /// <summary>Everything below a directory, one line each: kind, path, size, time, executable bit and a digest of the content.</summary>
    public static List<string> Snapshot(string root, bool times = true)
    {
        var lines = new List<string>();
        Describe(new DirectoryInfo(root), "");
        lines.Sort(StringComparer.Ordinal);
        return lines;

        void Describe(DirectoryInfo directory, string prefix)
        {
            foreach (var entry in directory.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0 }))
            {
                var path = prefix + entry.Name;
                if (entry.LinkTarget is { } target)
                {
                    lines.Add($"link {path} -> {target}");
                }
                else if (entry is DirectoryInfo below)
                {
                    lines.Add($"directory {path}");
                    Describe(below, path + "/");
                }
                else
                {
                    var executable = (entry.UnixFileMode & UnixFileMode.UserExecute) != 0;
                    var hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(entry.FullName)));
                    lines.Add($"file {path} {(times ? entry.LastWriteTimeUtc.Ticks : 0)} {executable} {hash}");
                }
            }
        }
    }

    /// <summary>Runs a program of the platform.</summary>
    public static (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
