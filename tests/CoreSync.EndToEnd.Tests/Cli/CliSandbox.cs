using System.Diagnostics;
using CoreSync.Testing;

namespace CoreSync.EndToEnd.Tests.Cli;

/// <summary>Runs the real binary in processes of its own, with a home directory of its own: the user's certificate stores stay untouched.</summary>
internal sealed class CliSandbox : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly TempDirectory temp = new();

    public static string Binary { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "coresync.exe" : "coresync");

    public string Root => temp.Path;

    public string Home => temp.At("home");

    public CliCore Core(string fqdn, string? directory = null) => new(this, fqdn, temp.At(directory ?? fqdn.Split('.')[0]));

    public string Directory(string name, params (string Name, string Content)[] files)
    {
        var directory = System.IO.Directory.CreateDirectory(temp.At(name)).FullName;
        foreach (var (file, content) in files)
        {
            var path = Path.Combine(directory, file);
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, content);
        }

        return directory;
    }

    public Task<CliResult> RunAsync(params string[] args) => RunAsync(args, null);

    public async Task<CliResult> RunAsync(IReadOnlyList<string> args, string? input, params (string Name, string Value)[] environment)
    {
        using var process = Process.Start(Describe(args, environment))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"coresync {string.Join(' ', args)} did not end\n{await output}\n{await error}");
        }

        return new CliResult(process.ExitCode, await output, await error, "coresync " + string.Join(' ', args));
    }

    /// <summary>Runs on a pseudo-terminal and answers each question once it is on the screen, as a person would.</summary>
    /// <param name="args">The command.</param>
    /// <param name="answer">The answer to what was shown since the last one, and in all; null when there is no question yet.</param>
    public async Task<(int ExitCode, string Shown)> OnTerminalAsync(IReadOnlyList<string> args, Func<string, string, string?> answer)
    {
        var command = string.Join(' ', args.Prepend(Binary).Select(argument => $"'{argument}'"));
        var start = Describe(args, ("TERM", "xterm"));
        start.FileName = "/usr/bin/script";
        start.ArgumentList.Clear();
        foreach (var argument in new[] { "-qec", command, "/dev/null" })
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var shown = new System.Text.StringBuilder();
        var answered = 0;
        var buffer = new char[4096];
        using var limit = new CancellationTokenSource(Patience);
        while (await process.StandardOutput.ReadAsync(buffer, limit.Token) is > 0 and var read)
        {
            shown.Append(buffer, 0, read);
            var text = shown.ToString();
            if (answer(text[answered..], text) is not { } given)
                continue;
            answered = text.Length;
            await process.StandardInput.WriteLineAsync(given.AsMemory(), limit.Token);
            await process.StandardInput.FlushAsync(limit.Token);
        }

        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, shown.ToString());
    }

    public ProcessStartInfo Describe(IReadOnlyList<string> args, params (string Name, string Value)[] environment)
    {
        System.IO.Directory.CreateDirectory(Home);
        var start = new ProcessStartInfo(Binary, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        foreach (var name in new[] { "LC_ALL", "LC_MESSAGES", "LANG", "CORESYNC_DATA", "NO_COLOR" })
            start.Environment.Remove(name);
        start.Environment["HOME"] = Home;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    public void Dispose() => temp.Dispose();
}
