using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Application.Lists;
using CoreSync.Application.Targets;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Verification;
using CoreSync.WebConsole.Items;
using CoreSync.WebConsole.Parts;
using CoreSync.WebConsole.Shell;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Drifts;

/// <summary>Where targets differ from this core, and what is done about it (J11).</summary>
internal static class DriftPages
{
    private const int MostSelected = 500;

    public static void Map(ConsoleMap map)
    {
        map.Page("drift", Rights.View, ListAsync);
        map.Page("drift/{fqdn}", Rights.View, ShowAsync);
        map.Page("drift/{fqdn}/detached", Rights.View, ShowDetachedAsync);
        map.Look("drift/compare", Rights.Edit, exchange => CompareAsync(exchange, exchange.Field("core")));
        map.Look("drift/{fqdn}/compare", Rights.Edit, exchange => CompareAsync(exchange, exchange.Route("fqdn")));
        map.ItemAct("drift/{fqdn}/override", Rights.Edit, OverrideAsync);
        map.ItemAct("drift/{fqdn}/detach", Rights.Edit, DetachAsync);
        map.ItemAct("drift/{fqdn}/attach", Rights.Edit, AttachAsync);
    }

    private static async Task<IResult> ListAsync(Exchange exchange)
    {
        var page = Sheet.PageOf(exchange.Query("page"));
        var targets = await exchange.AskAsync(new PageTargetCores(new TargetFilter(exchange.Query("q")), new PageNumber(page, Sheet.DefaultSize))).ConfigureAwait(false);
        if (targets.IsFailed)
            return await exchange.FailAsync(targets.FirstError()).ConfigureAwait(false);
        var board = exchange.Service<ComparisonBoard>();
        return await exchange.PageAsync<DriftListPage>(exchange.View.T("section.Drift"), Section.Drift, new()
        {
            [nameof(DriftListPage.Rows)] = (IReadOnlyList<(TargetView, Comparison?)>)[.. targets.Value.Items.Select(view => (view, board.Find(view.Target.Address.Fqdn.Ascii, null)))],
            [nameof(DriftListPage.Sheet)] = new Sheet("drift", page, Sheet.DefaultSize, targets.Value.Total, null, false, [("q", exchange.Query("q"))]),
        }).ConfigureAwait(false);
    }

    private static async Task<IResult> ShowAsync(Exchange exchange)
    {
        var target = await exchange.AskAsync(new ShowTargetCore(exchange.Route("fqdn"))).ConfigureAwait(false);
        if (target.IsFailed)
            return await exchange.FailAsync(target.FirstError()).ConfigureAwait(false);
        var name = target.Value.Target.Address.Fqdn;
        var component = exchange.Query("component");
        var found = exchange.Service<ComparisonBoard>().Find(name.Ascii, component);
        var components = await exchange.AskAsync(new ListComponents()).ConfigureAwait(false);
        var detached = await exchange.AskAsync(new ListDetachedItems(name.Ascii)).ConfigureAwait(false);
        var page = Sheet.PageOf(exchange.Query("page"));
        var drifts = found?.Drift.Drifts ?? [];
        return await exchange.PageAsync<DriftPage>(name.Display, Section.Drift, new()
        {
            [nameof(DriftPage.Target)] = target.Value,
            [nameof(DriftPage.Found)] = found,
            [nameof(DriftPage.Detached)] = (detached.ValueOrDefault ?? []).Count,
            [nameof(DriftPage.Rows)] = (IReadOnlyList<Drift>)[.. drifts.Skip((page - 1) * Sheet.DefaultSize).Take(Sheet.DefaultSize)],
            [nameof(DriftPage.Sheet)] = new Sheet("drift/" + name.Ascii, page, Sheet.DefaultSize, drifts.Count, null, false, [("component", component)]),
            [nameof(DriftPage.Components)] = (IReadOnlyList<string>)[.. (components.ValueOrDefault ?? []).Select(one => one.Component.Name.Value)],
        }, [new Crumb(exchange.View.T("section.Drift"), "drift")]).ConfigureAwait(false);
    }

