using System.Net;
using CoreSync.Application.Cores;
using CoreSync.Application.Trust;
using CoreSync.Console.CommandLine;
using CoreSync.Hosting;
using CoreSync.Hosting.Logging;
using CoreSync.Servers;
using FluentResults;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Console.Quickstart;

/// <summary>A throw-away core on loopback: a data directory, a host that serves it, and commands that work on it as the command line does.</summary>
internal sealed class QuickstartCore : IAsyncDisposable
{
    private readonly CoreLogOptions log;
    private readonly ServiceProvider commands;
    private CoreHost? host;
    private bool isInitialised;

    public QuickstartCore(string name, string dataDirectory, CoreLogOptions log)
    {
        Name = name;
        DataDirectory = dataDirectory;
        this.log = log;
        commands = CoreSyncComposition.Build(dataDirectory, Invocation.Actor, log);
    }

    public string Name { get; }

    public string DataDirectory { get; }

    /// <summary>Where commands go: not through the host, but through the store, as those of <c>coresync --data DIR</c> do.</summary>
    public IServiceProvider Commands => commands;

    public IPEndPoint Address => host?.Address ?? throw new InvalidOperationException("The core does not serve");

    public Task<T> AskAsync<T>(IRequest<Result<T>> request, CancellationToken stop) => commands.AskAsync(request, stop);

    /// <summary><c>init</c>, with a certificate store of its own that is removed at the end.</summary>
    public async Task<CoreIdentity> InitialiseAsync(string certificateStore, CancellationToken stop)
    {
        isInitialised = true;
        return await AskAsync(new InitialiseCore(Name, CoreRole.Standard, certificateStore), stop);
    }

    /// <summary><c>serve --listen 127.0.0.1:PORT</c>.</summary>
    public async Task ServeAsync(int port, CancellationToken stop)
    {
        var started = await CoreHost.StartAsync(
            new CoreHostOptions(DataDirectory, new IPEndPoint(IPAddress.Loopback, port), Invocation.Actor with { Origin = "service" }, log), null, stop);
        CommandFailure.ThrowIfFailed(started);
        host = started.Value;
    }

    public async Task StopAsync()
    {
        if (host is null)
            return;
        await host.StopAsync(CancellationToken.None);
        await host.DisposeAsync();
        host = null;
    }

    /// <summary>Takes every certificate of this core out of the platform's certificate store again.</summary>
    public void ForgetCertificates()
    {
        if (!isInitialised)
            return;
        var store = commands.GetRequiredService<ICertificateStore>();
        foreach (var fingerprint in store.List())
            store.Remove(fingerprint);
        // On Linux a store of the current user is a directory, which stays behind empty.
        var directory = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet", "corefx", "cryptography", "x509stores", store.Name.ToLowerInvariant());
        if (OperatingSystem.IsLinux() && Directory.Exists(directory) && !Directory.EnumerateFileSystemEntries(directory).Any())
            Directory.Delete(directory);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await commands.DisposeAsync();
    }
}
