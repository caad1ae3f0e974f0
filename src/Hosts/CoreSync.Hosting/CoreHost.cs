using System.Net;
using System.Net.Sockets;
using CoreSync.AdminApi;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Hosting.Health;
using CoreSync.Hosting.Logging;
using CoreSync.Hosting.OpenIdConnect;
using CoreSync.Infrastructure.Tls;
using CoreSync.Infrastructure.Wire;
using CoreSync.WebConsole;
using FluentResults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CoreSync.Hosting;

/// <summary>What a host that serves a core needs to know.</summary>
/// <param name="DataDirectory">Absolute path of the core's data directory.</param>
/// <param name="Listen">Address and port; port 0 lets the system choose.</param>
/// <param name="Actor">Who runs it.</param>
/// <param name="Log">How to log besides the file.</param>
/// <param name="Oidc">The provider at which people may sign in beside the accounts of the core; null for none.</param>
public sealed record CoreHostOptions(string DataDirectory, IPEndPoint Listen, Actor Actor, CoreLogOptions? Log = null, OidcSettings? Oidc = null);

/// <summary>A core that serves: the engine and the HTTPS listener in one process. The same for <c>serve</c> and for the service.</summary>
/// <remarks>
/// 1. open the store and take the engine lease; 2. check the own certificate and the address; 3. start the engine, which applies what was left in the inbox;
/// 4. listen; 5. run until stopped; 6. stop in the opposite order.
/// </remarks>
public sealed class CoreHost : IAsyncDisposable
{
    private const string Console = "/console";

    private readonly IHost host;

    private CoreHost(IHost host, IPEndPoint address)
    {
        this.host = host;
        Address = address;
    }

    /// <summary>The address really listened on, with the port that the system chose.</summary>
    public IPEndPoint Address { get; }

    /// <summary>The host's services.</summary>
    public IServiceProvider Services => host.Services;

    /// <summary>Starts a core.</summary>
    /// <param name="options">What to serve and where.</param>
    /// <param name="configure">Adds what a kind of host needs, such as the service manager's lifetime; null adds nothing.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>
    /// The running host. Fails with <c>StoreLockedError</c> that names the holder, <c>ListenFailedError</c>, <c>IdentityUnusableError</c>, or as
    /// <see cref="ICoreStore.OpenAsync"/>; nothing runs then.
    /// </returns>
    public static async Task<Result<CoreHost>> StartAsync(CoreHostOptions options, Action<IServiceCollection>? configure, CancellationToken cancellationToken)
    {
        var host = Build(options, configure);
        try
        {
            var ready = await PrepareAsync(host.Services, options, cancellationToken);
            if (ready.IsFailed)
            {
                await DisposeAsync(host);
                return ready;
            }

            await host.StartAsync(cancellationToken);
            var started = new CoreHost(host, BoundTo(host.Services));
            started.LogStart(options);
            await host.Services.GetRequiredService<IServingRecord>().SaveAsync(
                new Serving(started.Address.Address.ToString(), started.Address.Port, Environment.ProcessId, ProductVersion.Text, Environment.Version.ToString(),
                    host.Services.GetRequiredService<TimeProvider>().GetUtcNow()),
                cancellationToken);
            return started;
        }
        catch (Exception failure) when (Translate(failure, options) is { } error)
        {
            await DisposeAsync(host);
            return Result.Fail(error.CausedBy(failure));
        }
        catch
        {
            await DisposeAsync(host);
            throw;
        }
    }

