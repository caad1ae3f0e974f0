using System.Net;
using System.Text;
using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Hosting;
using CoreSync.Hosting.OpenIdConnect;
using CoreSync.Items;
using CoreSync.Servers;
using CoreSync.Testing;
using FluentResults;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.WebConsole.Tests;

/// <summary>A real core in this process: engine, protocol and console on one TLS listener on loopback, with an account of each kind of rights.</summary>
internal sealed class ConsoleCore : IAsyncDisposable
{
    public const string Password = "correct horse battery";
    private readonly TempDirectory directory = new();
    private CoreHost? host;

    private ConsoleCore(string name) => Name = name;

    public string Name { get; }

    public IPEndPoint Address => host!.Address;

    public string Url => $"https://127.0.0.1:{Address.Port}/console/";

    public IServiceProvider Services => host!.Services;

    public string DataDirectory => directory.At("core");

    public static async Task<ConsoleCore> StartAsync(string name, Action<IServiceCollection>? configure = null, OidcSettings? oidc = null)
    {
        var core = new ConsoleCore(name);
        await using (var commands = CoreSyncComposition.Build(core.DataDirectory, new Actor("tester", "test")))
        {
            await AskAsync(commands, new InitialiseCore(name, CoreRole.Standard, $"CoreSync-{Guid.NewGuid():N}"));
            foreach (var rights in Enum.GetValues<Rights>().Where(rights => rights != Rights.None))
                await AskAsync(commands, new AddAccount(UserOf(rights), rights, [], Password));
        }

        var started = await CoreHost.StartAsync(
            new CoreHostOptions(core.DataDirectory, new IPEndPoint(IPAddress.Loopback, 0), new Actor("tester", "service"), Oidc: oidc), configure, CancellationToken.None);
        Assert.True(started.IsSuccess, started.ToString());
        core.host = started.Value;
        return core;
    }

    /// <summary>The account that has exactly these rights.</summary>
    public static string UserOf(Rights rights) => rights.ToString().ToLowerInvariant();

    public Task<T> AskAsync<T>(IRequest<Result<T>> request) => AskAsync(Services, request);

    public async Task<Result<T>> TryAsync<T>(IRequest<Result<T>> request)
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    public async Task TellAsync(IRequest<Result> request)
    {
        await using var scope = Services.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
        Assert.True(result.IsSuccess, $"{request} failed: {string.Join("; ", result.Errors)}");
    }

    public Task<Item> PutAsync(string component, string name, string document) =>
        AskAsync(new PutItem(component, name, Encoding.UTF8.GetBytes(document), AutoSync: true));

    public async Task<string> FingerprintAsync() => (await AskAsync(new ShowIdentity())).Certificate.Fingerprint.ToString();

    /// <summary>A program that speaks HTTPS with the console, keeps cookies and follows nothing by itself.</summary>
    public ConsoleClient Client() => new(Url);

    private static async Task<T> AskAsync<T>(IServiceProvider services, IRequest<Result<T>> request)
    {
        await using var scope = services.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
        Assert.True(result.IsSuccess, $"{request} failed: {string.Join("; ", result.Errors)}");
        return result.Value;
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
}
