using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.WebConsole.Items;
using CoreSync.WebConsole.Shell;
using CoreSync.WebConsole.Targets;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Components;

/// <summary>Kinds of items: whether they are sent, and what happens to what arrives.</summary>
internal static class ComponentPages
{
    public static void Map(ConsoleMap map)
    {
        map.Page("components", Rights.View, ListAsync);
        map.Page("components/{name}", Rights.View, ShowAsync);
        map.Act("components/{name}/policies", Rights.ConsoleAdministrator, SetAsync);
        foreach (var on in new[] { true, false })
            map.Act("components/{name}/" + (on ? "enable" : "disable"), Rights.ConsoleAdministrator, exchange => EnableAsync(exchange, on));
        map.Page("components/{name}/confirm-deletes", Rights.ConsoleAdministrator, ConfirmAsync);
        map.Act("components/{name}/confirm-deletes", Rights.ConsoleAdministrator, ConfirmDeletesAsync);
        ItemPages.Map(map);
    }

    private static async Task<IResult> ListAsync(Exchange exchange)
    {
        var components = await exchange.AskAsync(new ListComponents()).ConfigureAwait(false);
        return components.IsFailed
            ? await exchange.FailAsync(components.FirstError()).ConfigureAwait(false)
            : await exchange.PageAsync<ComponentListPage>(exchange.View.T("section.Components"), Section.Components, new() { [nameof(ComponentListPage.Components)] = components.Value }).ConfigureAwait(false);
    }

    private static async Task<IResult> ShowAsync(Exchange exchange)
    {
        var components = await exchange.AskAsync(new ListComponents()).ConfigureAwait(false);
        if (components.IsFailed)
            return await exchange.FailAsync(components.FirstError()).ConfigureAwait(false);
        var name = exchange.Route("name");
        return components.Value.FirstOrDefault(one => one.Component.Name.Value.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found
            ? await exchange.PageAsync<ComponentPage>(found.Component.Name.Value, Section.Components, new() { [nameof(ComponentPage.Shown)] = found }, [new Crumb(exchange.View.T("section.Components"), "components")]).ConfigureAwait(false)
            : await exchange.FailAsync(new ComponentNotFoundError(name)).ConfigureAwait(false);
    }

    private static async Task<IResult> SetAsync(Exchange exchange)
    {
        var name = exchange.Route("name");
        var set = await exchange.AskAsync(new SetComponentPolicy(
            name, Pick<DeletePolicy>(exchange, "on-delete"), Pick<ClashPolicy>(exchange, "on-clash"), Pick<EditedPolicy>(exchange, "on-edited"), exchange.IsTicked("approve"))).ConfigureAwait(false);
        return exchange.See("components/" + name, set, "component.saved", name);
    }

    private static async Task<IResult> EnableAsync(Exchange exchange, bool on)
    {
        var name = exchange.Route("name");
        return exchange.See(exchange.Back("components/" + name), await exchange.AskAsync(new EnableComponent(name, on)).ConfigureAwait(false), on ? "component.enabled" : "component.disabled", name);
    }

    private static Task<IResult> ConfirmAsync(Exchange exchange)
    {
        var name = exchange.Route("name");
        return exchange.PageAsync<ConfirmPage>(exchange.View.T("verb.confirm-deletes"), Section.Components, new()
        {
            [nameof(ConfirmPage.Verb)] = "confirm-deletes",
            [nameof(ConfirmPage.Name)] = name,
            [nameof(ConfirmPage.Path)] = $"components/{name}/confirm-deletes",
            [nameof(ConfirmPage.Cancel)] = "components/" + name,
        }, [new Crumb(name, "components/" + name)]);
    }

    private static async Task<IResult> ConfirmDeletesAsync(Exchange exchange)
    {
        var name = exchange.Route("name");
        var confirmed = await exchange.AskAsync(new ConfirmDeletes(name)).ConfigureAwait(false);
        return exchange.See("components/" + name, confirmed.IsFailed ? Note.Refused(confirmed.FirstError()) : Note.Done("component.deletes-confirmed", exchange.View.Number(confirmed.Value)));
    }

    private static T? Pick<T>(Exchange exchange, string field)
        where T : struct, Enum =>
        Enum.GetValues<T>().Where(value => Viewer.Name(value) == exchange.Field(field)).Select(value => (T?)value).FirstOrDefault();
}
