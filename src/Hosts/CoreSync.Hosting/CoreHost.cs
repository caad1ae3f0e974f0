using System.Net;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Hosting.Logging;
using CoreSync.Infrastructure.Tls;
using CoreSync.Infrastructure.Wire;
using FluentResults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CoreSync.Hosting;

/// <summary>What a host that serves a core needs to know.</summary>
/// <param name="DataDirectory">Absolute path of the core's data directory.</param>
/// <param name="Listen">Address and port; port 0 lets the system choose.</param>
/// <param name="Actor">Who runs it.</param>
/// <param name="Log">How to log besides the file.</param>
public sealed record CoreHostOptions(string DataDirectory, IPEndPoint Listen, Actor Actor, CoreLogOptions? Log = null);

/// <summary>A core that serves: the engine and the HTTPS listener in one process. The same for <c>serve</c> and for the service.</summary>
/// <remarks>1. open the store; 2. take the engine lease; 3. listen; 4. run until stopped; 5. stop in the opposite order.</remarks>
public sealed class CoreHost : IAsyncDisposable
{
    private static readonly Version WantedRuntime = new(10, 0, 13);
    private readonly WebApplication app;

    private CoreHost(WebApplication app, IPEndPoint address)
    {
        this.app = app;
        Address = address;
    }

    /// <summary>The address really listened on, with the port that the system chose.</summary>
    public IPEndPoint Address { get; }

    /// <summary>The host's services, for embedding and for <c>quickstart</c>.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Starts a core.</summary>
    /// <param name="options">What to serve and where.</param>
    /// <param name="configure">Adds what a kind of host needs, such as the service manager's lifetime; null adds nothing.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>
    /// The running host. Fails with <c>StoreLockedError</c> that names the holder, <c>ListenFailedError</c>, <c>IdentityUnusableError</c>, or as
    /// <see cref="ICoreStore.OpenAsync"/>; nothing runs then.
    /// </returns>
    public static async Task<Result<CoreHost>> StartAsync(CoreHostOptions options, Action<WebApplicationBuilder>? configure, CancellationToken cancellationToken)
    {
        var app = Build(options, configure);
        try
        {
            // Steps 1 and 2.
            var services = app.Services;
            var leased = await services.GetRequiredService<EngineLease>().AcquireAsync(cancellationToken);
            var usable = leased.IsFailed ? leased : services.GetRequiredService<IOwnCertificate>().Describe().ToResult();
            if (usable.IsFailed)
            {
                await app.DisposeAsync();
                return usable;
            }

            // Step 3.
            var logger = services.GetRequiredService<ILogger<CoreHost>>();
            await app.StartAsync(cancellationToken);
            var host = new CoreHost(app, BoundTo(app));
            var core = services.GetRequiredService<ILocalCore>().Current;
            HostLog.HostStarting(logger, ProductVersion.Text, core.Name.Ascii, core.Id.ToString(), options.DataDirectory, host.Address.ToString());
            if (Environment.Version < WantedRuntime)
                HostLog.OldRuntime(logger, Environment.Version, WantedRuntime);
            return host;
        }
        catch (Exception failure) when (Translate(failure, options) is { } error)
        {
            await app.DisposeAsync();
            return Result.Fail(error.CausedBy(failure));
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs until the token is cancelled or the service manager stops the host, then stops gracefully.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await app.WaitForShutdownAsync(stop);
        HostLog.HostStopped(Services.GetRequiredService<ILogger<CoreHost>>(), Services.GetRequiredService<ILocalCore>().Current.Name.Ascii);
    }

    /// <summary>Stops at once: the engine ends its job at a batch, open connections are closed.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static WebApplication Build(CoreHostOptions options, Action<WebApplicationBuilder>? configure)
    {
        // The empty builder: no appsettings.json, environment or command line of whatever directory this runs in changes what is served.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "CoreSync", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
        CoreSyncComposition.Add(builder.Services, options.DataDirectory, options.Actor, options.Log).AddEngine();
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        configure?.Invoke(builder);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureCoreSyncListener(options.Listen, kestrel.ApplicationServices));

        var app = builder.Build();
        app.UseRouting();
        app.MapGet("/health/live", static (HttpContext context) =>
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync("live\n", context.RequestAborted);
        });
        app.MapCoreSyncPeer();
        return app;
    }

    private static IPEndPoint BoundTo(WebApplication app)
    {
        var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        var authority = new Uri(address.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal));
        return new IPEndPoint(IPAddress.Parse(authority.Host.Trim('[', ']')), authority.Port);
    }

    private static CoreSyncError? Translate(Exception failure, CoreHostOptions options) => failure switch
    {
        CoreSyncException typed => typed.Error,
        AddressInUseException or IOException { InnerException: AddressInUseException } => new ListenFailedError(options.Listen.ToString(), "the address is in use"),
        System.Net.Sockets.SocketException socket => new ListenFailedError(options.Listen.ToString(), socket.Message),
        IOException { InnerException: System.Net.Sockets.SocketException inner } => new ListenFailedError(options.Listen.ToString(), inner.Message),
        _ => null,
    };

    // The starter of the host decides when it ends: the console by Ctrl-C, the service by its manager.
    private sealed class QuietLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
