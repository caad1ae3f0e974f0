using System.Globalization;
using CoreSync.Accounts;
using CoreSync.AdminApi.Access;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Items;
using CoreSync.Errors;

namespace CoreSync.AdminApi.Endpoints;

/// <summary>Payloads of items as streams: bounded by disk, not by memory. Their paths are those below the item; no path of this machine comes from a caller.</summary>
internal static class PayloadEndpoints
{
    /// <summary>The largest payload through the API.</summary>
    public const long MaxPayloadBytes = 64L * 1024 * 1024 * 1024;

    private const string One = "/items/{id}/payloads/{**path}";

    public static void Map(ApiMap api)
    {
        api.Get(One, Rights.View, "The content of one payload.", GetAsync).AnswersBytes("application/octet-stream").Fails("item.not-found", "item.payload-not-found", "content.damaged");
        api.Put(One, Rights.Edit, "Adds or replaces one payload; the item gets a new revision.", PutAsync, AdminScope.Items, MaxPayloadBytes)
            .ReadsBytes("application/octet-stream").Answers(ApiShapes.Item.Named("item-put")).Fails("item.not-found", "item.read-only", "path.invalid", "item.invalid", "component.product");
        api.Delete(One, Rights.Edit, "Removes one payload; the item gets a new revision.", RemoveAsync, AdminScope.Items)
            .Answers(ApiShapes.Item.Named("item-put")).Fails("item.not-found", "item.payload-not-found", "item.read-only", "component.product");
    }

    private static async Task GetAsync(AdminExchange exchange)
    {
        var opened = await exchange.AskAsync(new OpenPayload(exchange.Route("id"), exchange.Route("path"))).ConfigureAwait(false);
        await using (opened.Content.ConfigureAwait(false))
        {
            var response = exchange.Context.Response;
            response.ContentType = "application/octet-stream";
            response.ContentLength = opened.Payload.Size;
            response.Headers.ContentDisposition = "attachment";
            response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{opened.Payload.Hash}\"");
            // Damage is told at the end of the content: the answer then breaks off and has no length that fits.
            await opened.Content.CopyToAsync(response.Body, exchange.Aborted).ConfigureAwait(false);
        }
    }

    private static async Task PutAsync(AdminExchange exchange)
    {
        await exchange.MustWriteItemAsync(exchange.Route("id")).ConfigureAwait(false);
        var view = await exchange.AskAsync(new ShowItem(exchange.Route("id"))).ConfigureAwait(false);
        var path = exchange.Route("path");
        IReadOnlyList<PayloadSource> payloads =
        [
            .. view.Item.Payloads.Where(payload => payload.Path.Value != path).Select(PayloadSource.Of), PayloadSource.OfStream(path, exchange.Context.Request.Body),
        ];
        var item = await exchange.AskAsync(ItemEndpoints.Keeping(view) with { Payloads = payloads }).ConfigureAwait(false);
        await ItemEndpoints.AnswerAsync(exchange, "item-put", item).ConfigureAwait(false);
    }

    private static async Task RemoveAsync(AdminExchange exchange)
    {
        await exchange.MustWriteItemAsync(exchange.Route("id")).ConfigureAwait(false);
        var view = await exchange.AskAsync(new ShowItem(exchange.Route("id"))).ConfigureAwait(false);
        var path = exchange.Route("path");
        if (view.Item.Payloads.All(payload => payload.Path.Value != path))
            throw new CoreSyncException(new PayloadNotFoundError(view.Item.Name, path));
        IReadOnlyList<PayloadSource> payloads = [.. view.Item.Payloads.Where(payload => payload.Path.Value != path).Select(PayloadSource.Of)];
        var item = await exchange.AskAsync(ItemEndpoints.Keeping(view) with { Payloads = payloads }).ConfigureAwait(false);
        await ItemEndpoints.AnswerAsync(exchange, "item-put", item).ConfigureAwait(false);
    }
}
