using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Application.Lists;
using CoreSync.Items;
using CoreSync.WebConsole.Parts;
using CoreSync.WebConsole.Shell;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Items;

/// <summary>What is done with one item after a question: delete, roll back, copy to cores.</summary>
internal static class ItemForms
{
    public static void Map(ConsoleMap map)
    {
        map.Page("items/{id}/delete", Rights.Edit, exchange => ShowAsync(exchange, ShowDeleteAsync));
        map.ItemAct("items/{id}/delete", Rights.Edit, exchange => ShowAsync(exchange, DeleteAsync));
        map.ItemAct("items/{id}/roll-back", Rights.Edit, exchange => ShowAsync(exchange, RollBackAsync));
        map.Page("items/{id}/copy", Rights.Edit, exchange => ShowAsync(exchange, ShowCopyAsync));
        map.ItemAct("items/{id}/copy", Rights.Edit, exchange => ShowAsync(exchange, CopyAsync));
    }

    private static async Task<IResult> ShowAsync(Exchange exchange, Func<Exchange, Item, Task<IResult>> then)
    {
        var shown = await exchange.AskAsync(new ShowItem(exchange.Route("id"))).ConfigureAwait(false);
        if (shown.IsFailed)
            return await exchange.FailAsync(shown.FirstError()).ConfigureAwait(false);
        return ItemPages.Refusal(exchange, shown.Value.Item.Component) is { } refused
            ? await exchange.FailAsync(refused).ConfigureAwait(false)
            : await then(exchange, shown.Value.Item).ConfigureAwait(false);
    }

    private static async Task<IResult> ShowDeleteAsync(Exchange exchange, Item item)
    {
        var referrers = await exchange.AskAsync(new ListReferrers(item.Id.ToString())).ConfigureAwait(false);
        return await exchange.PageAsync<DeleteItemPage>(exchange.View.T("items.delete"), Section.Components, new()
        {
            [nameof(DeleteItemPage.Item)] = item,
            [nameof(DeleteItemPage.Referrers)] = referrers.ValueOrDefault ?? [],
        }, Crumbs(exchange, item)).ConfigureAwait(false);
    }

    private static async Task<IResult> DeleteAsync(Exchange exchange, Item item)
    {
        var deleted = await exchange.AskAsync(new DeleteItem(item.Id.ToString())).ConfigureAwait(false);
        return deleted.IsFailed
            ? exchange.See("items/" + item.Id, Note.Refused(deleted.FirstError()))
            : exchange.See("items?component=" + Uri.EscapeDataString(item.Component.Value), Note.Done("items.deleted", item.Name));
    }

    private static async Task<IResult> RollBackAsync(Exchange exchange, Item item)
    {
        var to = exchange.Field("to");
        return exchange.See("items/" + item.Id, await exchange.AskAsync(new RollBackItem(item.Id.ToString(), to.Length == 0 ? null : to)).ConfigureAwait(false), "items.rolled-back", to);
    }

    private static async Task<IResult> ShowCopyAsync(Exchange exchange, Item item)
    {
        var page = Sheet.PageOf(exchange.Query("page"));
        var search = exchange.Query("q");
        var targets = await exchange.AskAsync(new PageTargetCores(new TargetFilter(search), new PageNumber(page, Sheet.DefaultSize))).ConfigureAwait(false);
        return targets.IsFailed
            ? await exchange.FailAsync(targets.FirstError()).ConfigureAwait(false)
            : await exchange.PageAsync<CopyPage>(exchange.View.T("items.copy"), Section.Components, new()
            {
                [nameof(CopyPage.Item)] = item,
                [nameof(CopyPage.Targets)] = targets.Value.Items,
                [nameof(CopyPage.Sheet)] = new Sheet($"items/{item.Id}/copy", page, Sheet.DefaultSize, targets.Value.Total, null, false, [("q", search)]),
            }, Crumbs(exchange, item)).ConfigureAwait(false);
    }

    private static async Task<IResult> CopyAsync(Exchange exchange, Item item)
    {
        var chosen = exchange.Fields("target");
        if (chosen.Count == 0)
            return exchange.See($"items/{item.Id}/copy", Note.Done("targets.choose-first"));
        var jobs = await exchange.AskAsync(new CopyToCores([item.Id.ToString()], chosen, Wait: false)).ConfigureAwait(false);
        if (jobs.IsFailed)
            return exchange.See("items/" + item.Id, Note.Refused(jobs.FirstError()));
        return exchange.See(jobs.Value is [var only] ? "jobs/" + only.Id : "jobs", Note.Done("items.copied", item.Name, exchange.View.Number(jobs.Value.Count)));
    }

    private static IReadOnlyList<Crumb> Crumbs(Exchange exchange, Item item) =>
        [new Crumb(exchange.View.T("items.title"), "items"), new Crumb(item.Name, "items/" + item.Id)];
}
