using CoreSync.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Infrastructure.Wire;

/// <summary>Maps the protocol between cores (docs/protocol.md).</summary>
public static class PeerEndpoints
{
    // A header, a frame and a little: chunked bodies have no announced length.
    private const long MaxBatchBytes = BatchFrame.HeaderBytes + BatchFrame.MaxStoredBytes;

    /// <summary>Maps the endpoints that source cores use, below <c>/coresync/v1/</c>. Nothing but sign-in answers without a token.</summary>
    public static IEndpointRouteBuilder MapCoreSyncPeer(this IEndpointRouteBuilder routes)
    {
        var replication = "replications/{source}";
        var component = replication + "/components/{component}";
        Map(routes, "POST", "sign-in", PeerAccess.Anonymous(Protocol.MaxSignInBytes), Use<SignInEndpoint>((endpoint, exchange) => endpoint.SignInAsync(exchange)));
        Map(routes, "GET", "core", PeerAccess.Account(Rights.View, 0), Use<CoreEndpoint>((endpoint, exchange) => endpoint.DescribeAsync(exchange)));
        Map(routes, "POST", replication + "/open", PeerAccess.Account(Rights.Edit, Protocol.MaxRequestJsonBytes),
            Use<ReplicationEndpoints>((endpoint, exchange) => endpoint.OpenAsync(exchange)));
        Map(routes, "POST", component + "/contents/have", PeerAccess.Writer(Protocol.MaxRequestJsonBytes),
            Use<ReplicationEndpoints>((endpoint, exchange) => endpoint.HaveContentAsync(exchange)));
        Map(routes, "PUT", component + "/contents/{hash}", PeerAccess.Writer(null), Use<ReplicationEndpoints>((endpoint, exchange) => endpoint.ReceiveContentAsync(exchange)));
        Map(routes, "POST", component + "/contents", PeerAccess.Writer(MaxBatchBytes), Use<ReplicationEndpoints>((endpoint, exchange) => endpoint.ReceiveContentsAsync(exchange)));
        Map(routes, "POST", component + "/batches", PeerAccess.Writer(MaxBatchBytes), Use<ReplicationEndpoints>((endpoint, exchange) => endpoint.ApplyAsync(exchange)));
        return routes;
    }

    private static void Map(IEndpointRouteBuilder routes, string method, string path, PeerAccess access, Func<IServiceProvider, PeerExchange, Task> handle) =>
        routes.MapMethods(Protocol.Base + "/" + path, [method], (RequestDelegate)(context =>
                context.RequestServices.GetRequiredService<PeerDoor>().HandleAsync(context, access, exchange => handle(context.RequestServices, exchange))))
            .WithMetadata(access)
            .WithDisplayName(method + " " + path);

    private static Func<IServiceProvider, PeerExchange, Task> Use<T>(Func<T, PeerExchange, Task> act)
        where T : notnull =>
        (services, exchange) => act(services.GetRequiredService<T>(), exchange);
}
