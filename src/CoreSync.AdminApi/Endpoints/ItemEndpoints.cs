using System.Text;
using System.Text.Json.Nodes;
using CoreSync.Accounts;
using CoreSync.AdminApi.Access;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Items;
using CoreSync.Application.Lists;
using CoreSync.Errors;
using CoreSync.Items;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi.Endpoints;

/// <summary>Items, their documents, their versions, and copies of them to other cores. What an account may not write by component is refused here (R4).</summary>
internal static class ItemEndpoints
{
    private const string One = "/items/{id}";

    // The document itself, its names and the escapes of JSON.
    private const long MaxItemJson = (Item.MaxDocumentBytes * 2) + AdminAccess.SmallBody;

    public static void Map(ApiMap api)
    {
        api.Get("/items", Rights.View, "Lists live items page by page, by component and name.", ListAsync)
            .Takes("page", "Which page, from 1.").Takes("size", "Entries per page: 1 to 500, 50 if not given.").Takes("component", "Only of this component.").Takes("search", "Part of the name or the group, or the beginning of the id.")
            .Takes("autoSync", "true or false: only flagged or not.").Answers(ApiShapes.ItemList).Fails("component.not-found");
        api.Post("/items", Rights.Edit, "Creates a document item, or updates the one of that id, or of that name and group.", PutAsync, AdminScope.Items, MaxItemJson)
            .Reads<PutItemBody>().Answers(ApiShapes.Item.Named("item-put"))
            .Fails("component.not-found", "component.kind", "component.product", "item.invalid", "item.read-only", "item.too-large", "item.reference-missing");
        api.Get(One, Rights.View, "Shows an item, tombstones too; a document that is text comes along.",
            exchange => exchange.AnswerAsync(new ShowItem(exchange.Route("id")), "item-show", CoreJson.Item)).Answers(ApiShapes.ItemShow).Fails("item.not-found");
        api.Delete(One, Rights.Edit, "Deletes an item of this core; answers which items still refer to it.", DeleteAsync, AdminScope.Items)
            .Answers(ApiShapes.ItemDelete).Fails("item.not-found", "item.read-only");
        api.Get(One + "/document", Rights.View, "The document as bytes.", DocumentAsync).AnswersBytes("application/octet-stream").Fails("item.not-found");
        api.Put(One + "/document", Rights.Edit, "Replaces the document; the media type is that of the request.", PutDocumentAsync, AdminScope.Items, Item.MaxDocumentBytes)
            .ReadsBytes("application/octet-stream").Answers(ApiShapes.Item.Named("item-put")).Fails("item.not-found", "item.read-only", "component.kind", "component.product");
        api.Get(One + "/revisions", Rights.View, "Lists the previous versions that this core keeps, newest first.",
            exchange => exchange.AnswerAsync(new ListRevisions(exchange.Route("id")), "item-revisions", CoreJson.Revisions)).Answers(ApiShapes.ItemRevisions).Fails("item.not-found");
        api.Post(One + "/roll-back", Rights.Edit, "Brings back a previous version.", RollBackAsync, AdminScope.Items)
            .Reads<RollBackBody>().Answers(ApiShapes.Item.Named("item-roll-back")).Fails("item.not-found", "item.revision-not-found", "component.kind", "component.product");
        api.Post("/items/auto-sync", Rights.Edit, "Flags items for automatic synchronisation, or releases them; all or none.", AutoSyncAsync, AdminScope.Items)
            .Reads<AutoSyncBody>().Answers(ApiShapes.Items.Named("item-auto-sync")).Fails("item.not-found", "item.read-only");
        api.Post("/items/copy", Rights.Edit, "Copies items with what they need to target cores, once.", CopyAsync, AdminScope.Items)
            .Reads<CopyBody>().Answers(ApiShapes.Jobs.Named("item-copy"), StatusCodes.Status202Accepted).Fails("item.not-found", "target.not-found");
        api.Post("/items/copy/plan", Rights.View, "Asks target cores what they would do with copies.", PlanCopyAsync, AdminScope.Nothing)
            .Reads<CopyBody>().Answers(ApiShapes.CopyPlan).Fails("item.not-found", "target.not-found", "target.unreachable", "credentials.missing");
        PayloadEndpoints.Map(api);
    }

