using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.WebConsole.Shell;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Targets;

/// <summary>
/// Adding a target core, step by step: name, connection, certificate, account, first plan. The entry is made at the first step, switched off; it is switched on at the last. Where one
/// stands follows from what is stored, so that it can be left and taken up again by anybody.
/// </summary>
internal static class AddTargetPages
{
    public static void Map(ConsoleMap map)
    {
        map.Page("targets/add", Rights.Edit, exchange => FormAsync(exchange, new NewTarget("", "", ""), null));
        map.Act("targets/add", Rights.Edit, AddAsync);
        map.Page("targets/{fqdn}/setup", Rights.Edit, SetupAsync);
        map.Act("targets/{fqdn}/setup/account", Rights.ConsoleAdministrator, AccountAsync);
        map.Act("targets/{fqdn}/setup/finish", Rights.Edit, FinishAsync);
    }

    private static Task<IResult> FormAsync(Exchange exchange, NewTarget typed, CoreSyncError? error) =>
        exchange.PageAsync<AddTargetPage>(exchange.View.T("add.title"), Section.Targets, new()
        {
            [nameof(AddTargetPage.Typed)] = typed,
            [nameof(AddTargetPage.Error)] = error,
        }, [], error is null ? StatusCodes.Status200OK : Exchange.StatusOf(error));

    private static async Task<IResult> AddAsync(Exchange exchange)
    {
        var typed = new NewTarget(exchange.Field("address"), exchange.Field("description"), exchange.Field("dial"));
        var added = await exchange.AskAsync(new AddTargetCore(typed.Address, typed.Description, Enabled: false, typed.Dial.Length == 0 ? null : typed.Dial)).ConfigureAwait(false);
        return added.IsSuccess ? exchange.See($"targets/{added.Value.Target.Target.Address.Fqdn.Ascii}/setup") : await FormAsync(exchange, typed, added.FirstError()).ConfigureAwait(false);
    }

    private static async Task<IResult> SetupAsync(Exchange exchange)
    {
        var name = exchange.Route("fqdn");
        var row = await exchange.AskAsync(new ShowTargetCore(name)).ConfigureAwait(false);
        if (row.IsFailed)
            return await exchange.FailAsync(row.FirstError()).ConfigureAwait(false);
        // The page comes at once and asks for the steps by itself; without scripts a button does.
        var isTested = exchange.Query("test") is not null;
        var steps = isTested ? await exchange.AskAsync(new TestConnection(name)).ConfigureAwait(false) : null;
        if (isTested)
            row = await exchange.AskAsync(new ShowTargetCore(name)).ConfigureAwait(false);
        var isReady = steps?.ValueOrDefault is { } list && list.All(step => step.Verdict is StepVerdict.Passed or StepVerdict.Warning);
        var plan = isReady ? await exchange.AskAsync(new PlanTarget(name)).ConfigureAwait(false) : null;
        var trust = await exchange.AskAsync(new ShowTrust(name)).ConfigureAwait(false);
        return await exchange.PageAsync<SetupPage>(exchange.View.T("setup.title", row.Value.Target.Address.Fqdn.Display), Section.Targets, new()
        {
            [nameof(SetupPage.Row)] = row.Value,
            [nameof(SetupPage.Trust)] = trust.ValueOrDefault,
            [nameof(SetupPage.Steps)] = steps?.ValueOrDefault,
            [nameof(SetupPage.Plan)] = plan?.ValueOrDefault,
            [nameof(SetupPage.PlanError)] = plan is { IsFailed: true } ? plan.FirstError() : null,
        }, [TargetPages.CrumbOf(row.Value)]).ConfigureAwait(false);
    }

    private static async Task<IResult> AccountAsync(Exchange exchange)
    {
        var name = exchange.Route("fqdn");
        var set = await exchange.AskAsync(new SetCredential(exchange.IsTicked("only") ? name : null, false, exchange.Field("user"), exchange.Secret("password"))).ConfigureAwait(false);
        return exchange.See($"targets/{name}/setup?test=1", set, "done.credential");
    }

    private static async Task<IResult> FinishAsync(Exchange exchange)
    {
        var name = exchange.Route("fqdn");
        return exchange.See("targets/" + name, await exchange.AskAsync(new EnableTargetCore(name, true)).ConfigureAwait(false), "done.added", name);
    }
}

/// <summary>What the first step holds.</summary>
/// <param name="Address">FQDN with optional port.</param>
/// <param name="Description">Free text.</param>
/// <param name="Dial">Host and port to dial instead.</param>
public sealed record NewTarget(string Address, string Description, string Dial);
