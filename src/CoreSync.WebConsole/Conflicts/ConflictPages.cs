using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Conflicts;
using CoreSync.Application.Items;
using CoreSync.Conflicts;
using CoreSync.Errors;
using CoreSync.WebConsole.Items;
using CoreSync.WebConsole.Parts;
using CoreSync.WebConsole.Shell;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Conflicts;

/// <summary>What waits for a person on this core: conflicts, and changes that need an approval (A3, A10).</summary>
internal static class ConflictPages
{
    public static void Map(ConsoleMap map)
    {
        map.Page("conflicts", Rights.View, exchange => ListAsync(exchange, "conflicts"));
        map.Page("conflicts/approvals", Rights.View, exchange => ListAsync(exchange, "conflicts/approvals"));
        map.Page("conflicts/decided", Rights.View, exchange => ListAsync(exchange, "conflicts/decided"));
        foreach (var accept in new[] { true, false })
            map.ItemAct("conflicts/approvals/" + (accept ? "accept" : "decline"), Rights.Edit, exchange => DecideAsync(exchange, accept));
        map.Page("conflicts/{id}", Rights.View, ShowAsync);
        map.ItemAct("conflicts/{id}/resolve", Rights.Edit, ResolveAsync);
        map.ItemAct("conflicts/{id}/link", Rights.Edit, LinkAsync);
    }

    private static async Task<IResult> ListAsync(Exchange exchange, string path)
    {
        var read = await exchange.AskAsync(new ListConflicts(Decided: true)).ConfigureAwait(false);
        if (read.IsFailed)
            return await exchange.FailAsync(read.FirstError()).ConfigureAwait(false);
        var all = read.Value;
        var conflicts = all.Where(one => one is { IsWaiting: true, Reason: not ConflictReason.Approval }).ToList();
        var approvals = all.Where(one => one is { IsWaiting: true, Reason: ConflictReason.Approval }).ToList();
        List<Conflict> rows = path switch
        {
            "conflicts" => conflicts,
            "conflicts/approvals" => approvals,
            _ => [.. all.Where(one => !one.IsWaiting).OrderByDescending(one => one.DecidedAt)],
        };
        var page = Sheet.PageOf(exchange.Query("page"));
        return await exchange.PageAsync<ConflictListPage>(exchange.View.T("section.Conflicts"), Section.Conflicts, new()
        {
            [nameof(ConflictListPage.Rows)] = (IReadOnlyList<Conflict>)[.. rows.Skip((page - 1) * Sheet.DefaultSize).Take(Sheet.DefaultSize)],
            [nameof(ConflictListPage.Sheet)] = new Sheet(path, page, Sheet.DefaultSize, rows.Count, null, false, []),
            [nameof(ConflictListPage.Pages)] = (IReadOnlyList<Tab>)
            [
                new("conflicts", exchange.View.T("section.Conflicts"), conflicts.Count), new("conflicts/approvals", exchange.View.T("conflicts.approvals"), approvals.Count),
                new("conflicts/decided", exchange.View.T("conflicts.decided")),
            ],
        }, path == "conflicts" ? null : [new Crumb(exchange.View.T("section.Conflicts"), "conflicts")]).ConfigureAwait(false);
    }

    private static async Task<IResult> ShowAsync(Exchange exchange)
    {
        var shown = await exchange.AskAsync(new ShowConflict(exchange.Route("id"))).ConfigureAwait(false);
        if (shown.IsFailed)
            return await exchange.FailAsync(shown.FirstError()).ConfigureAwait(false);
        var mine = shown.Value.Mine is { } item ? (await exchange.AskAsync(new ShowItem(item.Id.ToString())).ConfigureAwait(false)).ValueOrDefault?.Document : null;
        return await exchange.PageAsync<ConflictPage>(shown.Value.Conflict.Change.Item.Name, Section.Conflicts, new()
        {
            [nameof(ConflictPage.Shown)] = shown.Value,
            [nameof(ConflictPage.Mine)] = DocumentText.Of(mine),
            [nameof(ConflictPage.IsFull)] = exchange.Query("view") == "full",
        }, [new Crumb(exchange.View.T("section.Conflicts"), "conflicts")]).ConfigureAwait(false);
    }

    private static async Task<IResult> ResolveAsync(Exchange exchange)
    {
        var id = exchange.Route("id");
        var keep = Enum.GetValues<ConflictDecision>().FirstOrDefault(value => value != ConflictDecision.Linked && Viewer.Name(value) == exchange.Field("keep"), ConflictDecision.Linked);
        if (keep == ConflictDecision.Linked)
            return exchange.See("conflicts/" + id, Note.Done("conflicts.choose"));
        if (await RefusalAsync(exchange, id).ConfigureAwait(false) is { } refused)
            return exchange.See("conflicts/" + id, Note.Refused(refused));
        var resolved = await exchange.AskAsync(new ResolveConflict(id, keep)).ConfigureAwait(false);
        return resolved.IsFailed
            ? exchange.See("conflicts/" + id, Note.Refused(resolved.FirstError()))
            : exchange.See("conflicts", Note.Done("conflicts.resolved-" + Viewer.Name(keep), resolved.Value.Change.Item.Name));
    }

    private static async Task<IResult> LinkAsync(Exchange exchange)
    {
        var id = exchange.Route("id");
        if (await RefusalAsync(exchange, id).ConfigureAwait(false) is { } refused)
            return exchange.See("conflicts/" + id, Note.Refused(refused));
        var linked = await exchange.AskAsync(new LinkItems(exchange.Field("mine"), id)).ConfigureAwait(false);
        return linked.IsFailed ? exchange.See("conflicts/" + id, Note.Refused(linked.FirstError())) : exchange.See("conflicts", Note.Done("conflicts.linked", linked.Value.Mine.Name));
    }

    private static async Task<CoreSyncError?> RefusalAsync(Exchange exchange, string id)
    {
        var shown = await exchange.AskAsync(new ShowConflict(id)).ConfigureAwait(false);
        return shown.IsFailed ? shown.FirstError() : ItemPages.Refusal(exchange, shown.Value.Conflict.Change.Item.Component);
    }

    // All at once only when a person says so and may write every component.
    private static async Task<IResult> DecideAsync(Exchange exchange, bool accept)
    {
        const string back = "conflicts/approvals";
        var all = exchange.Field("all") == "1";
        var ids = exchange.Fields("item").Distinct().ToList();
        if (ids.Count == 0 && !all)
            return exchange.See(back, Note.Done("targets.choose-first"));
        foreach (var id in ids)
        {
            if (await RefusalAsync(exchange, id).ConfigureAwait(false) is { } refused)
                return exchange.See(back, Note.Refused(refused));
        }

        if (all && exchange.View.Account!.Components.Count > 0)
            return exchange.See(back, Note.Refused(new RightsMissingError(exchange.View.Account.Name, "edit", exchange.View.T("filter.all"))));
        var decided = accept
            ? await exchange.AskAsync(new AcceptChanges(all ? null : ids)).ConfigureAwait(false)
            : await exchange.AskAsync(new DeclineChanges(ids)).ConfigureAwait(false);
        return exchange.See(back, decided.IsFailed ? Note.Refused(decided.FirstError()) : Note.Done(accept ? "conflicts.accepted" : "conflicts.declined", exchange.View.Number(decided.Value.Count)));
    }
}
