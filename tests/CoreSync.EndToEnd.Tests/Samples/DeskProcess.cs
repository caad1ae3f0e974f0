using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using CoreSync.EndToEnd.Tests.Cli;

namespace CoreSync.EndToEnd.Tests.Samples;

/// <summary>An instance of the sample product in a process of its own; its core is administered by the command line, as an administrator would.</summary>
internal sealed class DeskProcess : IAsyncDisposable
{
    private static readonly string Binary = Path.Combine(
        AppContext.BaseDirectory.Replace(Path.Combine("tests", "CoreSync.EndToEnd.Tests"), Path.Combine("samples", "PackageDesk"), StringComparison.Ordinal),
        OperatingSystem.IsWindows() ? "PackageDesk.exe" : "PackageDesk");

    private readonly CliSandbox sandbox;
    private readonly string directory;
    private readonly int port = FreePort();
    private Process? process;
    private Task<string> output = Task.FromResult("");

    public DeskProcess(CliSandbox sandbox, string fqdn)
    {
        this.sandbox = sandbox;
        directory = Path.Combine(sandbox.Root, fqdn.Split('.')[0]);
        Core = new CliCore(sandbox, fqdn, Path.Combine(directory, "coresync"));
    }

    /// <summary>The core inside, for the command line.</summary>
    public CliCore Core { get; }

    public int SyncPort { get; } = FreePort();

    public HttpClient Api => field ??= new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(60) };

    public string Database => Path.Combine(directory, "desk.db");

    public string FilesOf(Guid package) => Path.Combine(directory, "files", package.ToString());

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task StartAsync()
    {
        Directory.CreateDirectory(sandbox.Home);
        var start = new ProcessStartInfo(
            Binary, ["--Desk:Name", Core.Fqdn, "--Desk:Directory", directory, "--Desk:Listen", $"127.0.0.1:{port}", "--Desk:SyncListen", $"127.0.0.1:{SyncPort}"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = sandbox.Root,
            Environment = { ["HOME"] = sandbox.Home },
        };
        process = Process.Start(start)!;
        output = ReadAsync(process);
        await Rules.Eventually.IsTrueAsync(
            async () =>
            {
                Assert.False(process.HasExited, process.HasExited ? await output : "");
                try
                {
                    return (await Api.GetAsync(new Uri("queries", UriKind.Relative))).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            $"{Core.Fqdn} answers", 60);
    }

    /// <summary>Ends it as a crash would.</summary>
    public async Task KillAsync()
    {
        process!.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        await output;
    }

    /// <summary>Saves an item by the product's own API; it must be taken.</summary>
    public async Task SaveAsync(string kind, object item, bool? autoSync = null)
    {
        using var answer = await PutAsync(kind, item, autoSync);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    public Task<HttpResponseMessage> PutAsync(string kind, object item, bool? autoSync = null) =>
        Api.PutAsJsonAsync(kind + (autoSync is { } flag ? $"?autoSync={flag}" : ""), item);

    public Task<HttpResponseMessage> DeleteAsync(string kind, Guid id) => Api.DeleteAsync(new Uri($"{kind}/{id}", UriKind.Relative));

    public async Task<HttpResponseMessage> PutFileAsync(Guid package, string path, byte[] content)
    {
        using var body = new ByteArrayContent(content);
        return await Api.PutAsync(new Uri($"packages/{package}/files/{path}", UriKind.Relative), body);
    }

    /// <summary>What the API answers; null when it does not find it.</summary>
    public async Task<JsonElement?> GetAsync(string path)
    {
        using var answer = await Api.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
            await KillAsync();
        process?.Dispose();
        Api.Dispose();
    }

    private static async Task<string> ReadAsync(Process process)
    {
        var error = process.StandardError.ReadToEndAsync();
        return await process.StandardOutput.ReadToEndAsync() + await error;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
