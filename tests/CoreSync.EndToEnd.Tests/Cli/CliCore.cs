using System.Diagnostics;
using System.Text.Json;

namespace CoreSync.EndToEnd.Tests.Cli;

/// <summary>A core that the command line works on.</summary>
internal sealed class CliCore(CliSandbox sandbox, string fqdn, string data)
{
    public string Fqdn { get; } = fqdn;

    public string Data { get; } = data;

    public string LogFile => Path.Combine(Data, "log", "CoreSyncService.exe.log");

    /// <summary>Runs a command on this core with <c>--json</c>.</summary>
    public Task<CliResult> RunAsync(params string[] args) => sandbox.RunAsync(["--data", Data, "--json", .. args]);

    public Task<CliResult> RunWithInputAsync(string input, params string[] args) => sandbox.RunAsync(["--data", Data, "--json", .. args], input);

    public async Task<JsonElement> DoAsync(params string[] args) => (await RunAsync(args)).Exits(0).Json;

    public async Task<CliCore> InitAsync()
    {
        await DoAsync("init", "--name", Fqdn);
        return this;
    }

    public async Task<string> FingerprintAsync() => (await DoAsync("identity", "show")).GetProperty("fingerprint").GetString()!;

    public async Task<JsonElement> TargetAsync(string name) => await DoAsync("target", "show", name);

    public Task<ServeProcess> ServeAsync(int port = 0, params (string Name, string Value)[] environment) =>
        ServeProcess.StartAsync(sandbox.Describe(["--data", Data, "--json", "serve", "--listen", $"127.0.0.1:{port}"], environment));
}

/// <summary>A running <c>coresync serve</c>.</summary>
internal sealed class ServeProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task<string> error;

    private ServeProcess(Process process, Task<string> error, int port)
    {
        this.process = process;
        this.error = error;
        Port = port;
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    public static async Task<ServeProcess> StartAsync(ProcessStartInfo start)
    {
        var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var answer = "";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            answer += line;
            if (line == "}")
                return new ServeProcess(process, error, JsonDocument.Parse(answer).RootElement.GetProperty("port").GetInt32());
        }

        throw new InvalidOperationException("serve did not start: " + await error);
    }

    /// <summary>Ends it as a crash would.</summary>
    public void Kill() => process.Kill(entireProcessTree: true);

    /// <summary>Ends it as the service manager would, and answers its exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        await error;
        process.Dispose();
    }
}