    /// <summary>Everything of an item but what is to change, as a request that changes it.</summary>
    public static PutItem Keeping(ItemView view) => new(
        view.Item.Component.Value, view.Item.Name, view.Document ?? throw new CoreSyncException(new ComponentKindError(view.Item.Component.Value, "files")), view.Item.MediaType,
        view.Item.Id.ToString(), view.Item.Group);

    /// <summary>Answers an item as it is now.</summary>
    public static async Task AnswerAsync(AdminExchange exchange, string schema, Item item)
    {
        var view = await exchange.AskAsync(new ShowItem(item.Id.ToString())).ConfigureAwait(false);
        await exchange.AnswerAsync(schema, CoreJson.Item(view.Item, view.IsReadOnly)).ConfigureAwait(false);
    }

    private static Task ListAsync(AdminExchange exchange)
    {
        var request = new PageItems(exchange.Query("component"), exchange.Query("search"), exchange.Query("autoSync") is null ? null : exchange.Flag("autoSync"), exchange.Page());
        return exchange.AnswerPageAsync(request, "item-list", entry => CoreJson.Item(entry.Item, entry.IsReadOnly));
    }

    private static async Task PutAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<PutItemBody>().ConfigureAwait(false);
        exchange.MustWrite(body.Component);
        var item = await exchange.AskAsync(new PutItem(
            body.Component, body.Name, Document(body), body.MediaType ?? "application/json", body.Id, body.Group, body.References, body.AutoSync, body.StartAt)).ConfigureAwait(false);
        await AnswerAsync(exchange, "item-put", item).ConfigureAwait(false);
    }

    private static byte[] Document(PutItemBody body)
    {
        if (body.Document is null == body.DocumentBase64 is null)
            throw AdminExchange.Invalid("give either document (text) or documentBase64");
        if (body.Document is not null)
            return Encoding.UTF8.GetBytes(body.Document);
        try
        {
            return Convert.FromBase64String(body.DocumentBase64!);
        }
        catch (FormatException)
        {
            throw AdminExchange.Invalid("documentBase64 is not base64");
        }
    }

    private static async Task DeleteAsync(AdminExchange exchange)
    {
        await exchange.MustWriteItemAsync(exchange.Route("id")).ConfigureAwait(false);
        var item = await exchange.AskAsync(new DeleteItem(exchange.Route("id"))).ConfigureAwait(false);
        var referrers = await exchange.AskAsync(new ListReferrers(item.Id.ToString())).ConfigureAwait(false);
        var json = CoreJson.Item(item, false);
        json["referrers"] = Json.List(referrers, referrer => CoreJson.Item(referrer));
        await exchange.AnswerAsync("item-delete", json).ConfigureAwait(false);
    }

    private static async Task DocumentAsync(AdminExchange exchange)
    {
        var view = await exchange.AskAsync(new ShowItem(exchange.Route("id"))).ConfigureAwait(false);
        if (view.Document is not { } document)
            throw new CoreSyncException(new ItemNotFoundError(exchange.Route("id")));
        // Whatever it calls itself, no browser shows or runs it here.
        exchange.Context.Response.ContentType = "application/octet-stream";
        exchange.Context.Response.ContentLength = document.Length;
        exchange.Context.Response.Headers.ContentDisposition = "attachment";
        await exchange.Context.Response.Body.WriteAsync(document, exchange.Aborted).ConfigureAwait(false);
    }

    private static async Task PutDocumentAsync(AdminExchange exchange)
    {
        await exchange.MustWriteItemAsync(exchange.Route("id")).ConfigureAwait(false);
        var view = await exchange.AskAsync(new ShowItem(exchange.Route("id"))).ConfigureAwait(false);
        using var bytes = new MemoryStream();
        await exchange.Context.Request.Body.CopyToAsync(bytes, exchange.Aborted).ConfigureAwait(false);
        var put = Keeping(view) with { Document = bytes.ToArray(), MediaType = MediaTypeOf(exchange.Context.Request) ?? view.Item.MediaType };
        await AnswerAsync(exchange, "item-put", await exchange.AskAsync(put).ConfigureAwait(false)).ConfigureAwait(false);
    }

    // Without parameters: a charset is no property of bytes that are kept as they came.
    private static string? MediaTypeOf(HttpRequest request) => request.ContentType?.Split(';')[0].Trim() is { Length: > 0 } type ? type : null;

    private static async Task RollBackAsync(AdminExchange exchange)
    {
        await exchange.MustWriteItemAsync(exchange.Route("id")).ConfigureAwait(false);
        var body = await exchange.ReadAsync<RollBackBody>().ConfigureAwait(false);
        await AnswerAsync(exchange, "item-roll-back", await exchange.AskAsync(new RollBackItem(exchange.Route("id"), body.To)).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task AutoSyncAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<AutoSyncBody>().ConfigureAwait(false);
        await exchange.MustWriteItemAsync(body.Items).ConfigureAwait(false);
        await exchange.AnswerListAsync(new SetAutoSync(body.Items, body.On), "item-auto-sync", item => CoreJson.Item(item)).ConfigureAwait(false);
    }

    private static async Task CopyAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<CopyBody>().ConfigureAwait(false);
        await exchange.MustWriteItemAsync(body.Items).ConfigureAwait(false);
        var jobs = await exchange.AskAsync(new CopyToCores(body.Items, body.Targets, Wait: false)).ConfigureAwait(false);
        await exchange.AnswerAsync("item-copy", new JsonObject { ["items"] = Json.List(jobs, CoreJson.Job) }, StatusCodes.Status202Accepted).ConfigureAwait(false);
    }

    private static async Task PlanCopyAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<CopyBody>().ConfigureAwait(false);
        var plans = new JsonArray();
        foreach (var target in body.Targets.Distinct(StringComparer.OrdinalIgnoreCase))
            plans.Add((JsonNode)VerifyJson.Of(await exchange.AskAsync(new PlanCopy(body.Items, target)).ConfigureAwait(false)));
        await exchange.AnswerAsync("item-copy-plan", new JsonObject { ["items"] = plans }).ConfigureAwait(false);
    }
}

