using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Settings;
using CoreSync.WebConsole.Settings;
using CoreSync.WebConsole.Shell;
using CoreSync.WebConsole.Targets;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Accounts;

/// <summary>The LDAP directory of accounts (R3): its groups that have rights here, and whether it answers. Distinguished names go into queries since they may hold any character.</summary>
internal static class DirectoryPages
{
    private const string List = "settings/directory";

    public static void Map(ConsoleMap map)
    {
        map.Page(List, Rights.ConsoleAdministrator, ListAsync);
        map.Page(List + "/add", Rights.ConsoleAdministrator, exchange => ShowAddAsync(exchange, null));
        map.Act(List + "/add", Rights.ConsoleAdministrator, AddAsync);
        map.Page(List + "/remove", Rights.ConsoleAdministrator, ConfirmAsync);
        map.Act(List + "/remove", Rights.ConsoleAdministrator, RemoveAsync);
        map.Look(List + "/test", Rights.ConsoleAdministrator, TestAsync);
    }

    private static async Task<IResult> ListAsync(Exchange exchange)
    {
        var groups = await exchange.AskAsync(new ListDirectoryGroups()).ConfigureAwait(false);
        if (groups.IsFailed)
            return await exchange.FailAsync(groups.FirstError()).ConfigureAwait(false);
        var server = await exchange.AskAsync(new GetSetting(Setting.LdapServer.Key)).ConfigureAwait(false);
        if (server.IsFailed)
            return await exchange.FailAsync(server.FirstError()).ConfigureAwait(false);
        return await exchange.PageAsync<DirectoryPage>(exchange.View.T("directory.title"), Section.Settings, new()
        {
            [nameof(DirectoryPage.Groups)] = groups.Value,
            [nameof(DirectoryPage.Server)] = server.Value.Value,
            [nameof(DirectoryPage.Test)] = exchange.Note?.Attachment as DirectoryTest,
            [nameof(DirectoryPage.Pages)] = SettingPages.Tabs(exchange.View),
        }, [new Crumb(exchange.View.T("section.Settings"), "settings")]).ConfigureAwait(false);
    }

    private static async Task<IResult> ShowAddAsync(Exchange exchange, CoreSyncError? refused)
    {
        var limited = exchange.Fields("component");
        var components = await AccountPages.ComponentsAsync(exchange, []).ConfigureAwait(false);
        if (components.IsFailed)
            return await exchange.FailAsync(components.FirstError()).ConfigureAwait(false);
        return await exchange.PageAsync<AddGroupPage>(exchange.View.T("directory.add"), Section.Settings, new()
        {
            [nameof(AddGroupPage.Components)] = components.Value,
            [nameof(AddGroupPage.Name)] = exchange.Field("name"),
            [nameof(AddGroupPage.Chosen)] = AccountPages.ChosenRights(exchange) ?? Rights.View,
            [nameof(AddGroupPage.Limited)] = limited,
            [nameof(AddGroupPage.Error)] = refused,
        }, Crumbs(exchange), refused is null ? StatusCodes.Status200OK : Exchange.StatusOf(refused)).ConfigureAwait(false);
    }

    private static async Task<IResult> AddAsync(Exchange exchange)
    {
        var rights = AccountPages.ChosenRights(exchange) is { } chosen and not Rights.None ? chosen : Rights.View;
        var added = await exchange.AskAsync(new AddDirectoryGroup(exchange.Field("name"), rights, exchange.Fields("component"))).ConfigureAwait(false);
        return added.IsFailed ? await ShowAddAsync(exchange, added.FirstError()).ConfigureAwait(false) : exchange.See(List, Note.Done("directory.added", added.Value.Name.Text));
    }

    private static Task<IResult> ConfirmAsync(Exchange exchange)
    {
        var name = exchange.Query("name") ?? "";
        return exchange.PageAsync<ConfirmPage>(exchange.View.T("verb.remove"), Section.Settings, new()
        {
            [nameof(ConfirmPage.Verb)] = "remove-group",
            [nameof(ConfirmPage.Name)] = name,
            [nameof(ConfirmPage.Path)] = $"{List}/remove?name={Uri.EscapeDataString(name)}",
            [nameof(ConfirmPage.Cancel)] = List,
        }, Crumbs(exchange));
    }

    private static async Task<IResult> RemoveAsync(Exchange exchange)
    {
        var name = exchange.Query("name") ?? "";
        return exchange.See(List, await exchange.AskAsync(new RemoveDirectoryGroup(name)).ConfigureAwait(false), "directory.removed", name);
    }

    private static async Task<IResult> TestAsync(Exchange exchange)
    {
        var user = exchange.Field("user");
        var password = exchange.Secret("password") is { Length: > 0 } given ? given : null;
        var tested = await exchange.AskAsync(new TestDirectory(user, password)).ConfigureAwait(false);
        return exchange.See(List, tested.IsFailed ? Note.Refused(tested.FirstError()) : Note.Done("directory.tested") with { Attachment = new DirectoryTest(user, tested.Value) });
    }

    private static IReadOnlyList<Crumb> Crumbs(Exchange exchange) => [new Crumb(exchange.View.T("directory.title"), List)];
}

/// <summary>What a test of the directory found.</summary>
/// <param name="User">The account that it was made with.</param>
/// <param name="Steps">Each with its verdict.</param>
public sealed record DirectoryTest(string User, IReadOnlyList<ConnectionStep> Steps);
