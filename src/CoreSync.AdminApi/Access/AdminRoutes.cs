using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CoreSync.AdminApi.Access;

/// <summary>Maps endpoints behind the one door that admits to API and console. Whatever is mapped here has an <see cref="AdminAccess"/>, and nothing passes without it.</summary>
public sealed class AdminRoutes
{
    private readonly RouteGroupBuilder group;

    /// <summary>Begins a group of endpoints.</summary>
    /// <param name="routes">The host's routes.</param>
    /// <param name="prefix">Common to all; may be empty.</param>
    /// <exception cref="InvalidOperationException"><c>AddCoreSyncAdmin</c> was not called.</exception>
    public AdminRoutes(IEndpointRouteBuilder routes, string prefix)
    {
        if (routes.ServiceProvider.GetService<AdminDoor>() is null)
            throw new InvalidOperationException("Nobody decided who may use the admin API and the console: call services.AddCoreSyncAdmin(o => …) before mapping them");
        var options = routes.ServiceProvider.GetRequiredService<IOptions<CoreSyncAdminOptions>>();
        group = routes.MapGroup(prefix);
        ((IEndpointConventionBuilder)group).Finally(endpoint => LeaveToTheDoor(endpoint, options.Value));
    }

    /// <summary>What holds for all of them, for <c>RequireAuthorization</c> and the like.</summary>
    public IEndpointConventionBuilder Conventions => group;

    /// <summary>Maps a handler whose parameters are filled in from the request; only after it was admitted.</summary>
    public RouteHandlerBuilder Map(string method, string pattern, AdminAccess access, Delegate handler)
    {
        ArgumentNullException.ThrowIfNull(access);
        var endpoint = group.MapMethods(pattern, [method], handler);
        Guard(endpoint, method, pattern, access);
        return endpoint;
    }

    /// <summary>Maps a handler that reads the request itself.</summary>
    public IEndpointConventionBuilder Map(string method, string pattern, AdminAccess access, RequestDelegate handler)
    {
        ArgumentNullException.ThrowIfNull(access);
        var endpoint = group.MapMethods(pattern, [method], handler);
        Guard(endpoint, method, pattern, access);
        return endpoint;
    }

    private static void Guard(IEndpointConventionBuilder endpoint, string method, string pattern, AdminAccess access) => endpoint.Add(built =>
    {
        var handler = built.RequestDelegate ?? throw new InvalidOperationException($"{method} {pattern} has no handler");
        built.Metadata.Add(access);
        built.DisplayName = method + " " + ((RouteEndpointBuilder)built).RoutePattern.RawText;
        built.RequestDelegate = context => context.RequestServices.GetRequiredService<AdminDoor>().HandleAsync(context, access, handler);
    });

    // A host whose fallback policy refuses everybody it does not know would refuse those who sign in here: what no policy of the host is asked for is left to the door.
    private static void LeaveToTheDoor(EndpointBuilder endpoint, CoreSyncAdminOptions options)
    {
        if (options.UseAccounts && !endpoint.Metadata.OfType<IAuthorizeData>().Any())
            endpoint.Metadata.Add(new AllowAnonymousAttribute());
    }
}
