using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Jobs;
using CoreSync.Application.Lists;
using CoreSync.Application.Targets;
using CoreSync.WebConsole.Shell;
using FluentResults;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Targets;

/// <summary>The list of target cores and the page of each, with the verbs of the original.</summary>
internal static class TargetPages
{
    private const int RecentJobs = 8;
    private const int MostSelected = 500;

    public static void Map(ConsoleMap map)
    {
        map.Page("targets", Rights.View, ListAsync);
        foreach (var verb in new[] { "sync", "enable", "disable" })
            map.Act("targets/bulk/" + verb, Rights.Edit, exchange => BulkAsync(exchange, verb));
        map.Page("targets/{fqdn}", Rights.View, ShowAsync);
        map.Act("targets/{fqdn}/sync", Rights.Edit, SyncAsync);
        map.Act("targets/{fqdn}/test", Rights.Edit, TestAsync);
        map.Act("targets/{fqdn}/enable", Rights.Edit, exchange => EnableAsync(exchange, true));
        map.Act("targets/{fqdn}/disable", Rights.Edit, exchange => EnableAsync(exchange, false));
        map.Act("targets/{fqdn}/pause", Rights.Edit, exchange => TellAsync(exchange, new PauseTargetCore(exchange.Route("fqdn")), "done.paused"));
        map.Act("targets/{fqdn}/resume", Rights.Edit, exchange => TellAsync(exchange, new ResumeTargetCore(exchange.Route("fqdn")), "done.resumed"));
        TargetForms.Map(map);
        AddTargetPages.Map(map);
    }

    public static Crumb CrumbOf(TargetView row) => new(row.Target.Address.Fqdn.Display, "targets/" + row.Target.Address.Fqdn.Ascii);

    private static async Task<IResult> ListAsync(Exchange exchange)
    {
        var query = TargetQuery.Read(exchange);
        var page = await exchange.AskAsync(new PageTargetCores(query.Filter, query.Number)).ConfigureAwait(false);
        if (page.IsFailed)
            return await exchange.FailAsync(page.FirstError()).ConfigureAwait(false);
        return await exchange.PageAsync<TargetListPage>(exchange.View.T("section.Targets"), Section.Targets, new()
        {
            [nameof(TargetListPage.Rows)] = page.Value.Items,
            [nameof(TargetListPage.Sheet)] = query.SheetOf(page.Value.Total),
        }).ConfigureAwait(false);
    }

    private static async Task<IResult> ShowAsync(Exchange exchange)
    {
        var row = await exchange.AskAsync(new ShowTargetCore(exchange.Route("fqdn"))).ConfigureAwait(false);
        if (row.IsFailed)
            return await exchange.FailAsync(row.FirstError()).ConfigureAwait(false);
        var name = row.Value.Target.Address.Fqdn.Ascii;
        var jobs = await exchange.AskAsync(new ListJobs(name, RecentJobs)).ConfigureAwait(false);
        var failures = await exchange.AskAsync(new ListTargetFailures(name, 50)).ConfigureAwait(false);
        return await exchange.PageAsync<TargetPage>(row.Value.Target.Address.Fqdn.Display, Section.Targets, new()
        {
            [nameof(TargetPage.Row)] = row.Value,
            [nameof(TargetPage.Recent)] = jobs.ValueOrDefault ?? [],
            [nameof(TargetPage.Failures)] = failures.ValueOrDefault ?? [],
            [nameof(TargetPage.Steps)] = exchange.Note?.Attachment as IReadOnlyList<ConnectionStep> ?? [],
        }, [new Crumb(exchange.View.T("section.Targets"), "targets")]).ConfigureAwait(false);
    }

    private static async Task<IResult> SyncAsync(Exchange exchange)
    {
        var name = exchange.Route("fqdn");
        var queued = await exchange.AskAsync(new SyncNow([name], Wait: false)).ConfigureAwait(false);
        return exchange.See(exchange.Back("targets/" + name), queued, "done.sync-one", name);
    }

    private static async Task<IResult> TestAsync(Exchange exchange)
    {
        var name = exchange.Route("fqdn");
        var steps = await exchange.AskAsync(new TestConnection(name)).ConfigureAwait(false);
        if (steps.IsFailed)
            return await exchange.FailAsync(steps.FirstError()).ConfigureAwait(false);
        var failed = steps.Value.Any(step => step.Verdict == StepVerdict.Failed);
        return exchange.See("targets/" + name, (failed ? new Note(null, [], steps.Value.First(step => step.Verdict == StepVerdict.Failed).Error) : Note.Done("done.test", name)) with { Attachment = steps.Value });
    }

    private static Task<IResult> EnableAsync(Exchange exchange, bool enabled) =>
        TellAsync(exchange, new EnableTargetCore(exchange.Route("fqdn"), enabled), enabled ? "done.enabled" : "done.disabled");

    private static async Task<IResult> TellAsync(Exchange exchange, MediatR.IRequest<Result<TargetView>> request, string done)
    {
        var name = exchange.Route("fqdn");
        return exchange.See(exchange.Back("targets/" + name), await exchange.AskAsync(request).ConfigureAwait(false), done, name);
    }

    // Trust is never given or taken for several cores at once: each certificate is looked at by itself.
    private static async Task<IResult> BulkAsync(Exchange exchange, string verb)
    {
        var chosen = exchange.Fields("target").Distinct().Take(MostSelected).ToList();
        var back = exchange.Back("targets");
        if (chosen.Count == 0)
            return exchange.See(back, Note.Done("targets.choose-first"));
        if (verb == "sync")
            return exchange.See(back, await exchange.AskAsync(new SyncNow(chosen, Wait: false)).ConfigureAwait(false), chosen.Count == 1 ? "done.sync-one" : "done.sync-many", Told(chosen));
        foreach (var name in chosen)
        {
            var changed = await exchange.AskAsync(new EnableTargetCore(name, verb == "enable")).ConfigureAwait(false);
            if (changed.IsFailed)
                return exchange.See(back, Note.Refused(changed.FirstError()));
        }

        var many = chosen.Count == 1 ? "" : "-many";
        return exchange.See(back, Note.Done((verb == "enable" ? "done.enabled" : "done.disabled") + many, Told(chosen)));
    }

    private static object Told(List<string> chosen) => chosen is [var one] ? one : chosen.Count;
}
