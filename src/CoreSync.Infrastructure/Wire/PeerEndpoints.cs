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

    /// <summary>Maps the endpoints that source cores and rollup cores use, below <c>/coresync/v1/</c>. Nothing but sign-in answers without a token.</summary>
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
        Map(routes, "POST", component + "/contents/base", PeerAccess.Writer(Protocol.MaxRequestJsonBytes),
            Use<ReplicationEndpoints>((endpoint, exchange) => endpoint.FindBaseAsync(exchange)));
        Map(routes, "POST", component + "/contents/patch", PeerAccess.Writer(MaxBatchBytes), Use<ReplicationEndpoints>((endpoint, exchange) => endpoint.PatchAsync(exchange)));
        Map(routes, "POST", component + "/batches", PeerAccess.Writer(MaxBatchBytes), Use<ReplicationEndpoints>((endpoint, exchange) => endpoint.ApplyAsync(exchange)));
        Map(routes, "GET", replication + "/state", PeerAccess.Account(Rights.Edit, 0), Use<InspectionEndpoints>((endpoint, exchange) => endpoint.StateAsync(exchange)));
        Map(routes, "POST", component + "/digests", PeerAccess.Writer(Protocol.MaxRequestJsonBytes), Use<InspectionEndpoints>((endpoint, exchange) => endpoint.RangesAsync(exchange)));
        Map(routes, "POST", component + "/entries", PeerAccess.Writer(Protocol.MaxRequestJsonBytes), Use<InspectionEndpoints>((endpoint, exchange) => endpoint.EntriesAsync(exchange)));
        Map(routes, "POST", component + "/held", PeerAccess.Writer(Protocol.MaxRequestJsonBytes), Use<InspectionEndpoints>((endpoint, exchange) => endpoint.HeldAsync(exchange)));
        Map(routes, "POST", component + "/plan", PeerAccess.Writer(MaxBatchBytes), Use<InspectionEndpoints>((endpoint, exchange) => endpoint.PlanAsync(exchange)));
        Map(routes, "POST", component + "/damage", PeerAccess.Writer(Protocol.MaxRequestJsonBytes), Use<InspectionEndpoints>((endpoint, exchange) => endpoint.DamagedAsync(exchange)));
        MapFeed(routes);
        return routes;
    }

    // What rollup cores use; the reader is the core that signed in.
    private static void MapFeed(IEndpointRouteBuilder routes)
    {
        var component = "feed/components/{component}";
        Map(routes, "POST", "feed/open", PeerAccess.Collector(Protocol.MaxRequestJsonBytes), Use<FeedEndpoints>((endpoint, exchange) => endpoint.OpenAsync(exchange)));
        Map(routes, "GET", "feed/head", PeerAccess.Collector(0), Use<FeedEndpoints>((endpoint, exchange) => endpoint.HeadAsync(exchange)));
        Map(routes, "POST", "feed/items", PeerAccess.Collector(Protocol.MaxRequestJsonBytes), Use<FeedEndpoints>((endpoint, exchange) => endpoint.ItemsAsync(exchange)));
        Map(routes, "GET", "feed/payloads/{hash}", PeerAccess.Collector(0), Use<FeedContentEndpoints>((endpoint, exchange) => endpoint.PayloadAsync(exchange)));
        Map(routes, "GET", "feed/payloads/{hash}/chunks", PeerAccess.Collector(0), Use<FeedContentEndpoints>((endpoint, exchange) => endpoint.ChunksAsync(exchange)));
        Map(routes, "POST", "feed/payloads", PeerAccess.Collector(Protocol.MaxRequestJsonBytes), Use<FeedContentEndpoints>((endpoint, exchange) => endpoint.PayloadsAsync(exchange)));
        Map(routes, "POST", "feed/rise", PeerAccess.Collector(Protocol.MaxRequestJsonBytes), Use<FeedEndpoints>((endpoint, exchange) => endpoint.RiseAsync(exchange)));
        Map(routes, "POST", "feed/raise", PeerAccess.Collector(Protocol.MaxRequestJsonBytes), Use<FeedComparisonEndpoints>((endpoint, exchange) => endpoint.RaiseAsync(exchange)));
        Map(routes, "GET", component + "/changes", PeerAccess.ComponentCollector(0), Use<FeedEndpoints>((endpoint, exchange) => endpoint.ChangesAsync(exchange)));
        Map(routes, "GET", component + "/items/{item}/content", PeerAccess.ComponentCollector(0), Use<FeedContentEndpoints>((endpoint, exchange) => endpoint.ItemAsync(exchange)));
        Map(routes, "POST", component + "/position", PeerAccess.ComponentCollector(Protocol.MaxRequestJsonBytes), Use<FeedEndpoints>((endpoint, exchange) => endpoint.PositionAsync(exchange)));
        Map(routes, "GET", component + "/totals", PeerAccess.ComponentCollector(0), Use<FeedComparisonEndpoints>((endpoint, exchange) => endpoint.TotalsAsync(exchange)));
        Map(routes, "POST", component + "/digests", PeerAccess.ComponentCollector(Protocol.MaxRequestJsonBytes), Use<FeedComparisonEndpoints>((endpoint, exchange) => endpoint.RangesAsync(exchange)));
        Map(routes, "POST", component + "/entries", PeerAccess.ComponentCollector(Protocol.MaxRequestJsonBytes), Use<FeedComparisonEndpoints>((endpoint, exchange) => endpoint.EntriesAsync(exchange)));
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
