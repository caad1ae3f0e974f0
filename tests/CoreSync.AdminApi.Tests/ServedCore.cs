using System.Net;
using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Hosting;
using CoreSync.Servers;
using CoreSync.Testing;
using FluentResults;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.AdminApi.Tests;

/// <summary>A real core in this process that serves protocol and API over TLS on loopback, with an account of each kind of rights.</summary>
internal sealed class ServedCore : IAsyncDisposable
{
    public const string Name = "core.example.net";
    public const string Password = "correct horse battery";
    private readonly TempDirectory directory = new();
    private readonly string name;
    private CoreHost? host;
    private string fingerprint = "";

    private ServedCore(string name) => this.name = name;

    public IPEndPoint Address => host!.Address;

    public IServiceProvider Services => host!.Services;

    public string DataDirectory => directory.At("core");

    public string Fingerprint => fingerprint;

    /// <summary>Makes a core and serves it.</summary>
    /// <param name="configure">Adds or replaces services of the host.</param>
    /// <param name="name">Its FQDN.</param>
    public static async Task<ServedCore> StartAsync(Action<IServiceCollection>? configure = null, string name = Name)
    {
        var core = new ServedCore(name);
        await using (var commands = CoreSyncComposition.Build(core.DataDirectory, new Actor("tester", "test")))
        {
            core.fingerprint = (await AskAsync(commands, new InitialiseCore(name, CoreRole.Standard, $"CoreSync-{Guid.NewGuid():N}"))).Certificate.Fingerprint.ToString();
            foreach (var rights in Enum.GetValues<Rights>().Where(rights => rights != Rights.None))
                await AskAsync(commands, new AddAccount(UserOf(rights), rights, [], Password));
        }

        var started = await CoreHost.StartAsync(
            new CoreHostOptions(core.DataDirectory, new IPEndPoint(IPAddress.Loopback, 0), new Actor("tester", "service")), configure, CancellationToken.None);
        Assert.True(started.IsSuccess, started.ToString());
        core.host = started.Value;
        return core;
    }

    /// <summary>The account that has exactly these rights.</summary>
    public static string UserOf(Rights rights) => rights.ToString().ToLowerInvariant();

    /// <summary>A client that trusts this core by its fingerprint and has not signed in; it keeps no cookies and follows nothing.</summary>
    public ApiClient Anonymous() => new(new IPEndPoint(IPAddress.Loopback, Address.Port), fingerprint, name);

    /// <summary>A program that signed in with exactly these rights.</summary>
    public async Task<ApiClient> SignedInAsync(Rights rights)
    {
        var client = Anonymous();
        await client.SignInAsync(UserOf(rights), Password);
        return client;
    }

    /// <summary>Sends a request in the host's process.</summary>
    public Task<T> AskAsync<T>(IRequest<Result<T>> request) => AskAsync(Services, request);

    public async Task TellAsync(IRequest<Result> request)
    {
        await using var scope = Services.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
        Assert.True(result.IsSuccess, $"{request} failed: {string.Join("; ", result.Errors)}");
    }

    /// <summary>The lines of the log so far.</summary>
    public string[] Log()
    {
        using var file = new FileStream(Path.Combine(DataDirectory, "log", "CoreSyncService.exe.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Split('\n');
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.StopAsync(CancellationToken.None);
            await host.DisposeAsync();
        }

        directory.Dispose();
    }

    private static async Task<T> AskAsync<T>(IServiceProvider services, IRequest<Result<T>> request)
    {
        await using var scope = services.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
        Assert.True(result.IsSuccess, $"{request} failed: {string.Join("; ", result.Errors)}");
        return result.Value;
    }
}