    /// <summary>Runs until the token is cancelled or the service manager stops the host, then stops gracefully.</summary>
    /// <returns>False when the host ended by a fault of its own: a service manager should start it again.</returns>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        await host.WaitForShutdownAsync(stop);
        var broken = Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(service => service.ExecuteTask is { IsFaulted: true });
        HostLog.HostStopped(Services.GetRequiredService<ILogger<CoreHost>>(), Services.GetRequiredService<ILocalCore>().Current.Name.Ascii);
        return !broken;
    }

    /// <summary>Stops at once: the engine ends its job at a batch, open connections are closed.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => host.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => DisposeAsync(host);

    private static IHost Build(CoreHostOptions options, Action<IServiceCollection>? configure)
    {
        // A bare host: no appsettings.json, environment or command line of whatever directory this runs in changes what is served; telemetry alone has its variables.
        return new HostBuilder()
            .UseContentRoot(AppContext.BaseDirectory)
            .ConfigureAppConfiguration(configuration => configuration.AddTelemetryVariables())
            .ConfigureServices(services =>
            {
                services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
                // The engine starts before the listener: what the inbox holds is applied before anything new arrives.
                CoreSyncComposition.Add(services, options.DataDirectory, options.Actor, options.Log).AddEngine();
                services.AddCoreSyncAdmin(admin => admin.UseAccounts = true);
                services.AddCoreSyncConsole();
                if (options.Oidc is { } oidc)
                    services.AddCoreSyncOidc(oidc, Console + CoreSyncConsoleExtensions.ProviderCallback);
                services.AddCoreTelemetry();
                services.AddHostedService<LogLimitsWatch>();
                services.AddSingleton<IHostLifetime, QuietLifetime>();
                configure?.Invoke(services);
            })
            .ConfigureWebHost(web => web
                .UseKestrelCore()
                .ConfigureServices(services => services.AddRoutingCore())
                .ConfigureKestrel(kestrel => kestrel.ConfigureCoreSyncListener(options.Listen, kestrel.ApplicationServices))
                .Configure(Map))
            .Build();
    }

    private static void Map(IApplicationBuilder app) => app.UseRouting().UseCoreSyncMetricsDoor().UseEndpoints(routes =>
    {
        routes.MapCoreSyncHealth();
        routes.MapCoreSyncMetrics();
        routes.MapCoreSyncPeer();
        routes.MapCoreSyncApi();
        routes.MapCoreSyncConsole(Console);
    });

    private static async Task<Result> PrepareAsync(IServiceProvider services, CoreHostOptions options, CancellationToken cancellationToken)
    {
        var leased = await services.GetRequiredService<EngineLease>().AcquireAsync(cancellationToken);
        if (leased.IsFailed)
            return leased;
        var certificate = services.GetRequiredService<IOwnCertificate>().Describe();
        if (certificate.IsFailed)
            return certificate.ToResult();

        // Tried before anything starts, so that an address in use starts no engine.
        if (options.Listen.Port != 0)
        {
            using var probe = new TcpListener(options.Listen);
            probe.Start();
        }

        return Result.Ok();
    }

    private void LogStart(CoreHostOptions options)
    {
        var logger = Services.GetRequiredService<ILogger<CoreHost>>();
        var core = Services.GetRequiredService<ILocalCore>().Current;
        HostLog.HostStarting(logger, ProductVersion.Text, core.Name.Ascii, core.Id.ToString(), options.DataDirectory, Address.ToString());
        if (RuntimePatch.IsOld)
            HostLog.OldRuntime(logger, Environment.Version, RuntimePatch.Wanted);
    }

    private static IPEndPoint BoundTo(IServiceProvider services)
    {
        var address = services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        var authority = new Uri(address.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal));
        return new IPEndPoint(IPAddress.Parse(authority.Host.Trim('[', ']')), authority.Port);
    }

    private static CoreSyncError? Translate(Exception failure, CoreHostOptions options) => failure switch
    {
        CoreSyncException typed => typed.Error,
        AddressInUseException or IOException { InnerException: AddressInUseException } => new ListenFailedError(options.Listen.ToString(), "the address is in use"),
        SocketException socket => new ListenFailedError(options.Listen.ToString(), socket.Message),
        IOException { InnerException: SocketException inner } => new ListenFailedError(options.Listen.ToString(), inner.Message),
        _ => null,
    };

    private static async ValueTask DisposeAsync(IHost host)
    {
        if (host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        else
            host.Dispose();
    }

    // The starter of the host decides when it ends: the console by Ctrl-C, the service by its manager.
    private sealed class QuietLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
