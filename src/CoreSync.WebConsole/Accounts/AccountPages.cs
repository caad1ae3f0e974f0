using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.WebConsole.Settings;
using CoreSync.WebConsole.Shell;
using CoreSync.WebConsole.Targets;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Accounts;

/// <summary>The accounts of this core: people who use the console, and cores that write here. Names go into queries since they may hold any character.</summary>
internal static class AccountPages
{
    private const string List = "settings/accounts";

    public static void Map(ConsoleMap map)
    {
        map.Page(List, Rights.ConsoleAdministrator, ListAsync);
        map.Page(List + "/add", Rights.ConsoleAdministrator, exchange => ShowAddAsync(exchange, null));
        map.Act(List + "/add", Rights.ConsoleAdministrator, AddAsync);
        map.Page(List + "/password", Rights.ConsoleAdministrator, exchange => ShowPasswordAsync(exchange, null));
        map.Act(List + "/password", Rights.ConsoleAdministrator, SetPasswordAsync);
        map.Page(List + "/remove", Rights.ConsoleAdministrator, ConfirmAsync);
        map.Act(List + "/remove", Rights.ConsoleAdministrator, RemoveAsync);
        CredentialPages.Map(map);
    }

    private static async Task<IResult> ListAsync(Exchange exchange)
    {
        var accounts = await exchange.AskAsync(new ListAccounts()).ConfigureAwait(false);
        if (accounts.IsFailed)
            return await exchange.FailAsync(accounts.FirstError()).ConfigureAwait(false);
        return await exchange.PageAsync<AccountListPage>(exchange.View.T("accounts.title"), Section.Settings, new()
        {
            [nameof(AccountListPage.Accounts)] = accounts.Value,
            [nameof(AccountListPage.Pages)] = SettingPages.Tabs(exchange.View),
        }, [new Crumb(exchange.View.T("section.Settings"), "settings")]).ConfigureAwait(false);
    }

    private static async Task<IResult> ShowAddAsync(Exchange exchange, CoreSyncError? refused)
    {
        var components = await exchange.AskAsync(new ListComponents()).ConfigureAwait(false);
        if (components.IsFailed)
            return await exchange.FailAsync(components.FirstError()).ConfigureAwait(false);
        return await exchange.PageAsync<AddAccountPage>(exchange.View.T("accounts.add"), Section.Settings, new()
        {
            [nameof(AddAccountPage.Components)] = (IReadOnlyList<string>)[.. components.Value.Select(one => one.Component.Name.Value)],
            [nameof(AddAccountPage.Name)] = exchange.Field("name"),
            [nameof(AddAccountPage.Chosen)] = RightsOf(exchange.Field("rights")) ?? Rights.Edit,
            [nameof(AddAccountPage.Limited)] = exchange.Fields("component"),
            [nameof(AddAccountPage.Error)] = refused,
        }, Crumbs(exchange), refused is null ? StatusCodes.Status200OK : Exchange.StatusOf(refused)).ConfigureAwait(false);
    }

    private static async Task<IResult> AddAsync(Exchange exchange)
    {
        var rights = RightsOf(exchange.Field("rights")) ?? Rights.View;
        var added = await exchange.AskAsync(new AddAccount(exchange.Field("name"), rights, exchange.Fields("component"), exchange.Secret("password"))).ConfigureAwait(false);
        return added.IsFailed ? await ShowAddAsync(exchange, added.FirstError()).ConfigureAwait(false) : exchange.See(List, Note.Done("accounts.added", added.Value.Name));
    }

    private static Task<IResult> ShowPasswordAsync(Exchange exchange, CoreSyncError? refused) =>
        exchange.PageAsync<PasswordPage>(exchange.View.T("accounts.password"), Section.Settings, new()
        {
            [nameof(PasswordPage.Name)] = exchange.Query("name") ?? "",
            [nameof(PasswordPage.Error)] = refused,
        }, Crumbs(exchange), refused is null ? StatusCodes.Status200OK : Exchange.StatusOf(refused));

    private static async Task<IResult> SetPasswordAsync(Exchange exchange)
    {
        var name = exchange.Query("name") ?? "";
        var set = await exchange.AskAsync(new SetAccountPassword(name, exchange.Secret("password"))).ConfigureAwait(false);
        return set.IsFailed ? await ShowPasswordAsync(exchange, set.FirstError()).ConfigureAwait(false) : exchange.See(List, Note.Done("accounts.password-set", name));
    }

    private static Task<IResult> ConfirmAsync(Exchange exchange)
    {
        var name = exchange.Query("name") ?? "";
        return exchange.PageAsync<ConfirmPage>(exchange.View.T("verb.remove"), Section.Settings, new()
        {
            [nameof(ConfirmPage.Verb)] = "remove-account",
            [nameof(ConfirmPage.Name)] = name,
            [nameof(ConfirmPage.Path)] = $"{List}/remove?name={Uri.EscapeDataString(name)}",
            [nameof(ConfirmPage.Cancel)] = List,
        }, Crumbs(exchange));
    }

    private static async Task<IResult> RemoveAsync(Exchange exchange)
    {
        var name = exchange.Query("name") ?? "";
        // Whoever removes the account in use ends at the sign-in and may have locked everybody out.
        if (name.Equals(exchange.View.Account!.Name, StringComparison.OrdinalIgnoreCase))
            return exchange.See(List, Note.Done("accounts.own"));
        return exchange.See(List, await exchange.AskAsync(new RemoveAccount(name)).ConfigureAwait(false), "accounts.removed", name);
    }

    private static IReadOnlyList<Crumb> Crumbs(Exchange exchange) => [new Crumb(exchange.View.T("accounts.title"), List)];

    private static Rights? RightsOf(string text) =>
        Enum.GetValues<Rights>().Where(value => value != Rights.None && Viewer.Name(value) == text).Select(value => (Rights?)value).FirstOrDefault();
}
