using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.WebConsole.Settings;
using CoreSync.WebConsole.Shell;
using CoreSync.WebConsole.Targets;
using FluentResults;
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
        map.Page(List + "/rights", Rights.ConsoleAdministrator, ShowRightsAsync);
        map.Act(List + "/rights", Rights.ConsoleAdministrator, SetRightsAsync);
        map.Page(List + "/disable", Rights.ConsoleAdministrator, exchange => ConfirmAsync(exchange, "disable"));
        map.Act(List + "/disable", Rights.ConsoleAdministrator, exchange => EnableAsync(exchange, false));
        map.Act(List + "/enable", Rights.ConsoleAdministrator, exchange => EnableAsync(exchange, true));
        map.Page(List + "/remove", Rights.ConsoleAdministrator, exchange => ConfirmAsync(exchange, "remove"));
        map.Act(List + "/remove", Rights.ConsoleAdministrator, RemoveAsync);
        CredentialPages.Map(map);
        DirectoryPages.Map(map);
    }

    /// <summary>The rights that a form chose; null when it chose none of those that there are.</summary>
    public static Rights? ChosenRights(Exchange exchange) => Viewer.Named<Rights>(exchange.Field("rights"));

    /// <summary>The names of the components of this core, and of those that somebody is limited to whether they are here or not: what is not shown would be lost when the form is saved.</summary>
    public static async Task<Result<IReadOnlyList<string>>> ComponentsAsync(Exchange exchange, IEnumerable<string> limited)
    {
        var components = await exchange.AskAsync(new ListComponents()).ConfigureAwait(false);
        return components.Map<IReadOnlyList<string>>(here => [.. here.Select(one => one.Component.Name.Value).Union(limited)]);
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
        var components = await ComponentsAsync(exchange, []).ConfigureAwait(false);
        if (components.IsFailed)
            return await exchange.FailAsync(components.FirstError()).ConfigureAwait(false);
        return await exchange.PageAsync<AddAccountPage>(exchange.View.T("accounts.add"), Section.Settings, new()
        {
            [nameof(AddAccountPage.Components)] = components.Value,
            [nameof(AddAccountPage.Name)] = exchange.Field("name"),
            [nameof(AddAccountPage.Chosen)] = ChosenRights(exchange) ?? Rights.Edit,
            [nameof(AddAccountPage.Limited)] = exchange.Fields("component"),
            [nameof(AddAccountPage.Error)] = refused,
        }, Crumbs(exchange), refused is null ? StatusCodes.Status200OK : Exchange.StatusOf(refused)).ConfigureAwait(false);
    }

    private static async Task<IResult> AddAsync(Exchange exchange)
    {
        var rights = ChosenRights(exchange) is { } chosen and not Rights.None ? chosen : Rights.View;
        var added = await exchange.AskAsync(new AddAccount(exchange.Field("name"), rights, exchange.Fields("component"), exchange.Secret("password"))).ConfigureAwait(false);
        return added.IsFailed ? await ShowAddAsync(exchange, added.FirstError()).ConfigureAwait(false) : exchange.See(List, Note.Done("accounts.added", added.Value.Name));
    }

    private static Task<IResult> ShowPasswordAsync(Exchange exchange, CoreSyncError? refused) =>
        exchange.PageAsync<PasswordPage>(exchange.View.T("accounts.password"), Section.Settings, new()
        {
            [nameof(PasswordPage.Name)] = NameOf(exchange),
            [nameof(PasswordPage.Error)] = refused,
        }, Crumbs(exchange), refused is null ? StatusCodes.Status200OK : Exchange.StatusOf(refused));

    private static async Task<IResult> SetPasswordAsync(Exchange exchange)
    {
        var name = NameOf(exchange);
        var set = await exchange.AskAsync(new SetAccountPassword(name, exchange.Secret("password"))).ConfigureAwait(false);
        return set.IsFailed ? await ShowPasswordAsync(exchange, set.FirstError()).ConfigureAwait(false) : exchange.See(List, Note.Done("accounts.password-set", name));
    }

    private static async Task<IResult> ShowRightsAsync(Exchange exchange)
    {
        var account = await FindAsync(exchange).ConfigureAwait(false);
        return account.IsFailed
            ? await exchange.FailAsync(account.FirstError()).ConfigureAwait(false)
            : await RightsPageAsync(exchange, account.Value, account.Value.Rights, [.. account.Value.Components.Select(one => one.Value)], null).ConfigureAwait(false);
    }

    private static async Task<IResult> RightsPageAsync(Exchange exchange, Account account, Rights chosen, IReadOnlyList<string> limited, CoreSyncError? refused)
    {
        var components = await ComponentsAsync(exchange, account.Components.Select(one => one.Value)).ConfigureAwait(false);
        if (components.IsFailed)
            return await exchange.FailAsync(components.FirstError()).ConfigureAwait(false);
        return await exchange.PageAsync<RightsPage>(exchange.View.T("accounts.change-rights"), Section.Settings, new()
        {
            [nameof(RightsPage.Account)] = account,
            [nameof(RightsPage.Components)] = components.Value,
            [nameof(RightsPage.Chosen)] = chosen,
            [nameof(RightsPage.Limited)] = limited,
            [nameof(RightsPage.Error)] = refused,
        }, Crumbs(exchange), refused is null ? StatusCodes.Status200OK : Exchange.StatusOf(refused)).ConfigureAwait(false);
    }

    private static async Task<IResult> SetRightsAsync(Exchange exchange)
    {
        var account = await FindAsync(exchange).ConfigureAwait(false);
        if (account.IsFailed)
            return exchange.See(List, Note.Refused(account.FirstError()));
        // No choice of components means all: a form without one of rights is none of ours, and changes nothing.
        if (ChosenRights(exchange) is not { } rights)
            return exchange.See(List, Note.Done("targets.choose-first"));
        var limited = exchange.Fields("component");
        var set = await exchange.AskAsync(new SetAccountRights(account.Value.Name, rights, limited)).ConfigureAwait(false);
        return set.IsFailed
            ? await RightsPageAsync(exchange, account.Value, rights, limited, set.FirstError()).ConfigureAwait(false)
            : exchange.See(List, Note.Done("accounts.rights-set", set.Value.Name));
    }

    private static async Task<IResult> EnableAsync(Exchange exchange, bool on)
    {
        var name = NameOf(exchange);
        return exchange.See(List, await exchange.AskAsync(new SetAccountEnabled(name, on)).ConfigureAwait(false), on ? "accounts.was-enabled" : "accounts.was-disabled", name);
    }

    private static Task<IResult> ConfirmAsync(Exchange exchange, string verb)
    {
        var name = NameOf(exchange);
        return exchange.PageAsync<ConfirmPage>(exchange.View.T("verb." + verb), Section.Settings, new()
        {
            [nameof(ConfirmPage.Verb)] = verb + "-account",
            [nameof(ConfirmPage.Name)] = name,
            [nameof(ConfirmPage.Path)] = $"{List}/{verb}?name={Uri.EscapeDataString(name)}",
            [nameof(ConfirmPage.Cancel)] = List,
        }, Crumbs(exchange));
    }

    private static async Task<IResult> RemoveAsync(Exchange exchange)
    {
        var name = NameOf(exchange);
        return exchange.See(List, await exchange.AskAsync(new RemoveAccount(name)).ConfigureAwait(false), "accounts.removed", name);
    }

    private static async Task<Result<Account>> FindAsync(Exchange exchange)
    {
        var name = NameOf(exchange);
        var accounts = await exchange.AskAsync(new ListAccounts()).ConfigureAwait(false);
        if (accounts.IsFailed)
            return accounts.ToResult<Account>();
        return accounts.Value.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found ? found : Result.Fail(new AccountNotFoundError(name));
    }

    private static string NameOf(Exchange exchange) => exchange.Query("name") ?? "";

    private static IReadOnlyList<Crumb> Crumbs(Exchange exchange) => [new Crumb(exchange.View.T("accounts.title"), List)];
}
