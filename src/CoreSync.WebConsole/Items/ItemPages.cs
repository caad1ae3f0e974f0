using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.WebConsole.Shell;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Items;

/// <summary>The items of this core: found, shown, flagged, copied, rolled back, deleted.</summary>
internal static class ItemPages
{
    private const int MostSelected = 500;
    private const int MostReferences = 100;

    public static void Map(ConsoleMap map)
    {
        map.Page("items", Rights.View, ListAsync);
        foreach (var on in new[] { true, false })
        {
            map.ItemAct("items/bulk/" + (on ? "flag" : "release"), Rights.Edit, exchange => FlagAsync(exchange, [.. exchange.Fields("item").Distinct().Take(MostSelected)], on));
            map.ItemAct("items/{id}/" + (on ? "flag" : "release"), Rights.Edit, exchange => FlagAsync(exchange, [exchange.Route("id")], on));
        }

        map.Page("items/{id}", Rights.View, ShowAsync);
        map.Page("items/{id}/document", Rights.View, DocumentAsync);
        map.Page("items/{id}/payload", Rights.View, PayloadAsync);
        ItemForms.Map(map);
    }

    /// <summary>Why the account may not write items of a component; null when it may (R4).</summary>
    public static CoreSyncError? Refusal(Exchange exchange, ComponentName component) =>
        exchange.View.Account!.MayWrite(component) ? null : new RightsMissingError(exchange.View.Account.Name, "edit", component.Value);

    private static async Task<IResult> ListAsync(Exchange exchange)
    {
        var query = ItemQuery.Read(exchange);
        var core = exchange.Service<ILocalCore>().Current.Id;
        var components = await exchange.AskAsync(new ListComponents()).ConfigureAwait(false);
        var items = await exchange.AskAsync(query.PageOf()).ConfigureAwait(false);
        if (items.IsFailed)
            return await exchange.FailAsync(items.FirstError()).ConfigureAwait(false);
        return await exchange.PageAsync<ItemListPage>(exchange.View.T("items.title"), Section.Components, new()
        {
            [nameof(ItemListPage.Rows)] = (IReadOnlyList<Item>)[.. items.Value.Items.Select(entry => entry.Item)],
            [nameof(ItemListPage.Sheet)] = query.SheetOf(items.Value.Total),
            [nameof(ItemListPage.Components)] = (IReadOnlyList<string>)[.. (components.ValueOrDefault ?? []).Select(one => one.Component.Name.Value)],
            [nameof(ItemListPage.Here)] = core,
        }, [new Crumb(exchange.View.T("section.Components"), "components")]).ConfigureAwait(false);
    }

    private static async Task<IResult> ShowAsync(Exchange exchange)
    {
        var shown = await exchange.AskAsync(new ShowItem(exchange.Route("id"))).ConfigureAwait(false);
        if (shown.IsFailed)
            return await exchange.FailAsync(shown.FirstError()).ConfigureAwait(false);
        var item = shown.Value.Item;
        var referrers = await exchange.AskAsync(new ListReferrers(item.Id.ToString())).ConfigureAwait(false);
        var revisions = await exchange.AskAsync(new ListRevisions(item.Id.ToString())).ConfigureAwait(false);
        return await exchange.PageAsync<ItemPage>(item.Name, Section.Components, new()
        {
            [nameof(ItemPage.Shown)] = shown.Value,
            [nameof(ItemPage.References)] = await NamedAsync(exchange, item.References).ConfigureAwait(false),
            [nameof(ItemPage.Referrers)] = referrers.ValueOrDefault ?? [],
            [nameof(ItemPage.Revisions)] = revisions.ValueOrDefault?.Previous ?? [],
            [nameof(ItemPage.Here)] = exchange.Service<ILocalCore>().Current,
        }, [new Crumb(exchange.View.T("items.title"), "items"), new Crumb(item.Component.Value, "items?component=" + Uri.EscapeDataString(item.Component.Value))]).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<(ItemId Id, Item? Item)>> NamedAsync(Exchange exchange, IReadOnlyList<ItemId> ids)
    {
        var named = new List<(ItemId, Item?)>();
        foreach (var id in ids.Take(MostReferences))
            named.Add((id, (await exchange.AskAsync(new ShowItem(id.ToString())).ConfigureAwait(false)).ValueOrDefault?.Item));
        return named;
    }

    // As a file, whatever it is: no content of an item ever runs as a page of this console.
    private static async Task<IResult> DocumentAsync(Exchange exchange)
    {
        var shown = await exchange.AskAsync(new ShowItem(exchange.Route("id"))).ConfigureAwait(false);
        if (shown.IsFailed)
            return await exchange.FailAsync(shown.FirstError()).ConfigureAwait(false);
        return shown.Value.Document is { } document
            ? Results.File(document.ToArray(), "application/octet-stream", DocumentText.FileName(shown.Value.Item))
            : await exchange.SayAsync("error.not-found", StatusCodes.Status404NotFound).ConfigureAwait(false);
    }

    private static async Task<IResult> PayloadAsync(Exchange exchange)
    {
        var opened = await exchange.AskAsync(new OpenPayload(exchange.Route("id"), exchange.Query("path") ?? "")).ConfigureAwait(false);
        return opened.IsFailed
            ? await exchange.FailAsync(opened.FirstError()).ConfigureAwait(false)
            : Results.File(opened.Value.Content, "application/octet-stream", opened.Value.Payload.Path.Value.Split('/')[^1]);
    }

    private static async Task<IResult> FlagAsync(Exchange exchange, IReadOnlyList<string> ids, bool on)
    {
        var back = exchange.Back(ids is [var only] ? "items/" + only : "items");
        if (ids.Count == 0)
            return exchange.See(back, Note.Done("targets.choose-first"));
        foreach (var id in ids)
        {
            var shown = await exchange.AskAsync(new ShowItem(id)).ConfigureAwait(false);
            if (shown.IsFailed)
                return exchange.See(back, Note.Refused(shown.FirstError()));
            if (Refusal(exchange, shown.Value.Item.Component) is { } refused)
                return exchange.See(back, Note.Refused(refused));
        }

        return exchange.See(back, await exchange.AskAsync(new SetAutoSync(ids, on)).ConfigureAwait(false), on ? "items.flagged" : "items.released", exchange.View.Number(ids.Count));
    }
}
