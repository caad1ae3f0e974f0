using CoreSync.AdminApi.Access;
using CoreSync.AdminApi.Endpoints;
using CoreSync.AdminApi.Events;
using CoreSync.AdminApi.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace CoreSync.AdminApi;

/// <summary>Mounts the admin API.</summary>
public static class CoreSyncApiEndpoints
{
    /// <summary>
    /// Maps everything that the command line does below <c>/api/v1/</c>, and its description at <c>/openapi/v1.json</c>. Nothing but the sign-in answers without rights; a host in which
    /// nobody decided who comes in does not start.
    /// </summary>
    /// <param name="routes">The host's routes, with <c>AddCoreSyncAdmin</c> in its services.</param>
    /// <returns>What holds for all endpoints: <c>RequireAuthorization</c>, <c>RequireHost</c> and the like.</returns>
    /// <exception cref="InvalidOperationException"><c>AddCoreSyncAdmin</c> was not called.</exception>
    public static IEndpointConventionBuilder MapCoreSyncApi(this IEndpointRouteBuilder routes)
    {
        var admin = new AdminRoutes(routes, "");
        var api = new ApiMap(admin);
        SessionEndpoints.Map(api);
        CoreEndpoints.Map(api);
        TargetEndpoints.Map(api);
        TrustEndpoints.Map(api);
        JobEndpoints.Map(api);
        ItemEndpoints.Map(api);
        ConflictEndpoints.Map(api);
        ComponentEndpoints.Map(api);
        AccountEndpoints.Map(api);
        DirectoryEndpoints.Map(api);
        BundleEndpoints.Map(api);
        RollupEndpoints.Map(api);
        EventEndpoint.Map(api);
        OpenApiEndpoint.Map(admin);
        return admin.Conventions;
    }
}
