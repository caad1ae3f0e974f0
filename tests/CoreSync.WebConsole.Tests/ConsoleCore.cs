using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
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
using CoreSync.Trust;
using FluentResults;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.WebConsole.Tests;

/// <summary>A real core: engine, protocol and console on one TLS listener on loopback, with an account of each kind of rights. In this process, or in the service's own.</summary>
internal sealed class ConsoleCore : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private readonly TempDirectory directory = new();
    private CoreHost? host;
    private Process? service;
    private ServiceProvider? commands;
    private IPEndPoint? address;

    private ConsoleCore(string name) => Name = name;

    public string Name { get; }

    public IPEndPoint Address => host?.Address ?? address!;

    public string Url => $"https://127.0.0.1:{Address.Port}/console/";

    public IServiceProvider Services => host?.Services ?? commands!;

    public string DataDirectory => directory.At("core");

    public static async Task<ConsoleCore> StartAsync(string name, Action<IServiceCollection>? configure = null, OidcSettings? oidc = null)
    {
        var core = new ConsoleCore(name);
        await using (var commands = core.Compose())
            await core.InitialiseAsync(commands);
        var started = await CoreHost.StartAsync(
            new CoreHostOptions(core.DataDirectory, new IPEndPoint(IPAddress.Loopback, 0), new Actor("tester", "service"), Oidc: oidc), configure, CancellationToken.None);
        Assert.True(started.IsSuccess, started.ToString());
        core.host = started.Value;
        return core;
    }

    /// <summary>The same in a process of the service; the test acts on its store as the command line does.</summary>
    public static async Task<ConsoleCore> StartServiceAsync(string name)
    {
        var core = new ConsoleCore(name);
        core.commands = core.Compose();
        await core.InitialiseAsync(core.commands);
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "CoreSyncService.exe" : "CoreSyncService");
        var start = new ProcessStartInfo(program) { WorkingDirectory = core.directory.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CORESYNC__DataDirectory"] = core.DataDirectory;
        start.Environment["CORESYNC__Listen"] = "127.0.0.1:0";
        core.service = Process.Start(start)!;
        var said = Task.WhenAll(core.service.StandardOutput.ReadToEndAsync(), core.service.StandardError.ReadToEndAsync());
        var record = core.commands.GetRequiredService<IServingRecord>();
        for (var begun = TimeProvider.System.GetTimestamp(); core.address is null; await Task.Delay(50))
        {
            Assert.False(core.service.HasExited, core.service.HasExited ? string.Join('\n', await said) : "");
            Assert.True(TimeProvider.System.GetElapsedTime(begun).TotalSeconds < 60, "the service has not started within 60 s");
            if (await record.FindAsync(CancellationToken.None) is { } serving && serving.ProcessId == core.service.Id)
                core.address = new IPEndPoint(IPAddress.Loopback, serving.Port);
        }

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

    /// <summary>Waits until the core presents the certificate that it has now: a service notices a new one by itself, within seconds.</summary>
    public async Task PresentsItsCertificateAsync()
    {
        var own = await FingerprintAsync();
        for (var begun = TimeProvider.System.GetTimestamp(); await PresentedAsync() != own; await Task.Delay(100))
            Assert.True(TimeProvider.System.GetElapsedTime(begun).TotalSeconds < 60, "it does not present it within 60 s");
    }

    private async Task<string> PresentedAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Address);
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Name, RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null });
        return CertificateFingerprint.Of(stream.RemoteCertificate!.GetRawCertData()).ToString();
    }

    /// <summary>A program that speaks HTTPS with the console, keeps cookies and follows nothing by itself.</summary>
    public ConsoleClient Client() => new(Url);

    private ServiceProvider Compose() => CoreSyncComposition.Build(DataDirectory, new Actor("tester", "test"));

    private async Task InitialiseAsync(ServiceProvider services)
    {
        await AskAsync(services, new InitialiseCore(Name, CoreRole.Standard, $"CoreSync-{Guid.NewGuid():N}"));
        foreach (var rights in Enum.GetValues<Rights>().Where(rights => rights != Rights.None))
            await AskAsync(services, new AddAccount(UserOf(rights), rights, [], Password));
    }

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

        if (service is not null)
        {
            service.Kill();
            await service.WaitForExitAsync();
            service.Dispose();
        }

        if (commands is not null)
            await commands.DisposeAsync();

        directory.Dispose();
    }
}