    private static async Task<IResult> ShowDetachedAsync(Exchange exchange)
    {
        var target = await exchange.AskAsync(new ShowTargetCore(exchange.Route("fqdn"))).ConfigureAwait(false);
        if (target.IsFailed)
            return await exchange.FailAsync(target.FirstError()).ConfigureAwait(false);
        var name = target.Value.Target.Address.Fqdn;
        var detached = await exchange.AskAsync(new ListDetachedItems(name.Ascii)).ConfigureAwait(false);
        if (detached.IsFailed)
            return await exchange.FailAsync(detached.FirstError()).ConfigureAwait(false);
        var page = Sheet.PageOf(exchange.Query("page"));
        return await exchange.PageAsync<DetachedPage>(exchange.View.T("detached.title", name.Display), Section.Drift, new()
        {
            [nameof(DetachedPage.Target)] = target.Value,
            [nameof(DetachedPage.Rows)] = (IReadOnlyList<Item>)[.. detached.Value.Skip((page - 1) * Sheet.DefaultSize).Take(Sheet.DefaultSize)],
            [nameof(DetachedPage.Sheet)] = new Sheet(DetachedOf(name.Ascii), page, Sheet.DefaultSize, detached.Value.Count, null, false, []),
        }, [new Crumb(exchange.View.T("section.Drift"), "drift"), new Crumb(name.Display, "drift/" + name.Ascii)]).ConfigureAwait(false);
    }

    private static async Task<IResult> CompareAsync(Exchange exchange, string core)
    {
        var component = exchange.Field("component") is { Length: > 0 } chosen ? chosen : null;
        var found = await exchange.AskAsync(new VerifyTarget(core, component)).ConfigureAwait(false);
        if (found.IsFailed)
            return exchange.See(core.Length == 0 ? "drift" : At(core, component), Note.Refused(found.FirstError()));
        exchange.Service<ComparisonBoard>().Keep(found.Value.Fqdn, component, new Comparison(found.Value, exchange.View.Now, exchange.View.Account!.Name));
        return exchange.See(At(found.Value.Fqdn, component), Note.Done("drift.compared", found.Value.Fqdn));
    }

    private static async Task<IResult> OverrideAsync(Exchange exchange)
    {
        var (core, component, ids) = Chosen(exchange);
        var all = exchange.Field("all") == "1";
        if (ids.Count == 0 && !all)
            return exchange.See(At(core, component), Note.Done("targets.choose-first"));
        if (Refusal(exchange, core, component, ids) is { } refused)
            return exchange.See(At(core, component), Note.Refused(refused));
        return exchange.See(At(core, component), await exchange.AskAsync(new OverrideTarget(core, component, all ? [] : ids)).ConfigureAwait(false), "drift.overridden", core);
    }

    private static async Task<IResult> DetachAsync(Exchange exchange)
    {
        var (core, component, ids) = Chosen(exchange);
        if (ids.Count == 0)
            return exchange.See(At(core, component), Note.Done("targets.choose-first"));
        if (Refusal(exchange, core, component, ids) is { } refused)
            return exchange.See(At(core, component), Note.Refused(refused));
        return exchange.See(At(core, component), await exchange.AskAsync(new DetachItems(core, ids)).ConfigureAwait(false), "drift.detached", exchange.View.Number(ids.Count), core);
    }

    private static async Task<IResult> AttachAsync(Exchange exchange)
    {
        var (core, _, ids) = Chosen(exchange);
        var back = DetachedOf(core);
        if (ids.Count == 0)
            return exchange.See(back, Note.Done("targets.choose-first"));
        // R4: who may write some components only acts on items of these.
        foreach (var id in ids)
        {
            var shown = await exchange.AskAsync(new ShowItem(id)).ConfigureAwait(false);
            if (shown.IsFailed)
                return exchange.See(back, Note.Refused(shown.FirstError()));
            if (ItemPages.Refusal(exchange, shown.Value.Item.Component) is { } refused)
                return exchange.See(back, Note.Refused(refused));
        }

        return exchange.See(back, await exchange.AskAsync(new DetachItems(core, ids, Detach: false)).ConfigureAwait(false), "detached.attached", exchange.View.Number(ids.Count), core);
    }

    private static string DetachedOf(string core) => $"drift/{core}/detached";

    private static (string Core, string? Component, IReadOnlyList<string> Ids) Chosen(Exchange exchange) =>
        (exchange.Route("fqdn"), exchange.Field("component") is { Length: > 0 } component ? component : null, [.. exchange.Fields("item").Distinct().Take(MostSelected)]);

    // R4: who may write some components only acts on items of these.
    private static CoreSyncError? Refusal(Exchange exchange, string core, string? component, IReadOnlyList<string> ids)
    {
        if (exchange.View.Account!.Components.Count == 0)
            return null;
        var drifts = exchange.Service<ComparisonBoard>().Find(core, component)?.Drift.Drifts ?? [];
        var concerned = ids.Count == 0 ? drifts : [.. drifts.Where(one => ids.Contains(one.Id.ToString()))];
        if (concerned.Count == 0 || concerned.Count < ids.Count)
            return new RightsMissingError(exchange.View.Account.Name, "edit", component ?? core);
        return concerned.Select(one => ItemPages.Refusal(exchange, one.Component)).FirstOrDefault(error => error is not null);
    }

    private static string At(string core, string? component) => "drift/" + core + (component is null ? "" : "?component=" + Uri.EscapeDataString(component));
}
