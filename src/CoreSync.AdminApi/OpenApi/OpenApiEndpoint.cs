using CoreSync.Accounts;
using CoreSync.AdminApi.Access;
using CoreSync.AdminApi.Endpoints;
using CoreSync.AdminApi.Shapes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.AdminApi.OpenApi;

/// <summary>Serves the description of the API to who is signed in. Where the API of a product has its own description, both stay apart.</summary>
internal static class OpenApiEndpoint
{
    public const string Path = "/openapi/v1.json";

    public static void Map(AdminRoutes routes) => routes.Map(HttpMethods.Get, Path, AdminAccess.Account(Rights.View), context =>
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(Json.Text(OpenApiDocument.Of(Operations(context.RequestServices))), context.RequestAborted);
    });

    /// <summary>What a host has mapped.</summary>
    public static IEnumerable<ApiOperation> Operations(IServiceProvider services) =>
        services.GetRequiredService<EndpointDataSource>().Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<ApiOperation>()).OfType<ApiOperation>();
}