/// <summary>A document item.</summary>
/// <param name="Component">Its component.</param>
/// <param name="Name">Its name.</param>
/// <param name="Document">The document as text.</param>
/// <param name="DocumentBase64">The document as bytes, in base64.</param>
/// <param name="MediaType">Of the document; application/json if not given.</param>
/// <param name="Id">The item to update, or the id of the new one.</param>
/// <param name="Group">Group path.</param>
/// <param name="References">Ids of items that it needs.</param>
/// <param name="AutoSync">Flag.</param>
/// <param name="StartAt">When a task starts.</param>
internal sealed record PutItemBody(
    string Component, string Name, string? Document = null, string? DocumentBase64 = null, string? MediaType = null, string? Id = null, string? Group = null,
    IReadOnlyList<string>? References = null, bool? AutoSync = null, DateTimeOffset? StartAt = null);

/// <summary>A version to bring back.</summary>
/// <param name="To">Its label; the newest one kept if not given.</param>
internal sealed record RollBackBody(string? To = null);

/// <summary>Items to flag or to release.</summary>
/// <param name="Items">Their ids.</param>
/// <param name="On">Flag; else release.</param>
internal sealed record AutoSyncBody(IReadOnlyList<string> Items, bool On);

/// <summary>Items to copy.</summary>
/// <param name="Items">Their ids.</param>
/// <param name="Targets">FQDNs of target cores.</param>
internal sealed record CopyBody(IReadOnlyList<string> Items, IReadOnlyList<string> Targets);
