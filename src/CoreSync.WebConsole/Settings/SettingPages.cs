using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Settings;
using CoreSync.WebConsole.Parts;
using CoreSync.WebConsole.Shell;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Settings;

/// <summary>The settings of this core, grouped and named; all that are wrong are told at once, and then none is stored.</summary>
internal static class SettingPages
{
    public static void Map(ConsoleMap map)
    {
        map.Page("settings", Rights.View, ShowAsync);
        map.Act("settings", Rights.ConsoleAdministrator, SaveAsync);
    }

    /// <summary>The pages of the section; accounts are for who may see them.</summary>
    public static IReadOnlyList<Tab> Tabs(Viewer view) => view.May(Rights.ConsoleAdministrator)
        ? [new("settings", view.T("section.Settings")), new("settings/accounts", view.T("accounts.title")), new("settings/directory", view.T("directory.title")), new("settings/credentials", view.T("credentials.title"))]
        : [new("settings", view.T("section.Settings")), new("settings/credentials", view.T("credentials.title"))];

    private static async Task<IResult> ShowAsync(Exchange exchange)
    {
        var settings = await exchange.AskAsync(new ListSettings()).ConfigureAwait(false);
        return settings.IsFailed
            ? await exchange.FailAsync(settings.FirstError()).ConfigureAwait(false)
            : await PageAsync(exchange, [.. settings.Value.Select(view => new SettingField(view, Shown(view)))], StatusCodes.Status200OK).ConfigureAwait(false);
    }

    private static Task<IResult> PageAsync(Exchange exchange, IReadOnlyList<SettingField> fields, int status) =>
        exchange.PageAsync<SettingPage>(
            exchange.View.T("section.Settings"), Section.Settings,
            new() { [nameof(SettingPage.Groups)] = SettingForms.Group(fields), [nameof(SettingPage.Tabs)] = Tabs(exchange.View) }, status: status);

    private static async Task<IResult> SaveAsync(Exchange exchange)
    {
        var settings = await exchange.AskAsync(new ListSettings()).ConfigureAwait(false);
        if (settings.IsFailed)
            return await exchange.FailAsync(settings.FirstError()).ConfigureAwait(false);
        var fields = settings.Value.Select(view => Read(exchange, view)).ToList();
        if (fields.Any(field => field.Error is not null))
            return await PageAsync(exchange, fields, StatusCodes.Status400BadRequest).ConfigureAwait(false);
        var changed = fields.Where(field => IsChanged(exchange, field)).ToList();
        foreach (var field in changed)
        {
            var set = await exchange.AskAsync(new SetSetting(field.Key, field.Typed)).ConfigureAwait(false);
            if (set.IsFailed)
                return exchange.See("settings", Note.Refused(set.FirstError()));
        }

        return exchange.See("settings", changed.Count == 0 ? Note.Done("settings.unchanged") : Note.Done("settings.saved", exchange.View.Number(changed.Count)));
    }

    // What the form does not hold stays; what somebody else changed meanwhile is not put back.
    private static SettingField Read(Exchange exchange, SettingView view)
    {
        var key = view.Setting.Key;
        if (!exchange.Has(key) || SettingForms.IsPath(view.Setting))
            return new SettingField(view, Shown(view));
        var typed = view.Setting.IsSecret ? exchange.Secret(key) : exchange.Field(key);
        if (view.Setting.IsSecret && exchange.IsTicked("clear:" + key))
            typed = "";
        var field = new SettingField(view, typed);
        if (!IsChanged(exchange, field))
            return field;
        var value = view.Setting.Check(typed);
        return value.IsFailed ? field with { Error = value.FirstError() } : field;
    }

    private static bool IsChanged(Exchange exchange, SettingField field) => field.View.Setting.IsSecret
        ? field.Typed.Length > 0 || exchange.IsTicked("clear:" + field.Key)
        : exchange.Has(field.Key) && !SettingForms.IsPath(field.View.Setting) && field.Typed != exchange.Field("was:" + field.Key);

    private static string Shown(SettingView view) => view.Setting.IsSecret ? "" : view.Value;
}
