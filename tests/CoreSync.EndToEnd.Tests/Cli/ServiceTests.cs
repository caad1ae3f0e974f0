using System.Diagnostics;

namespace CoreSync.EndToEnd.Tests.Cli;

/// <summary>The service host <c>CoreSyncService</c>: configuration from the environment, all faults at once, the same core as <c>serve</c>.</summary>
public sealed class ServiceTests : IDisposable
{
    private readonly CliSandbox sandbox = new();

    [Fact]
    public async Task All_faults_of_the_configuration_are_named_at_once()
    {
        var (exitCode, error) = await RunAsync(("CORESYNC__DataDirectory", "relative/path"), ("CORESYNC__Listen", "somewhere"), ("CORESYNC__Lissten", "typo"));

        Assert.Equal(2, exitCode);
        Assert.Contains("CoreSync:DataDirectory = 'relative/path'", error, StringComparison.Ordinal);
        Assert.Contains("CoreSync:Listen = 'somewhere'", error, StringComparison.Ordinal);
        Assert.Contains("Lissten", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_without_a_core_exits_5_and_is_not_made()
    {
        var core = sandbox.Core("core1.example.net");

        var (exitCode, error) = await RunAsync(("CORESYNC__DataDirectory", core.Data), ("CORESYNC__Listen", "127.0.0.1:0"));

        Assert.Equal(5, exitCode);
        Assert.Contains("store.not-initialised", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(core.Data));
    }

    [Fact]
    public async Task It_runs_the_core_until_it_is_told_to_stop()
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();
        using var process = Process.Start(Describe(("CORESYNC__DataDirectory", core.Data), ("CORESYNC__Listen", "127.0.0.1:0")))!;
        var output = process.StandardOutput.ReadToEndAsync();
        while (await process.StandardError.ReadLineAsync() is { } line && !line.Contains(" 8000 ", StringComparison.Ordinal))
        {
            // Log lines of the start.
        }

        var status = await core.DoAsync("status");
        var rest = process.StandardError.ReadToEndAsync();
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(limit.Token);

        Assert.True(status.GetProperty("serviceRunning").GetBoolean());
        Assert.Equal(0, process.ExitCode);
        Assert.Contains(" 8001 ", await rest, StringComparison.Ordinal);
        Assert.Empty(await output);
        Assert.Contains(await File.ReadAllLinesAsync(core.LogFile), line => line.Contains(" 8000 HostStarting ", StringComparison.Ordinal));
    }

    private async Task<(int ExitCode, string Error)> RunAsync(params (string, string)[] environment)
    {
        using var process = Process.Start(Describe(environment))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        await output;
        return (process.ExitCode, error);
    }

    private ProcessStartInfo Describe(params (string, string)[] environment)
    {
        var start = sandbox.Describe([], environment);
        start.FileName = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "CoreSyncService.exe" : "CoreSyncService");
        return start;
    }

    public void Dispose() => sandbox.Dispose();
}
