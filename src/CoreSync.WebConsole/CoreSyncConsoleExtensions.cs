using CoreSync.AdminApi.Access;
using CoreSync.WebConsole.Drifts;
using CoreSync.WebConsole.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CoreSync.WebConsole;

/// <summary>Adds the web console to a host and mounts it.</summary>
public static class CoreSyncConsoleExtensions
{
    /// <summary>Where a provider (<c>IAdminProvider</c>) leads browsers back to, below the path of the console.</summary>
    public const string ProviderCallback = "/sign-in/callback";

    /// <summary>Adds what the console needs beside CoreSync itself and <c>AddCoreSyncAdmin</c>, which decides who comes in.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options; null keeps the defaults.</param>
    public static IServiceCollection AddCoreSyncConsole(this IServiceCollection services, Action<CoreSyncConsoleOptions>? configure = null)
    {
        services.AddLogging();
        services.AddOptions<CoreSyncConsoleOptions>().Configure(configure ?? (static _ => { }));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<NoteBoard>();
        services.TryAddSingleton<ComparisonBoard>();
        services.TryAddScoped<Notices>();
        return services;
    }

    /// <summary>Mounts the console: pages for signed-in accounts, the sign-in page, and its assets.</summary>
    /// <param name="routes">The host's routes.</param>
    /// <param name="path">Where; begins with a slash and ends with none.</param>
    public static IEndpointConventionBuilder MapCoreSyncConsole(this IEndpointRouteBuilder routes, string path = "/console")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (path[0] != '/' || path[^1] == '/')
            throw new ArgumentException("A path such as /console", nameof(path));
        var root = new ConsoleRoot(path);
        var admin = new AdminRoutes(routes, path);
        var map = new ConsoleMap(admin, root);
        ConsolePages.Map(map);
        map.File("assets/{version}/{name}", context => AssetFiles.Serve(context, (string)context.Request.RouteValues["version"]!, (string)context.Request.RouteValues["name"]!));
        return admin.Conventions;
    }
}
